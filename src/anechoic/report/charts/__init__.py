"""What the reports say in pictures: one function for each chart of the page."""
