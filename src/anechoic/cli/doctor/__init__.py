"""What machine this is, whether the project is in order, how long a run will take."""
