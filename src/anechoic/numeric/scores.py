"""Accuracy and macro F1 of predictions, and differences of accuracies, each with its 95 % interval."""

import numpy as np

from anechoic.numeric.arrays import Flags, Indices
from anechoic.numeric.intervals import group_interval, share_interval
from anechoic.project.schema import Score


def score(truth: Indices, predicted: Indices, groups: Indices, bootstraps: int, seed: int) -> Score:
    """Accuracy with its 95 % interval, and macro F1.

    truth, predicted: labels (n,), n > 0; groups: echo groups (n,), any codes. Whole groups are resampled, so that
    rows which are the same data do not narrow the interval.
    """
    right = (truth == predicted).astype(np.float64)[:, None]  # (n, 1)
    low, high = group_interval(right, np.unique(groups, return_inverse=True)[1], bootstraps, seed)
    return Score(
        accuracy=float(right.mean()),
        accuracy_low=float(low[0]),
        accuracy_high=float(high[0]),
        macro_f1=macro_f1(truth, predicted),
        rows=len(truth),
    )


def macro_f1(truth: Indices, predicted: Indices) -> float:
    """Mean F1 of the classes that occur in `truth` (n,), n > 0, each class counting the same; in 0..1.

    A class that is only predicted is not one more class with an F1 of 0, as scikit-learn's default has it: the rows
    taken for it are counted already, as misses of their own classes.
    """
    present = np.unique(truth)
    f1 = [
        2 * np.sum((truth == label) & (predicted == label)) / (np.sum(truth == label) + np.sum(predicted == label))
        for label in present
    ]
    return float(np.mean(f1))


def difference(
    first: Flags, second: Flags, groups: Indices, bootstraps: int, seed: int
) -> tuple[float, float, float]:
    """Difference of two accuracies on the same rows, and the ends of its 95 % interval: paired, groups resampled.

    first, second: whether each row is right (n,); groups: codes from 0 (n,).
    """
    values = (first.astype(np.float64) - second)[:, None]  # (n, 1)
    low, high = group_interval(values, groups, bootstraps, seed)
    return float(values.mean()), float(low[0]), float(high[0])


def gap(first: Flags, second: Flags) -> tuple[float, float, float]:
    """Difference of two accuracies on different rows, and the ends of its 95 % interval (Newcombe 1998, method 10).

    first, second: whether each row is right, (n,) and (m,), neither empty. Rows that are all right leave an
    interval too: the fewer they are, the wider.
    """
    return gap_of_shares((float(first.mean()), len(first)), (float(second.mean()), len(second)))


def gap_of_shares(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float, float]:
    """The same of two shares, each with the rows it was measured on."""
    (one, one_rows), (other, other_rows) = first, second
    one_low, one_high = share_interval(round(one * one_rows), int(one_rows))
    other_low, other_high = share_interval(round(other * other_rows), int(other_rows))
    low = one - other - float(np.hypot(one - one_low, other_high - other))
    high = one - other + float(np.hypot(one_high - one, other - other_low))
    return one - other, low, high
