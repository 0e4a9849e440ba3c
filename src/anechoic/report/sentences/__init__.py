"""What the reports say in words: one function of sentences for each part of the page."""
