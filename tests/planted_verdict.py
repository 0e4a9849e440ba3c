"""A project with a planted fault: texts and vectors of topics, trained, measured and judged by the real stages."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import tiny

from anechoic.classifier.classifier import Classifier
from anechoic.diversity.ceiling import Ceiling, stricter
from anechoic.diversity.drop_worth import labelled_vectors, worth_report
from anechoic.diversity.learning_curve import learning_curve
from anechoic.diversity.schema import WorthReport
from anechoic.echoes.labels.label_quality import label_quality
from anechoic.evaluate.evaluate import Before, ProjectTables, evaluate
from anechoic.evaluate.schema import EvaluateParams, EvaluationReport
from anechoic.numeric.arrays import vector_column
from anechoic.project import model_store
from anechoic.project.schema import Labels
from anechoic.train.schema import TrainReport
from anechoic.train.train import train

CLASSES = {6: "lead time", 7: "price", 8: "credit"}
LABELS = Labels.model_validate({code: {"name": name, "meaning": ""} for code, name in CLASSES.items()})
TOPICS, DIMENSION = 60, 128
TOPIC_WORDS = [f"w{at}" for at in range(2 * TOPICS)]
FILLERS = ["the", "was", "too", "please", "order", "is"]
KNOBS = {"epochs": 60, "patience": 10, "batch_size": 16, "learning_rate": 0.002}
EVALUATE = EvaluateParams(bootstraps=200, bands=[0.6, 0.8], mistakes=5, widest=0.3, gap=0.05, seed=1)


@dataclass(frozen=True)
class Rows:
    """Rows, each of one of many topics: its word beside words that mean nothing, and a vector of its own."""

    rows: int = 480
    wrong: float = 0.0  # share of labels that are another class's
    seed: int = 0
    first: int = 0  # the first of the TOPICS that are drawn from

    def drawn(self, role="raw"):
        """clean, with vector."""
        rng = np.random.default_rng(self.seed)
        topic = rng.integers(0, TOPICS, self.rows) + self.first
        turned = np.where(rng.random(self.rows) < self.wrong, rng.integers(1, len(CLASSES), self.rows), 0)
        codes = np.array(list(CLASSES))[(topic + turned) % len(CLASSES)]
        vectors = np.eye(DIMENSION)[topic] + 0.02 * rng.normal(size=(self.rows, DIMENSION))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        filler = rng.choice(FILLERS, size=(self.rows, 3))
        texts = [" ".join([*words, TOPIC_WORDS[at]]) for words, at in zip(filler, topic, strict=True)]
        columns = {
            "row_id": [f"{role}{row:04}" for row in range(self.rows)],
            "label_id": codes,
            "label": [CLASSES[code] for code in codes],
            "canonical": texts,
            "text": texts,
            "drop": f"{role}.csv",
            "line": np.arange(self.rows) + 1,
        }
        return pl.DataFrame(columns).with_columns(vector_column(vectors.astype(np.float32)), role=pl.lit(role))


def by_heart(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The same rows with texts that say nothing of the class and vectors that say all of it."""
    rng = np.random.default_rng(seed)
    texts = [" ".join(words) for words in rng.choice(TOPIC_WORDS, size=(rows.height, 6))]
    codes = rows["label_id"].to_numpy() - min(CLASSES)
    vectors = np.eye(DIMENSION)[codes] + 0.02 * rng.normal(size=(rows.height, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    told = rows.with_columns(canonical=pl.Series(texts), text=pl.Series(texts)).drop("vector", "role")
    return told.with_columns(vector_column(vectors.astype(np.float32)), rows["role"])


@dataclass(frozen=True)
class Judged:
    """What was said of a project, and of what it was drawn."""

    report: EvaluationReport
    train: TrainReport
    data: WorthReport


def judged(raw: pl.DataFrame, exam: pl.DataFrame, **knobs) -> Judged:
    """Train on three fifths of the raw rows, measure the rows and their labels, evaluate."""
    fifth = raw.height // 5
    sides = np.repeat(["train", "validation", "test"], [raw.height - 2 * fifth, fifth, fifth])
    split = raw.select(
        "row_id",
        split=pl.Series(np.random.default_rng(0).permutation(sides)),
        weight=pl.lit(1.0),
        group_id="row_id",
    )
    trained, classifier = _trained(raw, split, knobs)
    clean = pl.concat([raw, exam])
    groups, embeddings = clean.select("row_id", group_id="row_id"), clean.select("row_id", "vector")
    data = _measured(raw, labelled_vectors(clean, embeddings, groups))
    sealed = exam.select("row_id", split=pl.lit("exam"), weight=pl.lit(1.0), group_id="row_id")
    tables = ProjectTables(clean.drop("vector"), embeddings, pl.concat([split, sealed]), groups)
    before = Before(train=trained.report, data=data, looks=None, weights="w")
    return Judged(evaluate(tables, classifier, before, EVALUATE).report, trained.report, data)


def _trained(raw, split, knobs):
    folder = Path(tempfile.mkdtemp(prefix="anechoic-tests-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(tiny, "WORDS", tiny.WORDS + TOPIC_WORDS)
        params = tiny.params(tiny.checkpoint(folder / "bert"), **(KNOBS | knobs))
        trained = train(raw.drop("vector"), split, LABELS, params)
        model_store.write_model(f"{folder}/classifier", trained.save)
        return trained, Classifier.load(f"{folder}/classifier")


def _measured(raw, vectors):
    """The learning curve, and the ceiling that the doubted labels set."""
    curve = learning_curve(vectors, 1)
    errors = label_quality(raw.with_columns(group_id="row_id")).errors
    right = Ceiling(*(1 - (each or 0) / raw.height for each in (errors.rows, errors.high, errors.low)))
    return worth_report([], [], curve, stricter(right, None, curve.reached()))
