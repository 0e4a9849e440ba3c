"""The rows that the page lists, from the tables of the run, cut where the page would be too heavy."""
