"""Stage label_next: which unlabelled rows are worth most when labelled."""
