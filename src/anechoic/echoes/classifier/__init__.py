"""The judge: evidence about a pair -> the probability that it is an echo."""
