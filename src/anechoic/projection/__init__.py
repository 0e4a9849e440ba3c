"""Stage projection: where every text lies on a map of the data."""
