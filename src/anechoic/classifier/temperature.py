"""Confidence made honest: temperature scaling of scores, and the threshold below which to abstain."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from anechoic.numeric.arrays import Flags, Floats, Indices

TEMPERATURES = 0.05, 20.0  # where the best one is looked for
# Conventions of ours, chosen on 150 rows of each of three sets (LOG.md): how far the logarithm of a temperature
# strays from 0 before any row is seen, and how many rows of evidence the calibrated confidences themselves are.
PRIOR_SPREAD = 0.5
PRIOR_ROWS = 20


def probabilities(logits: Floats, temperature: float) -> Floats:
    """Class probabilities (n, classes) from scores (n, classes) that are divided by a temperature > 0."""
    calibrated: Floats = softmax(logits / temperature, axis=1)
    return calibrated


def fit_temperature(logits: Floats, truth: Indices, counts: Floats) -> float:
    """The one number that scores (n, classes) are divided by so that probabilities fit the truth (n,) best.

    truth: class codes from 0; counts: what each row counts as evidence (n,), 1 for one that stands alone. Minimises
    the log loss (Guo et al. 2017) plus what a prior asks: the logarithm is normal around 0, PRIOR_SPREAD wide. A
    dozen rows that are all right would otherwise be best fitted by certainty. 1 where there are no rows. Changes no
    prediction.
    """

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits / np.exp(log_temperature), axis=1)
        fit = -counts @ scaled[np.arange(len(truth)), truth]
        return float(fit + (log_temperature / PRIOR_SPREAD) ** 2 / 2)

    lowest, highest = np.log(TEMPERATURES)  # on the log scale 2 and 1/2 are equally far from 1
    best = minimize_scalar(loss, bounds=(lowest, highest), method="bounded")
    return float(np.exp(best.x)) if len(truth) else 1.0


def abstain_threshold(confidence: Floats, right: Flags, counts: Floats, wanted: float) -> float:
    """The lowest confidence from which the share right is expected to be at least as wanted (0..1).

    confidence, right, counts: (n,), of rows that were set aside, see `fit_temperature`. The expected share right
    of the rows from a confidence on is that of those rows, joined by PRIOR_ROWS more that are right as often as
    their mean confidence says. It is the confidence of one of the rows, for nothing is known below the lowest of
    them; `wanted` where there are no rows, and 1 where no threshold gives it.
    """
    if len(confidence) == 0:
        return wanted
    order = np.argsort(-confidence, kind="stable")
    sure, count = confidence[order], counts[order]
    rows = np.cumsum(count)  # down to each: (n,)
    mean = np.cumsum(count * sure) / rows
    expected = (np.cumsum(count * right[order]) + PRIOR_ROWS * mean) / (rows + PRIOR_ROWS)
    # A threshold cuts between two confidences, never between rows that share one.
    last_of_equals = np.concatenate([sure[1:] < sure[:-1], [True]])
    reached = np.flatnonzero((expected >= wanted) & last_of_equals)
    return float(sure[reached[-1]]) if len(reached) else 1.0
