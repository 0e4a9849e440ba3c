"""Stage evaluate: every row predicted, scored beside cheap models, and a verdict in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from anechoic.classifier.card import Card
from anechoic.classifier.classifier import Classifier
from anechoic.diversity.schema import WorthReport
from anechoic.evaluate.advice import advice
from anechoic.evaluate.beside import with_baselines
from anechoic.evaluate.breakdown import Side, confusion, mistakes, per_label, side_of, slices
from anechoic.evaluate.evidence import Evidence
from anechoic.evaluate.exam_looks import with_look
from anechoic.evaluate.reliability import abstention, answered, expected_calibration_error, reliability
from anechoic.evaluate.schema import (
    Answered,
    Baseline,
    EvaluateParams,
    EvaluationReport,
    ExamLooks,
    ExamScore,
    TestScore,
)
from anechoic.evaluate.verdict import quoted, verdict
from anechoic.numeric.arrays import Floats, Indices, matrix
from anechoic.numeric.nearest import NONE, nearest
from anechoic.project.kinds import SIDES
from anechoic.project.schema import Score
from anechoic.train.schema import TrainReport


@dataclass(frozen=True)
class ProjectTables:
    """The tables of a project that an evaluation reads."""

    clean: pl.DataFrame
    embeddings: pl.DataFrame
    split: pl.DataFrame
    groups: pl.DataFrame

    def joined(self) -> pl.DataFrame:
        """The rows of clean in their order, with vector, split, weight and group_id."""
        rows = self.clean
        for table, columns in (
            (self.embeddings, ("vector",)),
            (self.split, ("split", "weight")),
            (self.groups, ("group_id",)),
        ):
            rows = rows.join(table.select("row_id", *columns), on="row_id", maintain_order="left")
        return rows


@dataclass(frozen=True)
class Before:
    """What earlier stages and earlier runs said that a verdict leans on."""

    train: TrainReport
    data: WorthReport
    looks: ExamLooks | None  # None: the exam was never looked at
    weights: str  # sha256 of the shipped weights


@dataclass(frozen=True)
class Evaluation:
    """The result of the stage."""

    predictions: pl.DataFrame
    report: EvaluationReport
    looks: ExamLooks


def evaluate(tables: ProjectTables, classifier: Classifier, before: Before, params: EvaluateParams) -> Evaluation:
    """Predict all rows, score the sides, judge.

    The exam is predicted by the shipped model, everything else by the one that never saw a test row. Raises
    nothing where a side is empty: its score is null, and the advice says so.
    """
    rows = _predicted(tables.joined(), classifier)
    sides = {
        side: side_of(rows.filter((pl.col("split") == side) & (pl.col("weight") > 0)), classifier.card)
        for side in (*SIDES, "exam")
    }
    baselines, worth = with_baselines(sides, params, classifier.card.learned_from)
    looks, exam_looks = with_look(before.looks, sides["exam"].rows["row_id"], before.weights)
    found = Evidence(
        sides=sides,
        scores={side: each.score(params) for side, each in sides.items() if len(each.truth)},
        train=before.train,
        worth=worth,
        labels=[label.name for label in classifier.card.labels],
        answered=_answered(sides, classifier.card.abstain_below, before.train.answered_accuracy),
        repeats=_repeats(rows),
        data=before.data,
        exam_looks=exam_looks,
        params=params,
    )
    reached = quoted(found)
    evidence = replace(found, data=before.data.lifted(reached.accuracy_low)) if reached else found
    columns = ["row_id", "split", "label_id", "predicted_id", "predicted", "confidence", "similarity_to_train"]
    return Evaluation(
        rows.select(*columns, "probabilities", nearest_row_id="nearest"),
        _report(evidence, baselines, classifier.card, rows),
        looks,
    )


def _report(evidence: Evidence, baselines: dict[str, Baseline], card: Card, rows: pl.DataFrame) -> EvaluationReport:
    """All that the evidence says; rows: every row with its prediction."""
    sides, scores, params = evidence.sides, evidence.scores, evidence.params
    code, reason = verdict(evidence)
    test = sides["test"]
    confidence = test.rows["confidence"].to_numpy()
    return EvaluationReport(
        fresh=quoted(evidence),
        **_side_scores(scores, sides, evidence.labels),
        baselines=baselines,
        worth=evidence.worth,
        exam_looks=evidence.exam_looks,
        labels=evidence.labels,
        confusion=confusion(test),
        exam_confusion=confusion(sides["exam"]),
        temperature=card.temperature,
        abstain_below=card.abstain_below,
        reliability=reliability(confidence, test.right),
        abstention=abstention(confidence, test.right),
        answered=evidence.answered,
        slices=[each for side in ("test", "exam") for each in slices(side, sides[side], params)],
        mistakes=mistakes(sides, rows, params.mistakes),
        verdict=code,
        verdict_reason=reason,
        advice=advice(evidence),
    )


def _predicted(rows: pl.DataFrame, classifier: Classifier) -> pl.DataFrame:
    """Rows with predicted_id, predicted, confidence, probabilities, similarity_to_train and nearest (row_id).

    Each row is compared with the rows that the model which predicts it learned from.
    """
    labels = classifier.card.labels
    parts = []
    for role, model in (("raw", classifier.before_refit()), ("exam", classifier)):
        part = rows.filter(pl.col("role") == role)
        probabilities = model.probabilities(part["canonical"].to_list())  # (rows of the part, classes)
        best = probabilities.argmax(1)
        learned = rows.filter(model.card.is_learned())
        cosines, nearest_ids = _nearest(part, learned)
        parts.append(
            part.with_columns(
                pl.Series("predicted_id", [labels[label].label_id for label in best], dtype=pl.Int64),
                pl.Series("predicted", [labels[label].name for label in best], dtype=pl.String),
                pl.Series("confidence", probabilities.max(1, initial=0), dtype=pl.Float64),
                pl.Series("similarity_to_train", cosines, dtype=pl.Float32),
                pl.Series("nearest", nearest_ids, dtype=pl.String),
                pl.Series("probabilities", probabilities.astype(np.float32).tolist(), dtype=pl.List(pl.Float32)),
            )
        )
    return pl.concat(parts)


def _nearest(rows: pl.DataFrame, learned: pl.DataFrame) -> tuple[Floats, list[str]]:
    """Cosine (rows,) to the nearest learned row other than itself, and its id; 0 and '' where there is none."""
    ids = learned["row_id"].to_list()
    places = {row_id: place for place, row_id in enumerate(ids)}
    itself: Indices = np.array([places.get(row_id, NONE) for row_id in rows["row_id"]], dtype=np.int64)
    best, cosines = nearest(matrix(rows["vector"]), matrix(learned["vector"]), without=itself)
    return cosines, ["" if row == NONE else ids[row] for row in best]


def _side_scores(
    scores: Mapping[str, Score], sides: Mapping[str, Side], names: list[str]
) -> dict[str, Score | None]:
    """The scores of train, validation, test and exam; the last two with calibration and classes."""
    detailed = {
        side: model(**scores[side].model_dump(), **_details(sides[side], names)) if side in scores else None
        for side, model in (("test", TestScore), ("exam", ExamScore))
    }
    return {"train": scores.get("train"), "validation": scores.get("validation")} | detailed


def _answered(sides: Mapping[str, Side], below: float, wanted: float) -> list[Answered]:
    """Whether the share right that was wanted is kept on test and exam, where they hold a row."""
    return [
        answered(name, sides[name].rows["confidence"].to_numpy(), sides[name].right, below, wanted)
        for name in ("test", "exam")
        if len(sides[name].truth)
    ]


def _details(side: Side, names: list[str]) -> dict[str, object]:
    bins = reliability(side.rows["confidence"].to_numpy(), side.right)
    return {"ece": expected_calibration_error(bins), "per_label": per_label(side, names)}


def _repeats(rows: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Of test and exam: rows there are, and echo groups among them."""
    repeats = {}
    for side in ("test", "exam"):
        part = rows.filter(pl.col("split") == side)
        repeats[side] = (part.height, part["group_id"].n_unique())
    return repeats
