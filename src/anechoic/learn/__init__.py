"""A classifier fine-tuned, honestly evaluated, and put to work."""
