"""Confidence made honest: temperature scaling of scores, and the threshold below which to abstain."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from anechoic.numeric.arrays import Flags, Floats, Indices

TEMPERATURES = 0.05, 20.0  # where the best one is looked for


def probabilities(logits: Floats, temperature: float) -> Floats:
    """Class probabilities (n, classes) from scores (n, classes) that are divided by a temperature > 0."""
    calibrated: Floats = softmax(logits / temperature, axis=1)
    return calibrated


def fit_temperature(logits: Floats, truth: Indices) -> float:
    """The one number that scores (n, classes) are divided by so that probabilities fit the truth (n,) best.

    truth: class codes from 0. Minimises the log loss (Guo et al. 2017) within TEMPERATURES; 1 where there are no
    rows. Changes no prediction.
    """
    if len(truth) == 0:
        return 1.0

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-scaled[np.arange(len(truth)), truth].mean())

    lowest, highest = np.log(TEMPERATURES)  # on the log scale 2 and 1/2 are equally far from 1
    best = minimize_scalar(loss, bounds=(lowest, highest), method="bounded")
    return float(np.exp(best.x))


def abstain_threshold(confidence: Floats, right: Flags, wanted: float) -> float:
    """The lowest confidence from which the share right is at least as wanted (0..1).

    confidence, right: (n,), of rows that were set aside. 1 where no threshold gives it, 0 where answering all does
    or there are no rows.
    """
    if len(confidence) == 0:
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    sure = confidence[order]
    accuracy = np.cumsum(right[order]) / np.arange(1, len(order) + 1)  # of the rows down to each: (n,)
    # A threshold cuts between two confidences, never between rows that share one.
    last_of_equals = np.concatenate([sure[1:] < sure[:-1], [True]])
    reached = np.flatnonzero((accuracy >= wanted) & last_of_equals)
    if len(reached) == 0:
        return 1.0
    return 0.0 if reached[-1] == len(order) - 1 else float(sure[reached[-1]])
