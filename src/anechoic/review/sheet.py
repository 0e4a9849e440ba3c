"""The sheet of answers in data/review/: what is asked now, with what was answered before."""

import polars as pl

from anechoic.review.answers import DROPPED
from anechoic.review.decisions import COLUMNS, review_rows
from anechoic.review.known_rows import text_key
from anechoic.text.shown import shown

KEY = ["kind", "left", "right"]
TEXTS = ["kind", "left_key", "right_key", "label"]


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
    # Where a file was renamed, the question about the same texts has other ids.
    past = _with_keys(answered.join(queue, on=KEY, how="anti", maintain_order="left")).with_row_index("answer")
    told = past.filter(pl.col("left_key") != "")
    moved = told.unique(TEXTS, keep="last").select(*TEXTS, "answer", moved="decision")
    open_ones = _with_keys(asked).with_columns(
        free=pl.col("decision").is_null(),
        copy=pl.int_range(pl.len()).over(*TEXTS, pl.col("decision").is_null()),
    )
    asked = open_ones.join(moved, on=TEXTS, how="left", maintain_order="left")
    fits = pl.col("free") & (pl.col("copy") == 0)  # one answer, one question
    adopted = asked.filter(fits)["answer"].drop_nulls()
    answer = pl.coalesce("decision", pl.when(fits).then("moved"), pl.lit(""))
    past = past.filter(~pl.col("answer").is_in(adopted.implode()))
    masked = [pl.col(name).map_elements(shown, return_dtype=pl.String) for name in ("left_text", "right_text")]
    return pl.concat(
        [asked.with_columns(answer.alias("decision")).select(COLUMNS), past.select(COLUMNS).with_columns(masked)]
    )


def _with_keys(questions: pl.DataFrame) -> pl.DataFrame:
    """Questions with what the copies of their texts share, see TEXTS."""
    keys = {
        f"{side}_key": pl.Series([text_key(text) for text in questions[f"{side}_text"]], dtype=pl.String)
        for side in ("left", "right")
    }
    return questions.with_columns(**keys)
