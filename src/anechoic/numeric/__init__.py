"""Arrays, nearest rows, intervals and the linear probe: numbers in, numbers out."""
