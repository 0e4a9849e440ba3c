"""Stage evaluate: every row predicted, scored beside cheap models, a verdict."""
