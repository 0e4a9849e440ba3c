"""How far a confidence can be believed: temperature, expected calibration error, abstention."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from anechoic.numeric.arrays import Floats, Indices
from anechoic.numeric.intervals import share_interval
from anechoic.project.schema import Report

BINS = 10


class Bin(Report):
    """Rows whose confidence lies in one tenth of 0..1."""

    from_: float = Field(alias="from", description="confidence, from")
    to: float = Field(description="... up to")
    rows: int = Field(description="rows with such a confidence")
    confidence: float = Field(description="their mean confidence")
    accuracy: float = Field(description="the share of them that is right")
    accuracy_low: float = Field(description="lower end, 95 %, Wilson")
    accuracy_high: float = Field(description="upper end, 95 %, Wilson")


class Abstention(Report):
    """What happens when the least confident rows are left to people."""

    confidence: float = Field(description="rows below it are left to people")
    answered_share: float = Field(description="share of the rows that is answered")
    accuracy: float = Field(description="share right among the answered")


def probabilities(logits: Floats, temperature: float) -> Floats:
    """Class probabilities of shape (rows, classes) from scores of the same shape."""
    spread: Floats = softmax(logits / temperature, axis=1)
    return spread


def fit_temperature(logits: Floats, truth: Indices) -> float:
    """The one number that scores are divided by so that probabilities fit the truth best.

    Minimises the log loss (Guo et al. 2017) within 0.05 to 20; 1 where there are no rows. Changes no prediction.
    """
    if len(truth) == 0:
        return 1.0

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-scaled[np.arange(len(truth)), truth].mean())

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded")
    return float(np.exp(found.x))


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


def abstain_threshold(confidence: Floats, right: NDArray[np.bool_], wanted: float) -> float:
    """The lowest confidence from which the share right is as wanted; 1 where none gives it, 0 without rows."""
    if len(confidence) == 0:
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    kept = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(kept >= wanted)
    if len(reached) == 0:
        return 1.0
    return 0.0 if reached[-1] == len(order) - 1 else float(confidence[order][reached[-1]])
