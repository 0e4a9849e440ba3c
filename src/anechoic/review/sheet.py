"""The sheet of answers in data/review/: what is asked now, with what was answered before."""

import csv
from io import StringIO

import polars as pl

from anechoic.project.errors import DataError
from anechoic.review.decisions import COLUMNS

KEY = ["kind", "left", "right"]


def read_sheet(name: str, content: bytes) -> pl.DataFrame:
    """A review CSV as a table of strings, every column of the queue there. Raises DataError where it is not."""
    try:
        rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{name} cannot be read: {error}. Save it as UTF-8 CSV.") from error
    if rows and (missing := [column for column in COLUMNS if column not in rows[0]]):
        raise DataError(f"{name} line 1: columns missing: {', '.join(missing)}.")
    lines = [[row[column] or "" for column in COLUMNS] for row in rows]
    return pl.DataFrame(lines, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def merged(queue: pl.DataFrame, sheet: pl.DataFrame) -> pl.DataFrame:
    """The queue with the sheet's answers, then answered rows that are asked no more: no answer is lost."""
    answered = sheet.filter(pl.col("decision").str.strip_chars() != "").unique(
        KEY, keep="last", maintain_order=True
    )
    asked = queue.drop("decision").join(
        answered.select(*KEY, "decision"), on=KEY, how="left", maintain_order="left"
    )
    past = answered.join(queue, on=KEY, how="anti", maintain_order="left")
    return pl.concat([asked.with_columns(pl.col("decision").fill_null("")).select(COLUMNS), past.select(COLUMNS)])
