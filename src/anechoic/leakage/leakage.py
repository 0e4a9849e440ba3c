"""Stage leakage: what a random test would have said, what an honest one says, and where the points come from."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.leakage.class_prior import reweighted
from anechoic.leakage.schema import Difference, LeakageParams, LeakageReport
from anechoic.leakage.similarity_bands import Bootstrap, accuracy_after_purging, accuracy_by_band
from anechoic.numeric.arrays import Floats, Indices, Vectors, dense_codes, matrix
from anechoic.numeric.intervals import group_interval, resampled_means
from anechoic.numeric.linear_probe import LabelledVectors, fit_predict, fold_parts, out_of_fold
from anechoic.numeric.nearest import nearest
from anechoic.numeric.scores import score
from anechoic.project.progress import progress
from anechoic.project.schema import Score
from anechoic.stratify.folds import folds
from anechoic.stratify.sample import sample_groups


@dataclass(frozen=True)
class Arms:
    """Right (1) or wrong (0) for each row under random and whole-group folds, and its nearest training cosine.

    All of shape (repeats, rows); the cosines are those of the random folds.
    """

    naive: Floats
    honest: Floats
    nearest: Floats


def leakage(
    clean: pl.DataFrame,
    embeddings: pl.DataFrame,
    groups: pl.DataFrame,
    split: pl.DataFrame,
    params: LeakageParams,
    *,
    inbox: Vectors | None = None,
) -> LeakageReport:
    """The report of a random against an honest test on all raw rows, from the tables of the stages before.

    What echoes an exam row is in both arms too, but in no training for the exam. inbox: unit vectors of the
    unlabelled texts (n, d).
    """
    rows = clean
    for table in (embeddings, groups, split.select("row_id", "split", "weight", "reason")):
        rows = rows.join(table, on="row_id", maintain_order="left")
    raw = _sampled(rows.filter(pl.col("role") == "raw"), params)
    data = LabelledVectors(matrix(raw["vector"]), dense_codes(raw["label_id"]), dense_codes(raw["group_id"]))
    arms = _arms(data, params)
    naive, honest = arms.naive.mean(0), arms.honest.mean(0)  # (rows,) share of the repeats
    bootstrap = Bootstrap(params.bootstraps, params.seed)
    right = _exam_right(rows, params)
    fold = folds(data.labels, data.groups, params.folds, params.seed)
    return LeakageReport(
        **_accuracies(naive, honest, data.groups, bootstrap),
        exam=_score(right, params) if right else None,
        exam_difference=_difference(right[0], honest, data.groups, bootstrap) if right else None,
        inbox=reweighted(raw, honest, inbox, data, bootstrap) if inbox is not None and len(inbox) else None,
        rows=raw.height,
        model=f"logistic regression on frozen vectors of {rows['encoder'][0]}",
        repeats=params.repeats,
        bands=accuracy_by_band(arms.naive, arms.nearest, data.groups, params.bands, bootstrap),
        stress=accuracy_after_purging(data.vectors, data.labels, fold, params.stress, params.seed),
    )


def _accuracies(naive: Floats, honest: Floats, groups: Indices, bootstrap: Bootstrap) -> dict[str, float]:
    """The fields of both arms and of their difference, which is paired: each with _low and _high."""
    columns = {"naive_accuracy": naive, "honest_accuracy": honest, "inflation": naive - honest}
    table = np.column_stack(list(columns.values()))  # (rows, 3)
    lows, highs = group_interval(table, groups, *bootstrap)
    fields = {}
    for column, name in enumerate(columns):
        fields[name] = float(table[:, column].mean())
        fields[f"{name}_low"], fields[f"{name}_high"] = float(lows[column]), float(highs[column])
    return fields


def _sampled(raw: pl.DataFrame, params: LeakageParams) -> pl.DataFrame:
    """Whole echo groups drawn at random until the knob's rows are reached; all where there are no more."""
    return raw.filter(pl.Series(sample_groups(dense_codes(raw["group_id"]), params.most_rows, params.seed)))


def _arms(data: LabelledVectors, params: LeakageParams) -> Arms:
    """Both arms over the redrawn folds."""
    naive, honest, cosines = (np.empty((params.repeats, len(data.labels))) for _ in range(3))
    with progress() as bar:
        task = bar.add_task("random against honest folds", total=params.repeats)
        for repeat in range(params.repeats):
            seed = params.seed + repeat
            at_random = folds(data.labels, None, params.folds, seed)
            whole = folds(data.labels, data.groups, params.folds, seed)
            naive[repeat] = out_of_fold(data.vectors, data.labels, at_random) == data.labels
            honest[repeat] = out_of_fold(data.vectors, data.labels, whole) == data.labels
            for train, test in fold_parts(at_random):
                cosines[repeat, test] = nearest(data.vectors[test], data.vectors[train])[1]
            bar.advance(task)
    return Arms(naive=naive, honest=honest, nearest=cosines)


def _exam_right(rows: pl.DataFrame, params: LeakageParams) -> tuple[Floats, Indices, Indices] | None:
    """Right or wrong, truth and prediction for the exam's distinct rows, by the probe trained on raw rows.

    Trained on what neither echoes an exam row nor was made from one; None where there is nothing to train on.
    """
    exam = rows.filter((pl.col("split") == "exam") & (pl.col("weight") > 0))
    made = (pl.col("split") == "excluded") & (pl.col("reason") == "augmented")
    beside_exam = (pl.col("reason") == "exam_echo") | made
    train = _sampled(rows.filter((pl.col("role") == "raw") & ~beside_exam), params)
    if exam.is_empty() or train.is_empty():
        return None
    truth = exam["label_id"].to_numpy()
    predicted = fit_predict(matrix(train["vector"]), train["label_id"].to_numpy(), matrix(exam["vector"]))
    return (predicted == truth).astype(np.float64), truth, predicted


def _score(right: tuple[Floats, Indices, Indices], params: LeakageParams) -> Score:
    _, truth, predicted = right
    return score(truth, predicted, np.arange(len(truth)), params.bootstraps, params.seed)


def _difference(exam: Floats, honest: Floats, groups: Indices, bootstrap: Bootstrap) -> Difference:
    """Exam minus honest accuracy, both resampled independently of each other."""
    exam_means = resampled_means(exam[:, None], np.arange(len(exam)), bootstrap.draws, bootstrap.seed + 1)
    honest_means = resampled_means(honest[:, None], groups, *bootstrap)
    low, high = np.quantile(exam_means - honest_means, [0.025, 0.975])
    difference = float(exam.mean() - honest.mean())
    return Difference(difference=difference, difference_low=float(low), difference_high=float(high))
