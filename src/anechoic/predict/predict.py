"""Stage predict: every CSV of the inbox gets its classes, with the nearest training row as the reason."""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

import numpy as np
import polars as pl

from anechoic.classifier.classifier import Classifier
from anechoic.files.read import disarm
from anechoic.files.unlabelled import Inbox, read_inbox
from anechoic.numeric.arrays import Vectors, matrix
from anechoic.predict.junk import junk_of
from anechoic.predict.schema import FilePredictions, PredictionsReport, PredictParams, Reason
from anechoic.text.repair import canonicalize
from anechoic.validate.schema import ValidateParams

Encode = Callable[[list[str]], Vectors]
ADDED = (
    "predicted_id",
    "predicted",
    "confidence",
    "abstained",
    "junk",
    "nearest_row_id",
    "nearest_text",
    "nearest_cosine",
)


@dataclass(frozen=True)
class Known:
    """The training rows: row_id, text, label, and their vectors."""

    rows: pl.DataFrame

    @classmethod
    def of(cls, clean: pl.DataFrame, embeddings: pl.DataFrame, split: pl.DataFrame) -> "Known":
        """The rows that were trained on and count."""
        used = split.filter((pl.col("split") == "train") & (pl.col("weight") > 0)).select("row_id")
        rows = clean.join(used, on="row_id", maintain_order="left").join(
            embeddings.select("row_id", "vector"), on="row_id", maintain_order="left"
        )
        return cls(rows.select("row_id", "text", "label", "vector"))

    def nearest(self, vectors: Vectors) -> pl.DataFrame:
        """nearest_row_id, nearest_text, nearest_label, nearest_cosine of each vector."""
        if not len(vectors) or self.rows.is_empty():
            return NOTHING_NEAR.clear()
        similar = vectors @ matrix(self.rows["vector"]).T
        best = similar.argmax(1)
        near: pl.DataFrame = self.rows[best]
        found = near.select(nearest_row_id="row_id", nearest_text="text", nearest_label="label")
        return found.with_columns(nearest_cosine=pl.Series(similar[np.arange(len(best)), best], dtype=pl.Float64))


NOTHING_NEAR = pl.DataFrame(
    {"nearest_row_id": "", "nearest_text": "", "nearest_label": "", "nearest_cosine": 0.0},
)


@dataclass(frozen=True)
class Predictions:
    """The result of the stage: CSV texts by name, and the report."""

    files: dict[str, str]
    report: PredictionsReport


def predict(
    inbox: dict[str, bytes | OSError],
    classifier: Classifier,
    known: Known,
    encode: Encode,
    rules: ValidateParams,
    params: PredictParams,
) -> Predictions:
    """Classify every file. One that cannot be read is reported with the reason and stops no other."""
    files: dict[str, str] = {}
    told: list[FilePredictions] = []
    reasons: list[Reason] = []
    for name, content in inbox.items():
        read = read_inbox(name, content)
        answers = _answers(read, classifier, known, encode, rules)
        if not read.problem:
            target = name if name.endswith(".csv") else f"{name}.csv"
            files[target] = predictions_csv(read, answers)
        told.append(_told(read, answers, classifier))
        reasons += [
            Reason(file=name, **row)
            for row in answers.head(params.shown - len(reasons))
            .select(*Reason.model_fields.keys() - {"file"})
            .to_dicts()
        ]
    return Predictions(files, PredictionsReport(files=told, shown=reasons))


def _answers(
    read: Inbox, classifier: Classifier, known: Known, encode: Encode, rules: ValidateParams
) -> pl.DataFrame:
    """One line a record: what is predicted, whether it is junk, what is nearest."""
    texts = list(read.texts)
    near = known.nearest(encode([canonicalize(text) for text in texts])) if texts else NOTHING_NEAR.clear()
    if near.is_empty() and texts:
        near = pl.concat([NOTHING_NEAR] * len(texts))
    junk = [record.problem or code for record, code in zip(read.records, junk_of(texts, rules), strict=True)]
    answers = pl.concat([classifier.predict(texts), near], how="horizontal")
    return answers.with_columns(pl.Series("text", texts, dtype=pl.String), pl.Series("junk", junk, dtype=pl.String))


def _told(read: Inbox, answers: pl.DataFrame, classifier: Classifier) -> FilePredictions:
    return FilePredictions(
        file=read.name,
        rows=len(read.records),
        predicted=dict(sorted(Counter(answers["predicted"]).items())),
        abstained=int(answers["abstained"].sum()),
        junk=int((answers["junk"] != "").sum()),
        truncated=classifier.truncated(list(read.texts)),
        problem=read.problem,
    )


def predictions_csv(read: Inbox, answers: pl.DataFrame) -> str:
    """The original columns and rows in their order, then the answers; safe to open in a spreadsheet.

    A record with too many or too few fields keeps what it has; a broken one stands whole in the first column.
    Fields that a spreadsheet would take for a formula get an apostrophe in front, numbers stay as they are.
    """
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    width = max([len(read.columns), *(len(record.fields) for record in read.records)])
    extra = [f"column_{at}" for at in range(len(read.columns) + 1, width + 1)]
    writer.writerow([*map(disarm, read.columns), *extra, *ADDED])
    for record, answer in zip(read.records, answers.select(*ADDED).iter_rows(named=True), strict=True):
        fields = list(record.fields) or [record.raw]
        confidence, cosine = f"{answer['confidence']:.4f}", f"{answer['nearest_cosine']:.4f}"
        written = answer | {"confidence": confidence, "nearest_cosine": cosine}
        written |= {"abstained": str(answer["abstained"]).lower()}
        row = [*fields, *[""] * (width - len(fields)), *written.values()]
        writer.writerow([disarm(str(field)) for field in row])
    return stream.getvalue()
