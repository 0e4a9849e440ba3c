"""What the data is worth: its diversity, and what each drop brought."""
