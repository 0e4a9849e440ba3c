"""Accuracies with intervals, and the models that are cheap enough to be tried first."""

import numpy as np
from sklearn.metrics import f1_score

from anechoic.numeric.arrays import Flags, Indices
from anechoic.numeric.intervals import group_interval
from anechoic.project.schema import Score


def score(truth: Indices, predicted: Indices, groups: Indices, bootstraps: int, seed: int) -> Score:
    """Accuracy with its interval, groups resampled, and macro F1 over the classes there are. Not for no rows."""
    right = (truth == predicted).astype(np.float64)[:, None]
    low, high = group_interval(right, groups, bootstraps, seed)
    return Score(
        accuracy=float(right.mean()),
        accuracy_low=float(low[0]),
        accuracy_high=float(high[0]),
        macro_f1=float(f1_score(truth, predicted, labels=np.unique(truth), average="macro", zero_division=0)),
        rows=len(truth),
    )


def difference(
    first: Flags, second: Flags, groups: Indices, bootstraps: int, seed: int
) -> tuple[float, float, float]:
    """Difference of two accuracies on the same rows and its 95 % interval: paired, groups resampled."""
    values = (first.astype(np.float64) - second)[:, None]
    low, high = group_interval(values, groups, bootstraps, seed)
    return float(values.mean()), float(low[0]), float(high[0])


def gap(first: Flags, second: Flags, bootstraps: int, seed: int) -> tuple[float, float, float]:
    """Difference of two accuracies on different rows and its 95 % interval: both sides resampled on their own."""
    rng = np.random.default_rng(seed)
    drawn = rng.binomial(len(first), first.mean(), bootstraps) / len(first)
    drawn -= rng.binomial(len(second), second.mean(), bootstraps) / len(second)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(first.mean() - second.mean()), float(low), float(high)
