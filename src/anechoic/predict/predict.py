"""Stage predict: every CSV of the inbox gets its classes, with the nearest training row as the reason."""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

import polars as pl

from anechoic.classifier.classifier import Classifier
from anechoic.files.read import disarm
from anechoic.files.unlabelled import Inbox, read_inbox
from anechoic.numeric.arrays import Vectors, matrix
from anechoic.numeric.nearest import nearest
from anechoic.predict.junk import junk_of
from anechoic.predict.schema import FilePredictions, PredictionsReport, PredictParams, Reason
from anechoic.text.repair import canonicalize
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

    def answers(self, read: Inbox) -> pl.DataFrame:
        """One line a record: text, what is predicted (as `Classifier.predict`), junk, and what is nearest.

        Nearest is nearest_row_id, nearest_text, nearest_label, nearest_cosine; empty and 0 where there is no row.
        """
        texts = list(read.texts)
        junk = [
            record.problem or code for record, code in zip(read.records, junk_of(texts, self.rules), strict=True)
        ]
        given = pl.DataFrame({"text": texts, "junk": junk}, schema={"text": pl.String, "junk": pl.String})
        return pl.concat([given, self.classifier.predict(texts), self._nearest(texts)], how="horizontal")

    def _nearest(self, texts: list[str]) -> pl.DataFrame:
        known = self.learned.select(nearest_row_id="row_id", nearest_text="text", nearest_label="label")
        if not texts:
            return known.clear().with_columns(nearest_cosine=pl.lit(0.0))
        vectors = self.encode([canonicalize(text) for text in texts])  # (texts, d)
        rows, cosines = nearest(vectors, matrix(self.learned["vector"]))
        picked = pl.Series([row if row >= 0 else None for row in rows.tolist()], dtype=pl.UInt32)
        near = known.select(pl.all().gather(picked).fill_null(""))
        return near.with_columns(nearest_cosine=pl.Series(cosines))


@dataclass(frozen=True)
class Predictions:
    """The result of the stage: CSV texts by name, and the report."""

    files: dict[str, str]
    report: PredictionsReport


def predict(inbox: dict[str, bytes | OSError], predictor: Predictor, params: PredictParams) -> Predictions:
    """Classify every file. One that cannot be read is reported with the reason and stops no other.

    inbox: the bytes of each file, or why it could not be opened, by its name.
    """
    files: dict[str, str] = {}
    summaries: list[FilePredictions] = []
    reasons: list[Reason] = []
    for name, content in inbox.items():
        read = read_inbox(name, content)
        answers = predictor.answers(read)
        if not read.problem:
            target = name if name.endswith(".csv") else f"{name}.csv"
            files[target] = predictions_csv(read, answers)
        summaries.append(_summary(read, answers, predictor.classifier))
        shown = answers.head(params.shown - len(reasons)).select(*Reason.model_fields.keys() - {"file"})
        reasons += [Reason(file=name, **row) for row in shown.iter_rows(named=True)]
    return Predictions(files, PredictionsReport(files=summaries, shown=reasons))


def _summary(read: Inbox, answers: pl.DataFrame, classifier: Classifier) -> FilePredictions:
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
    extra = [f"column_{number}" for number in range(len(read.columns) + 1, width + 1)]
    writer.writerow([*map(disarm, read.columns), *extra, *ADDED])
    for record, answer in zip(read.records, answers.select(*ADDED).iter_rows(named=True), strict=True):
        fields = list(record.fields) or [record.raw]
        written = answer | {
            "confidence": f"{answer['confidence']:.4f}",
            "nearest_cosine": f"{answer['nearest_cosine']:.4f}",
            "abstained": str(answer["abstained"]).lower(),
        }
        row = [*fields, *[""] * (width - len(fields)), *written.values()]
        writer.writerow([disarm(str(field)) for field in row])
    return stream.getvalue()
