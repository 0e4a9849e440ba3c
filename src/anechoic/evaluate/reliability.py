"""Accuracy beside confidence on the test, and what abstaining buys."""

import numpy as np
from numpy.typing import NDArray

from anechoic.evaluate.schema import Abstention, Bin
from anechoic.numeric.arrays import Floats
from anechoic.numeric.intervals import share_interval

BINS = 10


def reliability(confidence: Floats, right: NDArray[np.bool_]) -> list[Bin]:
    """Accuracy beside confidence, for each tenth that holds a row."""
    at = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = []
    for each in np.unique(at):
        inside = at == each
        low, high = share_interval(int(right[inside].sum()), int(inside.sum()))
        bins.append(
            Bin.model_validate(
                {
                    "from": each / BINS,
                    "to": (each + 1) / BINS,
                    "rows": int(inside.sum()),
                    "confidence": float(confidence[inside].mean()),
                    "accuracy": float(right[inside].mean()),
                    "accuracy_low": low,
                    "accuracy_high": high,
                }
            )
        )
    return bins


def expected_calibration_error(bins: list[Bin]) -> float:
    """Mean distance between confidence and accuracy over ten equal bins, weighted by rows (Naeini et al. 2015)."""
    rows = sum(each.rows for each in bins)
    return sum(each.rows * abs(each.accuracy - each.confidence) for each in bins) / max(1, rows)


def abstention(confidence: Floats, right: NDArray[np.bool_]) -> list[Abstention]:
    """Accuracy against the share answered, for thresholds 0, 0.05 ... 0.95, as long as a row is answered."""
    curve = []
    for threshold in np.arange(0, 1, 0.05):
        answered = confidence >= threshold
        if answered.any():
            curve.append(
                Abstention(
                    confidence=round(float(threshold), 2),
                    answered_share=float(answered.mean()),
                    accuracy=float(right[answered].mean()),
                )
            )
    return curve
