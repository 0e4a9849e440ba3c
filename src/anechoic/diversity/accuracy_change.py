"""What some rows did to the accuracy of the probe: with them in training minus without them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anechoic.augmented.schema import Policy
from anechoic.augmented.ties import folds_of_originals
from anechoic.numeric.arrays import Flags, Floats, Indices
from anechoic.numeric.intervals import group_interval, share_interval
from anechoic.numeric.linear_probe import LabelledVectors, fit_predict
from anechoic.project.progress import progress
from anechoic.stratify.sample import sample_groups
from anechoic.stratify.stratify import class_counts

FOLDS = 5  # as the stage leakage has it: each row is tested by a model that saw four fifths of the rest
REPEATS = 3  # of the folds: the demo (874 rows, 3 files) takes 7 CPU s, and every planted drop has the right sign
BOOTSTRAPS = 2000  # resamples of the echo groups behind an interval
MIN_ROWS = 20  # rows asked about, and echo groups beside them: a row fewer right is 5 points already
MAX_ROWS = 3000  # of more, whole echo groups are drawn, so that the time grows with what is asked alone


@dataclass(frozen=True)
class AccuracyChange:
    """Accuracy with some rows minus without them, in shares of 1, and its 95 % interval; or why there is none."""

    change: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""


def accuracy_changes(
    data: LabelledVectors, insides: Sequence[Flags], seed: int, policy: Policy = "keep_one"
) -> list[AccuracyChange]:
    """The change of accuracy that each set of rows brought, in order.

    data: all raw rows, labels and groups coded from 0; insides: (n,) the rows of each set; policy: which rows of an
    echo group train. For each set the probe is tested on the rows outside it, so that wrong labels are not rewarded
    by rows that carry the same ones, and never on rows made from others; the same rows examine both models. An echo
    group counts once in the test, and what is tied to a tested row trains nothing. The interval resamples echo
    groups.
    """
    kept = sample_groups(data.unit(), MAX_ROWS, seed)
    data = data.of(kept)
    fold = np.stack(
        [
            folds_of_originals(data.labels, data.unit(), data.is_made(), FOLDS, seed + repeat)
            for repeat in range(REPEATS)
        ]
    )
    changes = []
    with progress() as bar:
        task = bar.add_task("accuracy with rows and without them", total=len(insides))
        for inside in insides:
            changes.append(_of_rows(data, inside[kept], fold, seed, policy))
            bar.advance(task)
    return changes


def _of_rows(data: LabelledVectors, inside: Flags, fold: Indices, seed: int, policy: Policy) -> AccuracyChange:
    """The change of accuracy by the rows `inside` (n,), over the folds (repeats, n)."""
    if inside.all():
        return AccuracyChange(reason="there are no other rows to test on")
    tested = one_row_a_group(data.labels, data.groups, ~inside & ~data.is_made(), ~inside)
    if inside.sum() < MIN_ROWS:
        return AccuracyChange(reason=f"there are fewer than {MIN_ROWS} of its rows")
    if len(tested) < MIN_ROWS:
        return AccuracyChange(reason=f"there are fewer than {MIN_ROWS} other echo groups to test on")
    without = training_weights(data, ~inside, ~inside, policy)
    if len(np.unique(data.labels[without > 0])) < 2:
        return AccuracyChange(reason="without it there are fewer than two classes to train on")
    both = training_weights(data, np.ones_like(inside), ~inside, policy)
    gained = np.sum([_gained(data, tested, (without, both), each) for each in fold], axis=0)  # (tested groups,)
    # of whole numbers: divided last, so that no change is exactly 0
    units = np.unique(data.unit()[tested], return_inverse=True)[1]
    low, high = _interval(gained, units, seed)
    return AccuracyChange(float(gained.mean()) / len(fold), low / len(fold), high / len(fold))


def training_weights(data: LabelledVectors, usable: Flags, first: Flags, policy: Policy) -> Floats:
    """What each row counts in training, as the split would have it, 0 for rows that do not train: (n,).

    usable: (n,) the rows there are; first: (n,) rows that stand for their group before others do. An original says
    what its group is labelled, and stands for it; rows made from it do so where the group has none.
    """
    led = np.zeros(int(data.groups.max(initial=-1)) + 1, dtype=np.bool_)  # groups that an original is in
    led[data.groups[usable & ~data.is_made()]] = True
    leading = usable & ~(data.is_made() & led[data.groups])
    rows = one_row_a_group(data.labels, data.groups, leading, first)
    weights = np.zeros(len(data.labels))
    if policy == "keep_one":
        weights[rows] = 1
        return weights
    label_of = np.full(len(led), -1)
    label_of[data.groups[rows]] = data.labels[rows]
    agrees = usable & (data.labels == label_of[data.groups])
    weights[agrees] = 1
    if policy == "weight":
        weights[agrees] /= np.bincount(data.groups[agrees])[data.groups[agrees]]
    return weights


def one_row_a_group(labels: Indices, groups: Indices, usable: Flags, first: Flags) -> Indices:
    """Numbers of the rows that stand for the groups of the usable rows, ascending.

    The row carries the label that most usable rows of its group carry; a group whose labels are tied has none, as
    in the split. Of several, a row of `first` stands for the group: what a file repeats is then no change of words.
    All arrays: (n,).
    """
    rows = np.flatnonzero(usable)
    if not len(rows):
        return rows
    votes = class_counts(groups[rows], labels[rows])  # (groups, classes)
    winners = votes == votes.max(1, keepdims=True)
    agrees = (winners.sum(1) == 1)[groups[rows]] & winners[groups[rows], labels[rows]]
    rows = rows[agrees]
    rows = rows[np.lexsort((rows, ~first[rows], groups[rows]))]  # by group, those of `first` first, then in order
    return np.sort(rows[np.unique(groups[rows], return_index=True)[1]])


def _gained(data: LabelledVectors, tested: Indices, arms: tuple[Floats, Floats], fold: Indices) -> Floats:
    """1 where only the model of the second arm is right, -1 where only that of the first is, else 0: (tested,).

    arms: what each row counts in training (n,), without and with the rows asked about.
    """
    gained = np.zeros(len(tested))
    for part in np.unique(fold[tested]):
        asked = tested[fold[tested] == part]
        weights = [np.where(fold == part, 0, arm) for arm in arms]
        if np.array_equal(weights[0], weights[1]):
            continue  # the rows add nothing here: the same model
        right = [_right(data, each, asked) for each in weights if each.any()]
        gained[fold[tested] == part] = right[-1].astype(np.float64) - right[0]
    return gained


def _right(data: LabelledVectors, weights: Floats, asked: Indices) -> Flags:
    """Whether the probe trained with these weights (n,) names the labels of the rows `asked` (m,): (m,)."""
    rows = np.flatnonzero(weights)
    counted = None if (weights[rows] == 1).all() else weights[rows]
    predicted = fit_predict(data.vectors[rows], data.labels[rows], data.vectors[asked], counted)
    right: Flags = predicted == data.labels[asked]
    return right


def _interval(gained: Floats, units: Indices, seed: int) -> tuple[float, float]:
    """95 % interval of the mean of the sums over the repeats, units (n,) resampled.

    Where no row was ever predicted otherwise, a bootstrap would say that none could be: there it is the share that
    so many rows leave open (Wilson), both ways.
    """
    if not gained.any():
        unseen = REPEATS * share_interval(0, len(gained))[1]
        return -unseen, unseen
    low, high = group_interval(gained[:, None], units, BOOTSTRAPS, seed)
    return float(low[0]), float(high[0])
