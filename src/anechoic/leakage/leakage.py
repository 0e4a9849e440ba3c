"""Stage leakage: what a random test would have said, what an honest one says, and where the points come from."""

import numpy as np
import polars as pl

from anechoic.leakage.class_prior import reweighted
from anechoic.leakage.schema import Difference, LeakageParams, LeakageReport
from anechoic.leakage.similarity_bands import bands, stress
from anechoic.numeric.arrays import Floats, Indices, Vectors, matrix
from anechoic.numeric.intervals import group_interval, resampled_means
from anechoic.numeric.linear_probe import LabelledVectors, fit_predict, fold_parts, out_of_fold
from anechoic.numeric.scores import score
from anechoic.project.progress import progress
from anechoic.project.schema import Score
from anechoic.stratify.folds import folds


def leakage(
    clean: pl.DataFrame,
    embeddings: pl.DataFrame,
    groups: pl.DataFrame,
    split: pl.DataFrame,
    params: LeakageParams,
    inbox: Vectors | None = None,
) -> LeakageReport:
    """The report on all raw rows; on what echoes an exam row only for both arms, never for the exam.

    inbox: unit vectors of the unlabelled texts (n, d).
    """
    rows = clean.join(embeddings, on="row_id", maintain_order="left").join(
        groups, on="row_id", maintain_order="left"
    )
    rows = rows.join(split.select("row_id", "split", "weight", "reason"), on="row_id", maintain_order="left")
    raw = _some(rows.filter(pl.col("role") == "raw"), params)
    data = LabelledVectors(matrix(raw["vector"]), _codes(raw["label_id"]), _codes(raw["group_id"]))
    naive, honest, nearest = _arms(data, params)
    arms = np.column_stack([naive.mean(0), honest.mean(0), naive.mean(0) - honest.mean(0)])
    draws = params.bootstraps, params.seed
    low, high = group_interval(arms, data.groups, *draws)
    right = _exam_right(rows, params)
    fold = folds(data.labels, data.groups, params.folds, params.seed)
    return LeakageReport(
        naive_accuracy=float(arms[:, 0].mean()),
        naive_accuracy_low=low[0],
        naive_accuracy_high=high[0],
        honest_accuracy=float(arms[:, 1].mean()),
        honest_accuracy_low=low[1],
        honest_accuracy_high=high[1],
        inflation=float(arms[:, 2].mean()),
        inflation_low=low[2],
        inflation_high=high[2],
        exam=_score(right, params) if right else None,
        exam_difference=_difference(right[0], arms[:, 1], data.groups, draws) if right else None,
        inbox=reweighted(raw, honest.mean(0), inbox, data, draws) if inbox is not None and len(inbox) else None,
        rows=raw.height,
        model=f"logistic regression on frozen vectors of {rows['encoder'][0]}",
        repeats=params.repeats,
        bands=bands(naive, nearest, data.groups, params.bands, draws),
        stress=stress(data.vectors, data.labels, fold, params.stress, params.seed),
    )


def _some(raw: pl.DataFrame, params: LeakageParams) -> pl.DataFrame:
    """Whole echo groups drawn at random until the knob's rows are reached; all where there are no more."""
    if raw.height <= params.most_rows:
        return raw
    sizes = raw.group_by("group_id", maintain_order=True).len().sample(fraction=1, shuffle=True, seed=params.seed)
    drawn = sizes.filter(pl.col("len").cum_sum() <= params.most_rows)["group_id"]
    return raw.filter(pl.col("group_id").is_in(drawn.implode()))


def _codes(column: pl.Series) -> Indices:
    """Values as codes from 0, in sorted order of the values."""
    codes: Indices = np.unique(column.to_numpy(), return_inverse=True)[1]
    return codes


def _arms(data: LabelledVectors, params: LeakageParams) -> tuple[Floats, Floats, Floats]:
    """Right or wrong for each row under random and under whole-group folds, and its nearest training cosine.

    Three arrays of shape (repeats, rows); the cosines are those of the random folds.
    """
    naive, honest, nearest = (np.empty((params.repeats, len(data.labels))) for _ in range(3))
    with progress() as bar:
        task = bar.add_task("random against honest folds", total=params.repeats)
        for repeat in range(params.repeats):
            seed = params.seed + repeat
            at_random = folds(data.labels, None, params.folds, seed)
            whole = folds(data.labels, data.groups, params.folds, seed)
            naive[repeat] = out_of_fold(data.vectors, data.labels, at_random) == data.labels
            honest[repeat] = out_of_fold(data.vectors, data.labels, whole) == data.labels
            for train, test in fold_parts(at_random):
                nearest[repeat, test] = (data.vectors[test] @ data.vectors[train].T).max(1)
            bar.advance(task)
    return naive, honest, nearest


def _exam_right(rows: pl.DataFrame, params: LeakageParams) -> tuple[Floats, Indices, Indices] | None:
    """Right or wrong, truth and prediction for the exam's distinct rows, by the probe trained on raw rows.

    Trained on what echoes no exam row; None where there is no exam or nothing to train on.
    """
    exam = rows.filter((pl.col("split") == "exam") & (pl.col("weight") > 0))
    train = _some(rows.filter((pl.col("role") == "raw") & (pl.col("reason") != "exam_echo")), params)
    if exam.is_empty() or train.is_empty():
        return None
    truth = exam["label_id"].to_numpy()
    predicted = fit_predict(matrix(train["vector"]), train["label_id"].to_numpy(), matrix(exam["vector"]))
    return (predicted == truth).astype(np.float64), truth, predicted


def _score(right: tuple[Floats, Indices, Indices], params: LeakageParams) -> Score:
    _, truth, predicted = right
    return score(truth, predicted, np.arange(len(truth)), params.bootstraps, params.seed)


def _difference(exam: Floats, honest: Floats, groups: Indices, draws: tuple[int, int]) -> Difference:
    """Exam minus honest accuracy, both resampled independently of each other."""
    bootstraps, seed = draws
    of_exam = resampled_means(exam[:, None], np.arange(len(exam)), bootstraps, seed + 1)
    of_honest = resampled_means(honest[:, None], groups, bootstraps, seed)
    low, high = np.quantile(of_exam - of_honest, [0.025, 0.975])
    difference = float(exam.mean() - honest.mean())
    return Difference(difference=difference, difference_low=float(low), difference_high=float(high))
