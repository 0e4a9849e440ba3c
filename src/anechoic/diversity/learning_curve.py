"""How a plain model's accuracy grows with the distinct rows it learns from, and what the next rows are worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anechoic.diversity.accuracy_change import one_row_a_group
from anechoic.diversity.schema import CurvePoint, NextRows
from anechoic.numeric.arrays import Floats, Indices, Vectors
from anechoic.numeric.intervals import group_interval, resampled_means
from anechoic.numeric.linear_probe import LabelledVectors, fit_predict, fold_parts
from anechoic.stratify.folds import folds
from anechoic.stratify.sample import sample_groups

FOLDS = 5  # each row is tested by models that learned from parts of the other four fifths
SHARES = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0)  # of those four fifths, learned from
REPEATS = 10  # of folds and parts
MANY_ROWS, FEW_REPEATS = 1000, 3  # from so many rows on so few repeats, for then a draw is like another
MAX_ROWS = 2000  # distinct rows drawn of more, so that the time is bounded
MIN_ROWS, MIN_SIZES = 40, 3  # below them no law can be fitted
NEXT = 100  # fresh rows whose worth is told; as many as there are where there are fewer
POWERS = (0.2, 0.35, 0.5, 0.75, 1.0, 1.5)  # c of the law a - b * rows ** -c that are tried
BOOTSTRAPS = 500


@dataclass(frozen=True)
class LearningCurve:
    """The curve and what more rows are worth; or the reason why there is none."""

    points: list[CurvePoint]
    next_rows: NextRows | None  # the next hundred, or as many as there are where there are fewer
    doubled: NextRows | None  # as many as there are
    reason: str = ""


@dataclass(frozen=True)
class Measured:
    """How often each distinct row is right, by the number of rows that were learned from."""

    sizes: Indices  # (sizes,) ascending
    hits: Floats  # (rows, sizes) share of the repeats in which the row is right
    distinct: int  # rows there are, of which `hits` may be a sample
    seed: int

    def accuracies_at(self, at: Sequence[float]) -> Floats:
        """Accuracy after `at` (m,) rows by the law fitted to all tested rows, then to each resample: (1 + b, m)."""
        means = resampled_means(self.hits, np.arange(len(self.hits)), BOOTSTRAPS, self.seed)  # (b, sizes)
        return power_law(self.sizes, np.vstack([self.hits.mean(0), means]), np.array(at, dtype=np.float64))

    def worth_of(self, more: int) -> NextRows:
        """What so many fresh rows more are worth, with the 95 % interval of the resamples."""
        rises = np.diff(self.accuracies_at([self.distinct, self.distinct + more]), axis=1)[:, 0]  # (1 + b,)
        low, high = np.quantile(rises[1:], [0.025, 0.975])
        return NextRows(rows=more, gain=float(rises[0]), gain_low=float(low), gain_high=float(high))

    def points(self) -> list[CurvePoint]:
        """The measured points with their 95 % intervals."""
        low, high = group_interval(self.hits, np.arange(len(self.hits)), BOOTSTRAPS, self.seed)
        columns = (each.tolist() for each in (self.sizes, self.hits.mean(0), low, high))
        return [
            CurvePoint(effective_rows=size, accuracy=value, low=below, high=above)
            for size, value, below, above in zip(*columns, strict=True)
        ]


def learning_curve(data: LabelledVectors, seed: int) -> LearningCurve:
    """All raw rows -> accuracy of the probe by the number of distinct rows it learned from, with 95 % intervals.

    Intervals resample the tested rows, which are the same at every size, so what is merely hard moves all points
    together. The curve is carried on by a power law (Hestness et al. 2017), fitted anew in each resample.
    """
    measured = measure(data, seed)
    if isinstance(measured, str):
        return LearningCurve([], None, None, measured)
    return LearningCurve(
        points=measured.points(),
        next_rows=measured.worth_of(min(NEXT, measured.distinct)),
        doubled=measured.worth_of(measured.distinct),
    )


def measure(data: LabelledVectors, seed: int) -> Measured | str:
    """All raw rows -> how often each is right, by the rows learned from; or why that cannot be measured.

    One row stands for an echo group; a group whose labels are tied has none. Each row is tested by models that
    learned from nested random parts of the other folds.
    """
    every = np.ones(len(data.labels), dtype=np.bool_)
    rows = one_row_a_group(data.labels, data.groups, every, every)
    distinct = len(rows)
    rows = rows[sample_groups(np.arange(distinct), MAX_ROWS, seed)]
    labels = np.unique(data.labels[rows], return_inverse=True)[1]
    classes = int(labels.max(initial=-1)) + 1
    if distinct < MIN_ROWS or classes < 2:
        return f"{distinct} distinct rows of {classes} classes are too few to tell"
    sizes = _sizes(len(rows), classes)
    if len(sizes) < MIN_SIZES:
        return f"{distinct} distinct rows of {classes} classes are too few of each to tell"
    return Measured(np.array(sizes), _hits(data.vectors[rows], labels, sizes, seed), distinct, seed)


def _sizes(rows: int, classes: int) -> list[int]:
    """Rows to learn from, ascending: two of each class at least."""
    most = rows * (FOLDS - 1) // FOLDS
    return sorted({size for share in SHARES if (size := round(share * most)) >= 2 * classes})


def _hits(vectors: Vectors, labels: Indices, sizes: Sequence[int], seed: int) -> Floats:
    """Share of the repeats in which each row is right, by the rows learned from: (rows, sizes)."""
    rng = np.random.default_rng(seed)
    repeats = REPEATS if len(labels) < MANY_ROWS else FEW_REPEATS
    hits = np.zeros((len(labels), len(sizes)))
    for repeat in range(repeats):
        for train, test in fold_parts(folds(labels, None, FOLDS, seed + repeat)):
            order = rng.permutation(train)  # nested: what a smaller part holds, a larger one holds too
            for column, size in enumerate(sizes):
                part = order[:size]
                hits[test, column] += fit_predict(vectors[part], labels[part], vectors[test]) == labels[test]
    return hits / repeats


def power_law(sizes: Indices, accuracies: Floats, at: Floats) -> Floats:
    """Accuracies (n, sizes) measured at sizes (s,) -> those at other sizes (m,) by a - b * size ** -c: (n, m).

    Least squares, larger sizes weighing more, the best of the powers POWERS for each line; a at most 1, b at least
    0: more rows never harm, and nothing is right more often than always.
    """
    weights = np.sqrt(np.arange(1, len(sizes) + 1))
    best, answer = np.full(len(accuracies), np.inf), np.empty((len(accuracies), len(at)))
    for power in POWERS:
        design = np.column_stack([np.ones(len(sizes)), -(sizes.astype(np.float64) ** -power)])  # (s, 2)
        fitted = np.linalg.lstsq(design * weights[:, None], (accuracies * weights).T, rcond=None)[0]  # (2, n)
        flat = fitted[1] < 0
        fitted[0, flat] = np.average(accuracies[flat], axis=1, weights=weights**2) if flat.any() else 0
        fitted[1, flat] = 0
        fitted[0] = np.minimum(fitted[0], 1)
        error = (((design @ fitted).T - accuracies) ** 2 * weights**2).sum(1)  # (n,)
        better = error < best
        best[better] = error[better]
        answer[better] = (fitted[0][:, None] - fitted[1][:, None] * at[None, :] ** -power)[better]
    return np.clip(answer, 0, 1)
