"""Accuracy beside confidence on the test, and what abstaining buys."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from anechoic.numeric.arrays import Floats, Indices


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
