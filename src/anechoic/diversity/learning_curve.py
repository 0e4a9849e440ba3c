"""How a plain model's accuracy grows with the distinct rows it learns from, and what the next rows are worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anechoic.diversity.accuracy_change import one_row_a_group
from anechoic.diversity.curve_laws import carried_on
from anechoic.diversity.schema import CurvePoint, NextRows
from anechoic.numeric.arrays import Floats, Indices, Vectors
from anechoic.numeric.intervals import share_interval
from anechoic.numeric.linear_probe import LabelledVectors, fit_predict, fold_parts
from anechoic.project.progress import progress
from anechoic.stratify.sample import sample_groups

FOLDS = 5  # each row is tested by models that learned from parts of the other four fifths
SHARES = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0)  # of those four fifths, learned from
REPEATS = 8  # of folds and parts
MANY_ROWS, FEW_REPEATS = 1000, 3  # from so many rows on so few repeats, for then a draw is like another
MAX_ROWS = 4000  # distinct rows drawn of more, so that the time is bounded
MIN_ROWS, MIN_SIZES = 40, 3  # below them no law can be fitted
NEXT = 100  # fresh rows whose worth is told; as many as there are where there are fewer
FARTHEST = 4  # times the rows that were measured, beyond which no law is believed
BOOTSTRAPS = 500
LINE = 12  # sizes at which the law is drawn


@dataclass(frozen=True)
class LearningCurve:
    """The curve and what more rows are worth; or the reason why there is none."""

    points: list[CurvePoint]
    law: list[CurvePoint]  # the curve as it is carried on
    next_rows: NextRows | None  # the next hundred, or as many as there are where there are fewer
    doubled: NextRows | None  # as many as there are
    reason: str = ""  # why there is no curve, or why it cannot be carried on

    def reached(self) -> float:
        """The accuracy that the probe surely reaches; 0 without a curve."""
        return max((point.low for point in self.points), default=0.0)


@dataclass(frozen=True)
class Measured:
    """How often each distinct row is right, by the number of rows that were learned from."""

    sizes: Indices  # (sizes,) ascending
    hits: Floats  # (repeats, rows, sizes) 1 where the row is right
    distinct: int  # rows there are, of which `hits` may be a sample
    seed: int

    def means(self) -> Floats:
        """Accuracy at each size, then that of resamples of the rows and of the repeats: (1 + b, sizes)."""
        repeats, rows, _ = self.hits.shape
        rng = np.random.default_rng(self.seed)
        drawn = [self.hits.mean((0, 1))]
        for _ in range(BOOTSTRAPS):
            times = np.bincount(rng.integers(0, rows, rows), minlength=rows)
            again = np.bincount(rng.integers(0, repeats, repeats), minlength=repeats)
            drawn.append(again @ (times @ self.hits) / (rows * repeats))
        return np.stack(drawn)

    def accuracies_at(self, at: Sequence[float]) -> Floats:
        """Accuracy after `at` (m,) rows by laws fitted to all tested rows, then to each resample: (1 + b, m)."""
        asked = np.array(at, dtype=np.float64)
        return carried_on(self.sizes.astype(np.float64), self.means(), asked, np.random.default_rng(self.seed))

    def worth_of(self, more: int) -> NextRows:
        """What so many fresh rows more are worth, with the 95 % interval of the resamples."""
        rises = np.diff(self.accuracies_at([self.distinct, self.distinct + more]), axis=1)[:, 0]  # (1 + b,)
        low, high = np.quantile(rises[1:], [0.025, 0.975])
        return NextRows(rows=more, gain=float(rises[0]), gain_low=float(low), gain_high=float(high))

    def points(self) -> list[CurvePoint]:
        """The measured points with their 95 % intervals."""
        points = _points(self.sizes, self.means())
        rows = self.hits.shape[1]
        for point in points:
            if point.accuracy in {0, 1}:  # of these a bootstrap learns nothing
                point.low, point.high = share_interval(int(point.accuracy) * rows, rows)
        return points

    def law(self) -> list[CurvePoint]:
        """The laws from the smallest size to twice the rows there are, as far as they are believed."""
        last = min(2 * self.distinct, FARTHEST * self.hits.shape[1])
        sizes = np.unique(np.rint(np.geomspace(self.sizes[0], last, LINE)).astype(np.int64))
        return _points(sizes, self.accuracies_at(sizes.tolist()))


def _points(sizes: Indices, accuracies: Floats) -> list[CurvePoint]:
    """Sizes (s,) and their accuracies, the measured ones and resamples (1 + b, s) -> points with intervals."""
    low, high = np.quantile(accuracies[1:], [0.025, 0.975], axis=0)
    columns = (each.tolist() for each in (sizes, accuracies[0], low, high))
    return [
        CurvePoint(effective_rows=size, accuracy=value, low=below, high=above)
        for size, value, below, above in zip(*columns, strict=True)
    ]


def learning_curve(data: LabelledVectors, seed: int) -> LearningCurve:
    """All raw rows -> accuracy of the probe by the number of distinct rows it learned from, with 95 % intervals.

    Intervals resample the tested rows, which are the same at every size, so what is merely hard moves all points
    together, and the repeats, which learned from other parts. The curve is carried on by laws fitted anew to each
    resample (see curve_laws).
    """
    measured = measure(data, seed)
    if isinstance(measured, str):
        return LearningCurve([], [], None, None, measured)
    drawn, more = measured.hits.shape[1], min(NEXT, measured.distinct)
    if measured.distinct + more > FARTHEST * drawn:
        reason = (
            f"the curve was measured on {drawn:,} of {measured.distinct:,} distinct rows, too few to carry it on"
        )
        return LearningCurve(measured.points(), measured.law(), None, None, reason)
    return LearningCurve(
        points=measured.points(),
        law=measured.law(),
        next_rows=measured.worth_of(more),
        doubled=measured.worth_of(measured.distinct) if 2 * measured.distinct <= FARTHEST * drawn else None,
    )


def measure(data: LabelledVectors, seed: int) -> Measured | str:
    """All raw rows -> how often each is right, by the rows learned from; or why that cannot be measured.

    One row stands for an echo group; a group whose labels are tied has none. Rows made from others take no part: it
    is about what people say next. Each row is tested by models that learned from nested random parts of the other
    folds. Folds and parts are not stratified: the classes of fresh rows are a matter of chance too, and a rare one
    that is there at the largest size alone looks like a rise.
    """
    originals = ~data.is_made()
    rows = one_row_a_group(data.labels, data.groups, originals, originals)
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
    most = rows * (FOLDS - 1) // FOLDS  # the smallest of the folds' rests
    return sorted({size for share in SHARES if (size := round(share * most)) >= 2 * classes})


def _hits(vectors: Vectors, labels: Indices, sizes: Sequence[int], seed: int) -> Floats:
    """Where each row is right, by the rows learned from: (repeats, rows, sizes)."""
    rng = np.random.default_rng(seed)
    repeats = REPEATS if len(labels) < MANY_ROWS else FEW_REPEATS
    hits = np.zeros((repeats, len(labels), len(sizes)))
    with progress() as bar:
        task = bar.add_task("learning curve", total=repeats * FOLDS)
        for repeat in range(repeats):
            for train, test in fold_parts(rng.permutation(len(labels)) % FOLDS):
                order = rng.permutation(train)  # nested: what a smaller part holds, a larger one holds too
                for column, size in enumerate(sizes):
                    part = order[:size]
                    predicted = fit_predict(vectors[part], labels[part], vectors[test])
                    hits[repeat, test, column] = predicted == labels[test]
                bar.advance(task)
    return hits
