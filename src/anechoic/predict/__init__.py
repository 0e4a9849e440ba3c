"""Stage predict: the inbox classified."""
