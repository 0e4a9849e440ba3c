"""Labels: which are likely wrong, how many in all, and what may be suggested instead."""
