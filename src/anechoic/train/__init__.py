"""Stage train: clean, split -> a fine-tuned classifier."""
