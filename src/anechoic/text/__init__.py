"""One text at a time: repaired, masked, told from noise, split into words."""
