"""Stage predict: every CSV of the inbox gets its classes, with the nearest training row as the reason."""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np
import polars as pl

from anechoic.classifier.classifier import Classifier
from anechoic.numeric.arrays import Vectors, matrix
from anechoic.numeric.nearest import nearest
from anechoic.predict.junk import junk_of
from anechoic.predict.schema import FilePredictions, PredictionsReport, PredictParams, Reason
from anechoic.text.formulas import disarm
from anechoic.validate.schema import ValidateParams

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
class Predictor:
    """What answers for a text: a classifier, the rows it learned from (with `vector`), an encoder, junk rules."""

    classifier: Classifier
    learned: pl.DataFrame
    encode: Callable[[list[str]], Vectors]  # canonical texts -> unit vectors (n, d)
    rules: ValidateParams

    def answers(self, records: pl.DataFrame) -> pl.DataFrame:
        """Records with text, canonical and problem -> a line each: text, prediction, junk, nearest row.

        Predicted as by `Classifier.predict`. Nearest is nearest_row_id, nearest_text, nearest_label,
        nearest_cosine; empty and 0 where there is no text or no row. nearest_text is masked.
        """
        texts = records["text"].to_list()
        both = zip(records["problem"], junk_of(texts, self.rules), strict=True)
        junk = pl.Series([problem or code for problem, code in both], dtype=pl.String)
        given = records.select("text", junk=junk)
        near = self._nearest(records["canonical"])
        return pl.concat([given, self.classifier.predict(texts), near], how="horizontal")

    def _nearest(self, canonical: pl.Series) -> pl.DataFrame:
        known = self.learned.select(nearest_row_id="row_id", nearest_text="canonical", nearest_label="label")
        asked = (canonical != "").to_numpy().nonzero()[0]
        nearest_row: list[int | None] = [None] * len(canonical)
        cosine = np.zeros(len(canonical))
        if len(asked):
            vectors = self.encode([canonical[row] for row in asked.tolist()])  # (asked, d)
            rows, cosine[asked] = nearest(vectors, matrix(self.learned["vector"]))
            for place, row in zip(asked.tolist(), rows.tolist(), strict=True):
                nearest_row[place] = row if row >= 0 else None
        near = known.select(pl.all().gather(pl.Series(nearest_row, dtype=pl.UInt32)).fill_null(""))
        return near.with_columns(nearest_cosine=pl.Series(cosine))


@dataclass(frozen=True)
class InboxFile:
    """One file of the table inbox: its header line, and its records."""

    name: str
    header: dict[str, Any]  # record 0
    records: pl.DataFrame

    @property
    def columns(self) -> list[str]:
        """The names of its columns."""
        return list(self.header["fields"])

    @property
    def problem(self) -> str:
        """What keeps the whole of it from being classified, empty where nothing does."""
        return str(self.header["problem"])


@dataclass(frozen=True)
class Predictions:
    """The result of the stage: CSV texts by name, and the report."""

    files: dict[str, str]
    report: PredictionsReport


def predict(inbox: pl.DataFrame, predictor: Predictor, params: PredictParams) -> Predictions:
    """The table inbox -> every file classified; one that cannot be read is reported with the reason."""
    files: dict[str, str] = {}
    summaries: list[FilePredictions] = []
    reasons: list[Reason] = []
    for (name,), part in inbox.group_by(["file"], maintain_order=True):
        file = InboxFile(str(name), part.row(0, named=True), part.slice(1))
        answers = predictor.answers(file.records)
        if not file.problem:
            target = file.name if file.name.endswith(".csv") else f"{file.name}.csv"
            files[target] = predictions_csv(file, answers)
        summaries.append(_summary(file, answers, predictor.classifier))
        shown = answers.head(params.shown - len(reasons)).select(*Reason.model_fields.keys() - {"file"})
        reasons += [Reason(file=file.name, **row) for row in shown.iter_rows(named=True)]
    return Predictions(files, PredictionsReport(files=summaries, shown=reasons))


def vectors_by_text(embeddings: pl.DataFrame) -> Callable[[list[str]], Vectors]:
    """The table inbox_embeddings -> a function from canonical texts that stand in it to their vectors (n, d)."""
    place = {text: row for row, text in enumerate(embeddings["canonical"])}
    vectors = matrix(embeddings["vector"])
    return lambda texts: vectors[[place[text] for text in texts]]


def _summary(file: InboxFile, answers: pl.DataFrame, classifier: Classifier) -> FilePredictions:
    return FilePredictions(
        file=file.name,
        rows=file.records.height,
        predicted=dict(sorted(Counter(answers["predicted"]).items())),
        abstained=int(answers["abstained"].sum()),
        junk=int((answers["junk"] != "").sum()),
        truncated=classifier.truncated(file.records["text"].to_list()),
        problem=file.problem,
    )


def predictions_csv(file: InboxFile, answers: pl.DataFrame) -> str:
    """The original columns and rows in their order, then the answers; safe to open in a spreadsheet.

    A record with too many or too few fields keeps what it has; a broken one stands whole in the first column.
    Fields that a spreadsheet would take for a formula get an apostrophe in front, numbers stay as they are.
    """
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    records = [fields or [raw] for fields, raw in file.records.select("fields", "raw").iter_rows()]
    width = max([len(file.columns), *map(len, records)])
    extra = [f"column_{number}" for number in range(len(file.columns) + 1, width + 1)]
    writer.writerow([*map(disarm, file.columns), *extra, *ADDED])
    for fields, answer in zip(records, answers.select(*ADDED).iter_rows(named=True), strict=True):
        written = answer | {
            "confidence": f"{answer['confidence']:.4f}",
            "nearest_cosine": f"{answer['nearest_cosine']:.4f}",
            "abstained": str(answer["abstained"]).lower(),
        }
        row = [*fields, *[""] * (width - len(fields)), *written.values()]
        writer.writerow([disarm(str(field)) for field in row])
    return stream.getvalue()
