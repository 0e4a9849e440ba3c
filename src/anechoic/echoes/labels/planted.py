"""What suggestions are worth on these very rows: wrong labels are planted and the suggestions held against them."""

from dataclasses import dataclass, replace

import numpy as np

from anechoic.echoes.labels.beliefs import Labelled, alike, beliefs
from anechoic.echoes.labels.mixture import fit_mixture
from anechoic.numeric.arrays import Flags, Floats, Indices
from anechoic.numeric.intervals import share_interval

DRAWS = 4  # half of them plant any other label, half one like the true one
ROWS = 1500  # that wrong labels are planted into; of more, whole echo groups are drawn
LEAST_SHARE, MOST_SHARE = (
    0.03,
    0.2,
)  # of the groups that get a wrong label: as many as there seem to be, within these
LEAST_PLANTED = 5  # groups
PRECISION = 0.7  # share of suggestions that must be right; fewer and reading them costs more than it mends
NEVER = 2.0  # a probability that nothing reaches


@dataclass(frozen=True)
class Trials:
    """Suggestions on planted labels, over all draws; what was doubted before anything was planted is left out."""

    probability: Floats  # (s,) of the suggested label
    right: Flags  # (s,) whether it was the true one
    choice: Floats  # (c,) probability of the likelier of two labels, one of them true, where rows contradict
    choice_right: Flags  # (c,)
    gain: Floats  # (draws,) by how much the estimated share rose, over the share that was planted
    planted: int


@dataclass(frozen=True)
class Limit:
    """From which probability a suggestion may be made, and what share of those is right."""

    probability: float  # above 1 where none may be made
    measured: int  # suggestions on planted labels at or above it
    right: int  # of them, right

    @property
    def allowed(self) -> bool:
        """Whether any suggestion may be made."""
        return self.probability <= 1


@dataclass(frozen=True)
class Suggested:
    """What is suggested on the labels as they are, where only the number of wrong ones says what it is worth."""

    probability: Floats  # (u,) of each suggested label
    assured: float  # of the wrong labels that there seem to be, the share that there are at the least

    def right(self, least: float) -> float:
        """Share of the suggestions from the probability `least` on that is right at the least; 1 of none."""
        made = self.probability[self.probability >= least]
        return self.assured * float(made.mean()) if len(made) else 1.0


def suggestion_limit(probability: Floats, right: Flags, own: Suggested | None = None) -> Limit:
    """Probabilities (s,) of suggestions, and which were right -> the lowest from which PRECISION of them are right.

    The lower end of the measured share (95 %, Wilson) must reach it; but what was doubted before anything was
    planted is not in the measure, which flatters it: rows that are hard, not wrong, are doubted on their `own`
    labels. So of those too as many must be right, were there as few wrong labels as there may be. Never below
    PRECISION itself: a single suggestion is held to it too.
    """
    order = np.argsort(-probability, kind="stable")
    order = order[probability[order] >= PRECISION]
    hits = np.cumsum(right[order])
    lasts = np.flatnonzero(np.append(np.diff(probability[order]) != 0, True)) if len(order) else order
    for last in lasts[::-1]:  # of equal probabilities all or none
        least, measured = float(probability[order[last]]), int(last) + 1
        enough = share_interval(int(hits[last]), measured)[0] >= PRECISION
        if enough and (own is None or own.right(least) >= PRECISION):
            return Limit(least, measured, int(hits[last]))
    return Limit(NEVER, len(order), int(right[order].sum()))


def plant_and_measure(rows: Labelled, share: float, doubted: Flags, seed: int) -> Trials:
    """Rows, the share of labels that seem wrong, and rows in doubt (n,) already -> what suggestions are worth.

    Whole groups get the wrong label: copied errors are the hard ones. Every suggestion on a label that was not
    planted counts as wrong.
    """
    rng = np.random.default_rng(seed)
    some = _some_groups(rows, rng)
    rows, doubted = _part(rows, some), doubted[some]
    likeness = alike(rows)
    trials = [_draw(rows, share, doubted, rng, None if draw % 2 else likeness) for draw in range(DRAWS)]
    return Trials(
        probability=np.concatenate([each.probability for each in trials]),
        right=np.concatenate([each.right for each in trials]),
        choice=np.concatenate([each.choice for each in trials]),
        choice_right=np.concatenate([each.choice_right for each in trials]),
        gain=np.concatenate([each.gain for each in trials]),
        planted=sum(each.planted for each in trials),
    )


def plant(rows: Labelled, share: float, rng: np.random.Generator, likeness: Floats | None) -> Indices:
    """Labels (n,), those of a share of the groups turned: to any other class, or by `likeness` to a like one."""
    groups = int(rows.groups.max()) + 1
    turned = rng.permutation(groups)[: max(LEAST_PLANTED, round(share * groups))]
    label = np.empty(groups, dtype=np.int64)
    label[rows.groups] = rows.labels  # of a group with several, one of them
    wrong = np.full(groups, -1, dtype=np.int64)
    for group in turned:
        chance = 1.0 - np.eye(rows.classes)[label[group]] if likeness is None else likeness[label[group]]
        wrong[group] = rng.choice(rows.classes, p=chance / chance.sum())
    planted: Indices = np.where(wrong[rows.groups] >= 0, wrong[rows.groups], rows.labels)
    return planted


def _draw(
    rows: Labelled, share: float, doubted: Flags, rng: np.random.Generator, likeness: Floats | None
) -> Trials:
    given = plant(rows, min(max(share, LEAST_SHARE), MOST_SHARE), rng, likeness)
    believed = beliefs(replace(rows, labels=given), int(rng.integers(2**31)))
    mixture = fit_mixture(believed, interval=False)
    first = np.unique(believed.unit, return_index=True)[1]
    true, now = rows.labels[first], believed.given
    best = mixture.truth.argmax(1)
    known = (best != now) & ~doubted[first]
    two = np.flatnonzero(true != now)
    one, other = mixture.expected[two, true[two]], mixture.expected[two, now[two]]
    return Trials(
        probability=mixture.truth.max(1)[known],
        right=best[known] == true[known],
        choice=np.maximum(one, other) / (one + other),
        choice_right=one > other,
        gain=np.array([(mixture.share - share) * len(first) / max(len(two), 1)]),
        planted=len(two),
    )


def _some_groups(rows: Labelled, rng: np.random.Generator) -> Indices:
    """Rows of whole groups drawn at random, about ROWS of them."""
    if len(rows.labels) <= ROWS:
        return np.arange(len(rows.labels))
    rank = rng.permutation(int(rows.groups.max()) + 1)[rows.groups]
    kept: Indices = np.sort(np.argsort(rank, kind="stable")[:ROWS])
    return kept


def _part(rows: Labelled, some: Indices) -> Labelled:
    present, labels = np.unique(rows.labels[some], return_inverse=True)
    groups = np.unique(rows.groups[some], return_inverse=True)[1]
    return Labelled(rows.vectors[some], labels, groups, len(present))
