"""What each raw file did to the accuracy of the probe: with it in training minus without it."""

from dataclasses import dataclass

import numpy as np

from anechoic.numeric.arrays import Flags, Floats, Indices
from anechoic.numeric.intervals import group_interval, share_interval
from anechoic.numeric.linear_probe import LabelledVectors, fit_predict
from anechoic.stratify.folds import folds
from anechoic.stratify.sample import sample_groups
from anechoic.stratify.stratify import class_counts

FOLDS = 5  # as the stage leakage has it: each row is tested by a model that saw four fifths of the rest
REPEATS = 3  # of the folds: the demo (874 rows, 3 files) takes 7 CPU s, and every planted drop has the right sign
BOOTSTRAPS = 2000  # resamples of the echo groups behind an interval
MIN_ROWS = 20  # rows of the file, and echo groups outside it: a row fewer right is 5 points already
MAX_ROWS = 3000  # of more, whole echo groups are drawn, so that the time grows with the files alone


@dataclass(frozen=True)
class AccuracyChange:
    """Accuracy with a file minus without it, in shares of 1, and its 95 % interval; or why there is none."""

    change: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""


def accuracy_changes(data: LabelledVectors, drops: Indices, seed: int) -> list[AccuracyChange]:
    """The change of accuracy that each file brought, one for each code of `drops`, in order.

    data: all raw rows, labels and groups coded from 0; drops: (n,) the file of each row, coded from 0. For each
    file the probe is tested on rows of the other files alone, so that wrong labels are not rewarded by rows that
    carry the same ones; the same rows examine both models. An echo group counts once, in training and in the test.
    The interval resamples echo groups.
    """
    count = int(drops.max(initial=-1)) + 1
    kept = sample_groups(data.groups, MAX_ROWS, seed)
    data, drops = LabelledVectors(data.vectors[kept], data.labels[kept], data.groups[kept]), drops[kept]
    fold = np.stack([folds(data.labels, data.groups, FOLDS, seed + repeat) for repeat in range(REPEATS)])
    return [_of_drop(data, drops == drop, fold, seed) for drop in range(count)]


def _of_drop(data: LabelledVectors, inside: Flags, fold: Indices, seed: int) -> AccuracyChange:
    """The change of accuracy by the rows `inside` (n,), over the folds (repeats, n)."""
    if inside.all():
        return AccuracyChange(reason="there is no other file to test on")
    without = one_row_a_group(data.labels, data.groups, ~inside, ~inside)
    if inside.sum() < MIN_ROWS:
        return AccuracyChange(reason=f"it has fewer than {MIN_ROWS} rows")
    if len(without) < MIN_ROWS:
        return AccuracyChange(reason=f"the other files have fewer than {MIN_ROWS} echo groups to test on")
    if len(np.unique(data.labels[without])) < 2:
        return AccuracyChange(reason="without it there are fewer than two classes to train on")
    both = one_row_a_group(data.labels, data.groups, np.ones_like(inside), ~inside)
    gained = np.sum([_gained(data, without, both, each) for each in fold], axis=0)  # (tested groups,)
    low, high = _interval(gained, seed)  # of whole numbers: divided last, so that no change is exactly 0
    return AccuracyChange(float(gained.mean()) / len(fold), low / len(fold), high / len(fold))


def one_row_a_group(labels: Indices, groups: Indices, usable: Flags, first: Flags) -> Indices:
    """Numbers of the rows that stand for the groups of the usable rows, ascending.

    The row carries the label that most usable rows of its group carry; a group whose labels are tied has none, as
    in the split. Of several, a row of `first` stands for the group: what a file repeats is then no change of words.
    All arrays: (n,).
    """
    rows = np.flatnonzero(usable)
    votes = class_counts(groups[rows], labels[rows])  # (groups, classes)
    winners = votes == votes.max(1, keepdims=True)
    agrees = (winners.sum(1) == 1)[groups[rows]] & winners[groups[rows], labels[rows]]
    rows = rows[agrees]
    rows = rows[np.lexsort((rows, ~first[rows], groups[rows]))]  # by group, those of `first` first, then in order
    return np.sort(rows[np.unique(groups[rows], return_index=True)[1]])


def _gained(data: LabelledVectors, without: Indices, both: Indices, fold: Indices) -> Floats:
    """1 where only the model with the file is right, -1 where only the one without is, else 0: (without,)."""
    gained = np.zeros(len(without))
    for part in np.unique(fold[without]):
        asked = fold[without] == part
        arms = without[~asked], both[fold[both] != part]
        if np.array_equal(*arms):
            continue  # the file adds nothing here: the same model
        truth, vectors = data.labels[without[asked]], data.vectors[without[asked]]
        right = [fit_predict(data.vectors[arm], data.labels[arm], vectors) == truth for arm in arms if len(arm)]
        gained[asked] = right[-1].astype(np.float64) - right[0]
    return gained


def _interval(gained: Floats, seed: int) -> tuple[float, float]:
    """95 % interval of the mean of the sums over the repeats, groups resampled.

    Where no row was ever predicted otherwise, a bootstrap would say that none could be: there it is the share that
    so many rows leave open (Wilson), both ways.
    """
    if not gained.any():
        unseen = REPEATS * share_interval(0, len(gained))[1]
        return -unseen, unseen
    low, high = group_interval(gained[:, None], np.arange(len(gained)), BOOTSTRAPS, seed)
    return float(low[0]), float(high[0])
