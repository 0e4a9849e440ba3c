"""The sheet of answers in data/review/: what is asked now, with what was answered before."""

import polars as pl

from anechoic.review.answers import DROPPED
from anechoic.review.decisions import COLUMNS, review_rows

KEY = ["kind", "left", "right"]


def read_sheet(name: str, content: bytes) -> pl.DataFrame:
    """A review CSV as a table of strings, every column of the queue there. Raises DataError where it is not."""
    rows = review_rows(name, content) if content.strip() else []
    lines = [[row[column] for column in COLUMNS] for _, row in rows]
    return pl.DataFrame(lines, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _told_what_drop_does(queue: pl.DataFrame) -> pl.DataFrame:
    """The questions about two texts say in `why` which of them an answer `drop` leaves out."""
    bare = (pl.col("right") != "") & ~pl.col("why").str.ends_with(DROPPED)
    why = pl.concat_str("why", pl.lit(f"; {DROPPED}"))
    return queue.with_columns(why=pl.when(bare).then(why).otherwise("why"))


def merged(queue: pl.DataFrame, sheet: pl.DataFrame) -> pl.DataFrame:
    """The queue with the sheet's answers, then answered rows that are asked no more: no answer is lost.

    Questions about two texts say which of them `drop` leaves out.
    """
    answered = sheet.filter(pl.col("decision").str.strip_chars() != "").unique(
        KEY, keep="last", maintain_order=True
    )
    asked = (
        _told_what_drop_does(queue)
        .drop("decision")
        .join(answered.select(*KEY, "decision"), on=KEY, how="left", maintain_order="left")
    )
    past = answered.join(queue, on=KEY, how="anti", maintain_order="left")
    return pl.concat([asked.with_columns(pl.col("decision").fill_null("")).select(COLUMNS), past.select(COLUMNS)])
