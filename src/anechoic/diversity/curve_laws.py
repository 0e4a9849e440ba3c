"""Laws by which the error falls with the rows learned from, fitted to a measured curve and to its resamples.

Error = floor + fall * shape(rows), floor and fall at least 0: more rows never harm, and nothing is right more often
than always. A power law still climbs where rows are many, an exponential one has come to its end; which of them
holds cannot be told from five or six points, so the best estimate is their mean and each resample speaks for one.
"""

from collections.abc import Callable

import numpy as np

from anechoic.numeric.arrays import Floats

Shape = Callable[[Floats, Floats], Floats]  # sizes (s,), parameters (p,) -> (p, s)
SMALLEST_SPREAD = 1e-12  # no division by 0 where a shape is flat


def power(sizes: Floats, exponents: Floats) -> Floats:
    """Sizes (s,) to the powers -c (p,): (p, s). Hestness et al. 2017."""
    shape: Floats = sizes[None, :] ** -exponents[:, None]
    return shape


def exponential(sizes: Floats, scales: Floats) -> Floats:
    """Decay of the sizes (s,) with the scales (p,): (p, s)."""
    shape: Floats = np.exp(-sizes[None, :] / scales[:, None])
    return shape


# Each law with the parameters that are tried; sizes are in parts of the largest one measured.
LAWS: tuple[tuple[Shape, Floats], ...] = (
    (power, np.geomspace(0.05, 2.0, 16)),
    (exponential, np.geomspace(0.2, 5.0, 12)),
)


def carried_on(sizes: Floats, accuracies: Floats, at: Floats, rng: np.random.Generator) -> Floats:
    """Accuracies (1 + b, s) measured at sizes (s,), ascending -> those at other sizes (m,): (1 + b, m).

    The first line is the curve itself, its answer the mean of the laws; the others are its resamples, each answered
    by a law drawn at random, so that their spread holds what the choice of a law leaves open.
    """
    largest = sizes[-1]
    told = np.stack([_law(sizes / largest, accuracies, at / largest, *law) for law in LAWS])  # (laws, 1 + b, m)
    lines = np.arange(1, len(accuracies))
    drawn = told[rng.integers(0, len(LAWS), len(lines)), lines]
    answer: Floats = np.clip(np.vstack([told[:, :1].mean(0), drawn]), 0, 1)
    return answer


def _law(sizes: Floats, accuracies: Floats, at: Floats, shape: Shape, parameters: Floats) -> Floats:
    """Accuracies (n, s) at sizes (s,) -> those at others (m,), least squares, the best parameter each: (n, m).

    A size weighs as much as it has rows: what is asked lies beyond the largest.
    """
    weights, errors = sizes / sizes.sum(), 1 - accuracies
    curves = shape(sizes, parameters)  # (p, s)
    centre = curves @ weights
    apart = curves - centre[:, None]
    mean = errors @ weights  # (n,)
    spread = np.maximum(apart**2 @ weights, SMALLEST_SPREAD)
    fall = np.maximum((errors - mean[:, None]) * weights @ apart.T / spread, 0)  # (n, p)
    floor = mean[:, None] - fall * centre
    through_0 = errors * weights @ curves.T / (curves**2 @ weights)
    fall, floor = np.where(floor < 0, through_0, fall), np.maximum(floor, 0)
    left = errors[:, None, :] - floor[:, :, None] - fall[:, :, None] * curves  # (n, p, s)
    best = (left**2 @ weights).argmin(1)
    lines = np.arange(len(errors))
    beyond = shape(at, parameters)[best]  # (n, m)
    told: Floats = 1 - floor[lines, best][:, None] - fall[lines, best][:, None] * beyond
    return told
