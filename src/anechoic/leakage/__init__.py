"""Stage leakage: what a random test pretends, and where its points come from."""
