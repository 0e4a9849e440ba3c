"""Which column of a drop is what: by what the columns hold first, by their names second."""
