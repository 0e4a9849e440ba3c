"""Stage evaluate: every row predicted, scored beside cheap models, and a verdict in plain words."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.classifier.classifier import Classifier
from anechoic.evaluate.breakdown import LEARNED, Side, beside, confusion, mistakes, per_label, side_of, slices
from anechoic.evaluate.reliability import abstention, expected_calibration_error, reliability
from anechoic.evaluate.schema import EvaluateParams, EvaluationReport, ExamScore, TestScore
from anechoic.evaluate.verdict import Evidence, advice, verdict
from anechoic.numeric.arrays import Floats, matrix
from anechoic.project.schema import Score
from anechoic.train.schema import TrainReport


@dataclass(frozen=True)
class Evaluation:
    """The result of the stage."""

    predictions: pl.DataFrame
    report: EvaluationReport


def evaluate(
    clean: pl.DataFrame,
    embeddings: pl.DataFrame,
    split: pl.DataFrame,
    groups: pl.DataFrame,
    classifier: Classifier,
    train: TrainReport,
    params: EvaluateParams,
) -> Evaluation:
    """Predict all rows, score the sides, judge.

    The exam is predicted by the shipped model, everything else by the one that never saw a test row. Raises
    nothing where a side is empty: its score is null, and the advice says so.
    """
    rows = clean.join(embeddings.select("row_id", "vector"), on="row_id", maintain_order="left")
    rows = rows.join(split.select("row_id", "split", "weight"), on="row_id", maintain_order="left")
    rows = rows.join(groups.select("row_id", "group_id"), on="row_id", maintain_order="left")
    rows = _predicted(rows, classifier, train)
    names = [label.name for label in classifier.card.labels]
    sides = {
        side: side_of(rows.filter((pl.col("split") == side) & (pl.col("weight") > 0)), classifier.card)
        for side in ("train", "validation", "test", "exam")
    }
    scores = {side: each.score(params) for side, each in sides.items() if len(each.truth)}
    cheap, worth = beside(sides, params, train.refit)
    evidence = Evidence(sides, scores, train, worth, names, _repeats(rows))
    code, reason = verdict(evidence, params)
    test, exam = sides["test"], sides["exam"]
    report = EvaluationReport(
        test=TestScore(**_scored(scores["test"], test, names)) if "test" in scores else None,
        train=scores.get("train"),
        validation=scores.get("validation"),
        exam=ExamScore(**_scored(scores["exam"], exam, names)) if "exam" in scores else None,
        baselines=cheap,
        worth=worth,
        labels=names,
        confusion=confusion(test),
        exam_confusion=confusion(exam),
        temperature=classifier.card.temperature,
        abstain_below=classifier.card.abstain_below,
        reliability=reliability(test.rows["confidence"].to_numpy(), test.right),
        abstention=abstention(test.rows["confidence"].to_numpy(), test.right),
        slices=[each for side in ("test", "exam") for each in slices(side, sides[side], params)],
        mistakes=mistakes(sides, rows, params.mistakes),
        verdict=code,
        verdict_reason=reason,
        advice=advice(evidence),
    )
    columns = ["row_id", "split", "label_id", "predicted_id", "predicted", "confidence", "similarity_to_train"]
    return Evaluation(rows.select(*columns, "probabilities"), report)


def _predicted(rows: pl.DataFrame, classifier: Classifier, train: TrainReport) -> pl.DataFrame:
    """Rows with predicted_id, predicted, confidence, probabilities, similarity_to_train and nearest (row_id)."""
    used = pl.col("weight") > 0
    parts = []
    for part, model, of in (
        (rows.filter(pl.col("role") == "raw"), classifier.before_refit(), ["train"]),
        (rows.filter(pl.col("role") == "exam"), classifier, LEARNED[train.refit]),
    ):
        spread = model.probabilities(part["canonical"].to_list())
        best = spread.argmax(1) if len(spread) else np.empty(0, np.int64)
        known = rows.filter(pl.col("split").is_in(of) & used)
        cosine, nearest = _nearest(part, known)
        labels = classifier.card.labels
        parts.append(
            part.with_columns(
                pl.Series("predicted_id", [labels[at].label_id for at in best], dtype=pl.Int64),
                pl.Series("predicted", [labels[at].name for at in best], dtype=pl.String),
                pl.Series("confidence", spread.max(1, initial=0), dtype=pl.Float64),
                pl.Series("similarity_to_train", cosine, dtype=pl.Float32),
                pl.Series("nearest", nearest, dtype=pl.String),
                pl.Series("probabilities", spread.astype(np.float32).tolist(), dtype=pl.List(pl.Float32)),
            )
        )
    return pl.concat(parts)


def _nearest(rows: pl.DataFrame, known: pl.DataFrame) -> tuple[Floats, list[str]]:
    """Cosine to the nearest known row other than itself, and that row's id."""
    if rows.is_empty() or known.is_empty():
        return np.zeros(rows.height), [""] * rows.height
    similar = matrix(rows["vector"]) @ matrix(known["vector"]).T
    places = {row_id: at for at, row_id in enumerate(known["row_id"])}
    for at, row_id in enumerate(rows["row_id"]):
        if row_id in places:
            similar[at, places[row_id]] = -1
    best = similar.argmax(1)
    ids = known["row_id"].gather(best).to_list()
    return np.clip(similar[np.arange(len(best)), best], -1, 1).astype(np.float64), ids


def _scored(plain: Score, side: Side, names: list[str]) -> dict[str, object]:
    """The fields of a score with calibration and classes."""
    bins = reliability(side.rows["confidence"].to_numpy(), side.right)
    return plain.model_dump() | {
        "ece": expected_calibration_error(bins),
        "per_label": per_label(side, names),
    }


def _repeats(rows: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Of test and exam: rows there are, and echo groups among them."""
    return {
        side: (part.height, part["group_id"].n_unique())
        for side in ("test", "exam")
        for part in [rows.filter(pl.col("split") == side)]
    }
