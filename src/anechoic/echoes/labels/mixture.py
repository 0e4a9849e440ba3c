"""How many labels are wrong, and how likely each: what the models expect, mixed with labels given by mistake.

A label is right with the probability that the models, brought to one scale, give it; or a mistake put another class
in its place, any class alike or one like the true class. How often mistakes happen is what makes the labels at hand
likeliest. A model that is often unsure explains the same disagreement without any mistake, so hard data are
not taken for wrong data; errors that look like what the model itself confuses cannot be told and are not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import expit, log_softmax, logit

from anechoic.echoes.labels.beliefs import Beliefs
from anechoic.numeric.arrays import Floats, Indices

MOST_WRONG = 0.5  # share of wrong labels that is still looked for: beyond it labels say nothing
LEAST_WRONG = 1e-5  # stands for none, where logarithms need a number
STARTS = (0.02, 0.15)  # shares the search starts from; the likelihood has two hills at times
BOUNDS = [(-3.0, 2.0), (-3.0, 2.0), (-6.0, 6.0)]  # of log weight of the probe, of the vote, and logit of likeness
MOST_FITTED = 2000  # units the four numbers are fitted on: more narrow the interval little and take long
# This far from the estimate down to the lower end: nine times of ten there are more (likelihood taken for normal).
# 1.28: of seven tried the least with which .7 of the suggestions were right at each share planted (LOG.md).
NINE_OF_TEN = 1.28 / 1.96
LIKELIHOOD_RATIO = 1.92  # half the .95 quantile of chi squared, one degree: ends of a profile interval (Wilks 1938)


@dataclass(frozen=True)
class Mixture:
    """Which labels are likely wrong."""

    share: float  # of units whose label is wrong
    share_low: float
    share_high: float
    expected: Floats  # (units, classes) probability of each class by the models alone, on one scale
    truth: Floats  # (units, classes) probability that a class is the true one, the given label taken into account

    def wrong(self, beliefs: Beliefs) -> Floats:
        """Probability that the given label is wrong: (units,)."""
        right: Floats = self.truth[np.arange(len(beliefs.given)), beliefs.given]
        return 1 - right

    def suggested(self, beliefs: Beliefs) -> tuple[Indices, Floats]:
        """The likeliest class but the given one, and the probability that it is the true one: both (units,)."""
        units = np.arange(len(beliefs.given))
        others = self.truth.copy()
        others[units, beliefs.given] = -1.0
        return others.argmax(1), others.max(1)

    @property
    def assured(self) -> float:
        """Of the wrong labels that there seem to be, the share that there are in nine cases of ten."""
        if self.share <= LEAST_WRONG:
            return 0.0
        return 1 - NINE_OF_TEN * (self.share - self.share_low) / self.share


def fit_mixture(beliefs: Beliefs, *, interval: bool = True) -> Mixture:
    """Beliefs -> the likeliest share of wrong labels, its 95 % profile likelihood interval, what is likely wrong.

    Without `interval` the ends are those of 0..1, in a tenth of the time.
    """
    fitted = _some(beliefs)
    fits = [*(_minimum(fitted, start=start) for start in STARTS), _minimum(fitted, share=LEAST_WRONG)]
    best = min(fits, key=lambda fit: fit.loss)
    low, high = _ends(fitted, best) if interval else (0.0, 1.0)
    expected, joint = _joint(beliefs, best.weights, best.share)
    return Mixture(best.share, low, high, expected, joint / joint.sum(1, keepdims=True))


def _some(beliefs: Beliefs) -> Beliefs:
    """At most MOST_FITTED of the units, evenly from all."""
    step = -(-len(beliefs.given) // MOST_FITTED)
    return replace(beliefs, logs=beliefs.logs[:, ::step], given=beliefs.given[::step])


def _joint(beliefs: Beliefs, weights: Floats, share: float) -> tuple[Floats, Floats]:
    """Probability of each class by the models, and of each class with the given label: both (units, classes)."""
    probe, vote = np.exp(weights[:2])
    classes = beliefs.alike.shape[0]
    expected: Floats = np.exp(log_softmax(probe * beliefs.logs[0] + vote * beliefs.logs[1], axis=1))
    any_other = (1 - np.eye(classes)) / (classes - 1)
    likeness = expit(weights[2])
    mistaken = (1 - likeness) * any_other + likeness * beliefs.alike
    given = (1 - share) * np.eye(classes) + share * mistaken  # (true class, given label)
    return expected, expected * given[:, beliefs.given].T


@dataclass(frozen=True)
class _Fit:
    """A minimum of the negative log likelihood."""

    loss: float
    weights: Floats  # (3,) log weight of the probe, of the vote, logit of likeness
    share: float


def _minimum(
    beliefs: Beliefs,
    *,
    share: float | None = None,
    start: float = STARTS[0],
    weights: Sequence[float] = (0.0, -1.0, 0.0),
) -> _Fit:
    """The least negative log likelihood, searched from `weights` and `start`; a given share is kept."""

    def loss(x: Floats) -> float:
        wrong = MOST_WRONG * expit(x[3]) if share is None else share
        likelihood = _joint(beliefs, x, float(wrong))[1].sum(1)
        return -float(np.log(np.maximum(likelihood, 1e-300)).sum())

    if share is not None:
        found = minimize(loss, list(weights), method="L-BFGS-B", bounds=BOUNDS)
        return _Fit(float(found.fun), found.x, share)
    edges = (float(logit(LEAST_WRONG / MOST_WRONG)), 6.0)
    found = minimize(loss, [*weights, logit(start / MOST_WRONG)], method="L-BFGS-B", bounds=[*BOUNDS, edges])
    return _Fit(float(found.fun), found.x[:3], float(MOST_WRONG * expit(found.x[3])))


def _ends(beliefs: Beliefs, best: _Fit) -> tuple[float, float]:
    """Shares on either side at which the profile of the likelihood has fallen by LIKELIHOOD_RATIO."""

    def above(log_share: float) -> float:
        fit = _minimum(beliefs, share=float(np.exp(log_share)), weights=best.weights.tolist())
        return fit.loss - best.loss - LIKELIHOOD_RATIO

    bottom, top, here = np.log(LEAST_WRONG), np.log(MOST_WRONG), np.log(max(best.share, LEAST_WRONG))
    if above(here) >= 0:  # the search from the best weights ended on another hill
        return best.share, best.share
    low = 0.0 if above(bottom) <= 0 else float(np.exp(brentq(above, bottom, here, xtol=0.05)))
    high = MOST_WRONG if above(top) <= 0 else float(np.exp(brentq(above, here, top, xtol=0.05)))
    return low, high
