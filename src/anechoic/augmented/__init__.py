"""Rows that were declared as made from other rows: which they are, and what they are tied to."""
