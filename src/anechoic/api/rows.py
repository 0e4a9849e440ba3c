"""What users hand in (polars or pandas frames, series, lists of texts) as one kind of table, and back again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from anechoic.files.read import label_of, read_drop, text_of
from anechoic.project.errors import DataError
from anechoic.text.repair import canonicalize, numbers_of
from anechoic.text.shown import shown_record

EXCERPT = 80  # characters of a record that a message quotes

# A polars or pandas frame or series, or texts: narwhals tells them apart; typed loosely, for pandas is not
# imported.
Rows = Any


def as_frame(rows: Rows, *, text: str, where: str) -> pl.DataFrame:
    """Rows as users have them -> a polars frame of the same columns; texts alone give the one column.

    where: what a message calls the rows, such as `find_echoes: rows`. Raises DataError where there is no column
    `text` of strings.
    """
    frame = nw.from_native(rows, eager_only=True, allow_series=True, pass_through=True)
    if isinstance(frame, nw.Series):
        frame = frame.alias(text).to_frame()
    if isinstance(frame, nw.DataFrame):
        found = frame.to_polars()
    elif isinstance(rows, Sequence) and not isinstance(rows, str):
        found = _of_texts(list(rows), text, where)
    elif hasattr(rows, "tolist"):  # an array of texts
        found = _of_texts(rows.tolist(), text, where)
    else:
        raise DataError(f"{where}: want a polars or pandas frame or a list of texts, found {type(rows).__name__}.")
    if text not in found.columns:
        raise DataError(f"{where}: no column {text!r}, there are {', '.join(found.columns)}. Name it with text=.")
    if found[text].dtype not in {pl.String, pl.Null, pl.Categorical}:
        raise DataError(f"{where}: column {text!r} holds {found[text].dtype}, not texts. Name another with text=.")
    return found.with_columns(pl.col(text).cast(pl.String))


def _of_texts(texts: list[object], text: str, where: str) -> pl.DataFrame:
    for row, value in enumerate(texts):
        if value is not None and not isinstance(value, str):
            raise DataError(f"{where}: row {row} holds {value!r}, not a text.")
    return pl.DataFrame({text: texts}, schema={text: pl.String})


def canonical_rows(frame: pl.DataFrame, *, text: str, where: str) -> pl.DataFrame:
    """A frame -> text, canonical and numbers of each row. Raises DataError naming the first row without a text."""
    texts = frame[text].to_list()
    canonical = [canonicalize(value or "") for value in texts]
    if empty := [row for row, value in enumerate(canonical) if not value]:
        raise DataError(
            f"{where}: {len(empty)} rows have no text, the first is row {empty[0]}: {texts[empty[0]]!r}. "
            "Take them out."
        )
    return pl.DataFrame(
        {"text": texts, "canonical": canonical, "numbers": [numbers_of(value) for value in texts]},
        schema={"text": pl.String, "canonical": pl.String, "numbers": pl.List(pl.String)},
    )


def labels_of(frame: pl.DataFrame, *, label: str | None, where: str) -> pl.Series:
    """A frame -> its labels as strings; label None: every row has one and the same.

    Raises DataError where there is no such column, or a label is missing.
    """
    if label is None:
        return pl.Series("label", [""] * frame.height, dtype=pl.String)
    if label not in frame.columns:
        names = ", ".join(frame.columns)
        raise DataError(
            f"{where}: no column {label!r}, there are {names}. Name it with label=, or give label=None."
        )
    given = frame[label].cast(pl.String)
    if given.null_count():
        first = given.is_null().arg_true()[0]
        raise DataError(
            f"{where}: {given.null_count()} rows have no {label!r}, the first is row {first}. Take them out."
        )
    return given.alias("label")


def with_columns(rows: Rows, columns: pl.DataFrame, *, text: str) -> Rows:
    """The rows as they were handed in, with further columns: a pandas frame stays one, all else becomes polars."""
    frame = nw.from_native(rows, eager_only=True, pass_through=True)
    if not isinstance(frame, nw.DataFrame) or isinstance(rows, pl.DataFrame):
        return as_frame(rows, text=text, where="rows").with_columns(columns)
    backend = nw.get_native_namespace(frame)
    added = [nw.new_series(name, columns[name].to_list(), backend=backend) for name in columns.columns]
    return frame.with_columns(*added).to_native()


@dataclass(frozen=True)
class LabelledFile:
    """Columns label, text and line of a labelled file; aside: why records were left out, and how many."""

    rows: pl.DataFrame
    aside: dict[str, int]


def labelled_file(name: str, content: bytes) -> LabelledFile:
    """A labelled file, read as the pipeline reads a drop; what cannot be read or has no text is left out, counted.

    Raises DataError, saying what the file is, where nothing is left.
    """
    drop = read_drop(name, "raw", content)
    rows, aside, detail = [], Counter[str](), ""
    for record in drop.records:
        label, text = label_of(record, drop.layout).strip(), text_of(record, drop.layout)
        problem = record.problem or ("" if canonicalize(text) else "no_text")
        if problem:
            aside[problem] += 1
            detail = (
                detail or record.detail or f"line {record.line} has no text: {shown_record(record.raw, EXCERPT)!r}"
            )
        else:
            rows.append((label, text, record.line))
    if not rows:
        raise DataError(f"{name} cannot be used: {detail or 'it holds no record.'}")
    frame = pl.DataFrame(rows, schema={"label": pl.String, "text": pl.String, "line": pl.Int64}, orient="row")
    return LabelledFile(frame, dict(aside))
