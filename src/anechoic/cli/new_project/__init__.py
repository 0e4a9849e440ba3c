"""A project of one's own, anywhere: laid out from what the package brings, and brought to another version."""
