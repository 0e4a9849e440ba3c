"""CSVs of somebody else as frames, and an audit in words."""

import polars as pl

from anechoic.files.read import label_of, read_drop, text_of
from anechoic.project.errors import DataError
from anechoic.text.shown import shown_record

SHOWN = 80  # characters of a record that a message quotes


def labelled_frame(name: str, content: bytes) -> pl.DataFrame:
    """Columns label, text and line of a labelled CSV, read as the pipeline reads a drop.

    Raises DataError naming the first record that cannot be read or has no text.
    """
    drop = read_drop(name, "raw", content)
    layout = drop.layout
    rows = []
    for record in drop.records:
        if record.problem:
            raise DataError(f"{name} line {record.line}: {record.problem}: {record.detail}")
        label, text = label_of(record, layout).strip(), text_of(record, layout)
        if not text.strip():
            beginning = shown_record(record.raw, SHOWN)
            raise DataError(f"{name} line {record.line}: no text in {beginning!r}. Want `label,text`.")
        rows.append((label, text, record.line))
    if not rows:
        raise DataError(f"{name} holds no record.")
    return pl.DataFrame(rows, schema={"label": pl.String, "text": pl.String, "line": pl.Int64}, orient="row")
