"""Stage predict: every CSV of the inbox gets its classes, with the training rows it is like."""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from itertools import zip_longest
from typing import Any

import numpy as np
import polars as pl

from anechoic.classifier.classifier import Classifier
from anechoic.numeric.arrays import Vectors, matrix
from anechoic.predict.junk import junk_of
from anechoic.predict.likeness import UNLIKE_SHARE, least_cosine, likeness
from anechoic.predict.schema import FilePredictions, PredictionsReport, PredictParams, Reason
from anechoic.text.formulas import disarm
from anechoic.text.shown import shown, shown_name, shown_record
from anechoic.validate.schema import ValidateParams

ADDED = (
    *("predicted_id", "predicted", "confidence", "abstained", "junk"),
    *("nearest_row_id", "nearest_text", "nearest_cosine"),
    *("nearest_label", "like_row_id", "like_text", "like_cosine", "unsure_because"),
)
UNLIKE = "unlike every training row"  # of unsure_because


@dataclass(frozen=True)
class Predictor:
    """What answers for a text: a classifier, the rows it learned from (with `vector`), an encoder, junk rules."""

    classifier: Classifier
    learned: pl.DataFrame
    encode: Callable[[list[str]], Vectors]  # canonical texts -> unit vectors (n, d)
    rules: ValidateParams

    @cached_property
    def unlike_below(self) -> float | None:
        """The cosine to the nearest learned row below which a text is unlike all of them; None: too few to tell."""
        return least_cosine(self.learned)

    def answers(self, records: pl.DataFrame) -> pl.DataFrame:
        """Records with text, canonical and problem -> a line each: text, prediction, junk, what it is like.

        Predicted as by `Classifier.predict`; a text that is unlike every learned row abstains as well. What it is
        like: see `likeness`; empty and 0 where no class was told.
        """
        texts = records["text"].to_list()
        both = zip(records["problem"], junk_of(texts, self.rules), strict=True)
        junk = pl.Series([problem or code for problem, code in both], dtype=pl.String)
        told = self.classifier.predict(texts).with_columns(records["text", "canonical"], junk=junk)
        told = told.with_row_index("row")
        asked = told.filter(pl.col("predicted_id").is_not_null() & (pl.col("canonical") != ""))
        vectors = self.encode(asked["canonical"].to_list()) if asked.height else np.empty((0, 0), dtype=np.float32)
        near = likeness(vectors, asked["predicted_id"], self.learned).with_columns(asked["row"])
        lines = told.join(near, on="row", how="left", maintain_order="left")
        unlike = pl.col("nearest_cosine") < (-1.0 if self.unlike_below is None else self.unlike_below)
        return lines.with_columns(
            pl.col("^(nearest|like)_(row_id|text|label)$").fill_null(""),
            pl.col("^(nearest|like)_cosine$").fill_null(0.0),
            abstained=pl.col("abstained") | unlike.fill_null(value=False),
            unsure_because=pl.when(unlike).then(pl.lit(UNLIKE)).otherwise("unsure_because"),
        )


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
            given = file if params.originals else masked(file)
            target = given.name if given.name.endswith(".csv") else f"{given.name}.csv"
            files[target] = predictions_csv(given, answers)
        summaries.append(_summary(file, answers, predictor.classifier))
        both = pl.concat([answers, file.records.select("record", "line")], how="horizontal")
        shown = both.head(params.shown - len(reasons)).select(*Reason.model_fields.keys() - {"file"})
        shown = shown.with_columns(pl.col("predicted").fill_null(""))
        reasons += [Reason(file=file.name, **row) for row in shown.iter_rows(named=True)]
    told = {"unlike_below": predictor.unlike_below, "unlike_share": UNLIKE_SHARE}
    return Predictions(files, PredictionsReport(files=summaries, shown=reasons, **told))


def vectors_by_text(embeddings: pl.DataFrame) -> Callable[[list[str]], Vectors]:
    """The table inbox_embeddings -> a function from canonical texts that stand in it to their vectors (n, d)."""
    place = {text: row for row, text in enumerate(embeddings["canonical"])}
    vectors = matrix(embeddings["vector"])
    return lambda texts: vectors[[place[text] for text in texts]]


def _summary(file: InboxFile, answers: pl.DataFrame, classifier: Classifier) -> FilePredictions:
    return FilePredictions(
        file=file.name,
        rows=file.records.height,
        predicted=dict(sorted(Counter(answers["predicted"].drop_nulls()).items())),
        abstained=int(answers["abstained"].sum()),
        unread=answers["predicted"].null_count(),
        unlike=int((answers["unsure_because"] == UNLIKE).sum()),
        junk=int((answers["junk"] != "").sum()),
        truncated=classifier.truncated(file.records["text"].to_list()),
        problem=file.problem,
    )


def masked(file: InboxFile) -> InboxFile:
    """The same file with the personal data masked in its name, the names of its columns and its fields."""
    named = [str(column).replace("_", " ") for column in file.columns]
    records = file.records.with_columns(
        fields=pl.Series(
            [
                [_masked(field, name) for field, name in zip_longest(fields, named[: len(fields)], fillvalue="")]
                for fields in file.records["fields"]
            ],
            dtype=pl.List(pl.String),
        ),
        raw=pl.Series([shown_record(raw, len(raw)) for raw in file.records["raw"]], dtype=pl.String),
    )
    header = {**file.header, "fields": [shown(column) for column in file.columns]}
    return InboxFile(shown_name(file.name), header, records)


def _masked(field: str, column: str) -> str:
    """A field, masked by what it holds or what its column's name says of it, as `phone` does of a bare number."""
    beside = f"{column} "
    told = shown(beside + field)
    return shown(told.removeprefix(beside)) if told.startswith(beside) else shown(field)


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
        written = {name: "" if value is None else value for name, value in answer.items()} | {
            "abstained": str(answer["abstained"]).lower(),
            **{name: f"{answer[name]:.4f}" for name in ("confidence", "nearest_cosine", "like_cosine")},
        }
        row = [*fields, *[""] * (width - len(fields)), *written.values()]
        writer.writerow([disarm(str(field)) for field in row])
    return stream.getvalue()
