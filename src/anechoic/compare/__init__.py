"""A grid of trainings beside the recipe: which is better, or that it is undecided."""
