"""Stage diversity: how much there is to learn from, and what each drop brought."""
