"""Stage leakage: what a random test would have said, what an honest one says, and where the points come from."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.augmented.declared import AUGMENTED, nothing_made
from anechoic.augmented.ties import folds_of_originals, made_flags, units_of
from anechoic.leakage.class_prior import reweighted
from anechoic.leakage.schema import Difference, LeakageParams, LeakageReport
from anechoic.leakage.similarity_bands import Bootstrap, accuracy_after_purging, accuracy_by_band
from anechoic.numeric.arrays import Floats, Indices, Vectors, dense_codes, matrix
from anechoic.numeric.intervals import group_interval, resampled_means
from anechoic.numeric.linear_probe import LabelledVectors, fit_predict, fold_parts, out_of_fold
from anechoic.numeric.nearest import nearest
from anechoic.numeric.scores import score
from anechoic.project.errors import DataError
from anechoic.project.progress import progress
from anechoic.project.schema import Score
from anechoic.stratify.sample import sample_groups


@dataclass(frozen=True)
class Arms:
    """Right (1) or wrong (0) for each row under random and whole-group folds, and its nearest training cosine.

    All of shape (repeats, tested rows); the cosines are those of the random folds.
    """

    naive: Floats
    honest: Floats
    nearest: Floats


@dataclass(frozen=True)
class Beside:
    """What is known beside the tables: unit vectors of the unlabelled texts (n, d), and the declared rows."""

    inbox: Vectors | None = None
    made: pl.DataFrame | None = None  # row_id, source, lost: see augmented/declared.py


def leakage(
    clean: pl.DataFrame,
    embeddings: pl.DataFrame,
    groups: pl.DataFrame,
    split: pl.DataFrame,
    params: LeakageParams,
    *,
    beside: Beside | None = None,
) -> LeakageReport:
    """The report of a random against an honest test on all raw rows, from the tables of the stages before.

    What echoes an exam row is in both arms too, but in no training for the exam. Rows declared as made from others
    always train under random folds, under honest ones where nothing that they are tied to is tested; they are in no
    test. Raises DataError where all rows are such.
    """
    inbox = beside.inbox if beside else None
    declared = beside.made if beside and beside.made is not None else nothing_made()
    rows = clean.join(declared.filter("lost"), on="row_id", how="anti", maintain_order="left")
    for table in (embeddings, groups, split.select("row_id", "split", "weight", "reason")):
        rows = rows.join(table, on="row_id", maintain_order="left")
    raw = _sampled(rows.filter(pl.col("role") == "raw"), params)
    data = _labelled(raw, declared)
    tested = ~data.is_made()
    units = np.unique(data.unit()[tested], return_inverse=True)[1]
    arms = _arms(data, params)
    naive, honest = arms.naive.mean(0), arms.honest.mean(0)  # (tested rows,) share of the repeats
    bootstrap = Bootstrap(params.bootstraps, params.seed)
    right = _exam_right(rows, params)
    fold = folds_of_originals(data.labels, data.unit(), data.is_made(), params.folds, params.seed)
    return LeakageReport(
        **_accuracies(naive, honest, units, bootstrap),
        exam=_score(right, params) if right else None,
        exam_difference=_difference(right[0], honest, units, bootstrap) if right else None,
        inbox=reweighted(raw, honest, inbox, data, bootstrap) if inbox is not None and len(inbox) else None,
        rows=raw.height,
        only_trained=int(data.is_made().sum()),
        model=f"logistic regression on frozen vectors of {rows['encoder'][0]}",
        repeats=params.repeats,
        bands=accuracy_by_band(arms.naive, arms.nearest, units, params.bands, bootstrap),
        stress=accuracy_after_purging(data, fold, params.stress, params.seed),
    )


def _labelled(raw: pl.DataFrame, made: pl.DataFrame) -> LabelledVectors:
    """The rows of both arms."""
    flags = made_flags(raw, made)
    if flags.all():
        raise DataError(
            f"All {raw.height:,} rows are declared as made from others (params.yaml split.augmented, "
            "split.source_column): none is left that may examine. Declare only those that were made from another."
        )
    labels, groups = dense_codes(raw["label_id"]), dense_codes(raw["group_id"])
    return LabelledVectors(matrix(raw["vector"]), labels, groups, flags, units_of(raw, made))


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
    made, tested = data.is_made(), ~data.is_made()
    alone = np.arange(len(made))
    naive, honest, cosines = (np.empty((params.repeats, tested.sum())) for _ in range(3))
    place = np.cumsum(tested) - 1  # of each tested row among the tested ones
    with progress() as bar:
        task = bar.add_task("random against honest folds", total=params.repeats)
        for repeat in range(params.repeats):
            seed = params.seed + repeat
            at_random = folds_of_originals(data.labels, alone, made, params.folds, seed)
            whole = folds_of_originals(data.labels, data.unit(), made, params.folds, seed)
            for arm, fold in ((naive, at_random), (honest, whole)):
                predicted = out_of_fold(data.vectors, data.labels, fold, made)
                arm[repeat] = (predicted == data.labels)[tested]
            for train, test in fold_parts(at_random, made):
                cosines[repeat, place[test]] = nearest(data.vectors[test], data.vectors[train])[1]
            bar.advance(task)
    return Arms(naive=naive, honest=honest, nearest=cosines)


def _exam_right(rows: pl.DataFrame, params: LeakageParams) -> tuple[Floats, Indices, Indices] | None:
    """Right or wrong, truth and prediction for the exam's distinct rows, by the probe trained on raw rows.

    Trained on what neither echoes an exam row nor was made from one; None where there is nothing to train on.
    """
    exam = rows.filter((pl.col("split") == "exam") & (pl.col("weight") > 0))
    made = (pl.col("split") == "excluded") & (pl.col("reason") == AUGMENTED)
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
