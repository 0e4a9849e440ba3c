"""Accuracy beside confidence on the test, and what abstaining buys."""

import numpy as np

from anechoic.evaluate.schema import Abstention, Answered, Bin
from anechoic.numeric.arrays import Flags, Floats
from anechoic.numeric.intervals import share_interval

BINS = 10  # tenths, as Naeini et al. 2015 and most after them
THRESHOLD_STEP = 0.05  # of confidence


def reliability(confidence: Floats, right: Flags) -> list[Bin]:
    """Accuracy beside confidence, for each tenth of 0..1 that holds a row. confidence, right: (n,)."""
    tenths = np.minimum((confidence * BINS).astype(int), BINS - 1)  # confidence 1 belongs to the last
    bins = []
    for tenth in np.unique(tenths):
        inside = tenths == tenth
        low, high = share_interval(int(right[inside].sum()), int(inside.sum()))
        bins.append(
            Bin.model_validate(
                {
                    "from": tenth / BINS,
                    "to": (tenth + 1) / BINS,
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


def abstention(confidence: Floats, right: Flags) -> list[Abstention]:
    """Accuracy and share of the rows answered, by the confidence from which rows are. confidence, right: (n,).

    Thresholds are 0, 0.05 ... 0.95, as long as a row is answered.
    """
    curve = []
    for threshold in np.arange(0, 1, THRESHOLD_STEP):
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


def answered(side: str, confidence: Floats, right: Flags, below: float, wanted: float) -> Answered:
    """The rows of a side that are not flagged, and whether they are right as often as wanted (0..1).

    confidence, right: (n,); below: the confidence under which rows are flagged, 1 where all are.
    """
    kept = (confidence >= below) & (below < 1)
    rows, hits = int(kept.sum()), int(right[kept].sum())
    low, high = share_interval(hits, rows)
    return Answered(
        side=side,
        rows=len(right),
        answered=rows,
        accuracy=hits / rows if rows else None,
        accuracy_low=low,
        accuracy_high=high,
        verdict="reached" if low >= wanted else "missed" if high < wanted else "open",
    )
