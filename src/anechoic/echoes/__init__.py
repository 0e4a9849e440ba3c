"""Which rows are the same data: vectors, candidate pairs, verdicts, groups."""
