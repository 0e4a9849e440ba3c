"""What changed between two revisions of the project, on the terminal and as a CSV."""
