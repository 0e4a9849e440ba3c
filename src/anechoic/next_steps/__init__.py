"""Stage next: what to do next, ranked by what it is worth."""
