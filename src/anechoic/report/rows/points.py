"""The texts that the map shows: where each lies in the plane, and what may colour it."""

from typing import Any

import polars as pl

from anechoic.project.tables import inbox_row_id
from anechoic.report.rows.tables import Listed, Tables
from anechoic.text.shown import shown_name

MOST = 5000  # points that a browser draws and a reader can tell apart
CHARACTERS = 100  # of a text that stands beside its point
COLOURED = 8  # classes or files with a colour of their own; of more, the rarer ones share one
OTHERS, UNLABELLED = "… others", "… no label"  # sort behind all names, and so take the last colours
INBOX = "inbox"
SEED = 7  # of the hash that draws


def points(tables: Tables) -> Listed[dict[str, Any]]:
    """Tables -> the texts of the map, at most MOST, drawn by chance.

    x, y: in the plane. label and file: the commonest by name, what is rarer as OTHERS. class, where: of the row.
    side, echo, mistake: what it is in one word. text: its beginning.
    """
    rows = pl.concat([_labelled(tables), _inbox(tables)])
    shown = rows.sort(pl.col("row_id").hash(seed=SEED), "row_id").head(MOST)
    made = shown.select(
        pl.col("x", "y").round(3),
        _commonest(rows, "class").alias("label"),
        _commonest(rows, "file").alias("file"),
        *("side", "echo", "mistake", "class"),
        text=pl.col("canonical").str.slice(0, CHARACTERS),
        where=pl.concat_str("file", pl.lit(":"), "line"),
    )
    return Listed(made.to_dicts(), rows.height)


def _labelled(tables: Tables) -> pl.DataFrame:
    """The rows of data/raw/ and data/exam/ with their places in the plane and what is known of them."""
    rows = (
        tables.projection.drop("role")
        .join(tables.clean, on="row_id", maintain_order="left")
        .join(tables.groups.select("row_id", "group_size"), on="row_id", how="left", maintain_order="left")
        .join(tables.split.select("row_id", "split", "weight"), on="row_id", how="left", maintain_order="left")
        .join(tables.predictions.select("row_id", "predicted"), on="row_id", how="left", maintain_order="left")
    )
    side = pl.col("split").cast(pl.String)
    examined = side.is_in(["test", "exam"]) & (pl.col("weight") > 0) & pl.col("predicted").is_not_null()
    right = pl.when(pl.col("predicted") == pl.col("label")).then(pl.lit("right")).otherwise(pl.lit("wrong"))
    return rows.select(
        *("row_id", "x", "y", "canonical", "line"),
        file="drop",
        side=side.fill_null("not split"),
        echo=pl.when(pl.col("group_size") > 1).then(pl.lit("echo")).otherwise(pl.lit("single")),
        mistake=pl.when(examined).then(right).otherwise(pl.lit("not examined")),
        **{"class": "label"},
    )


def _inbox(tables: Tables) -> pl.DataFrame:
    """The rows of data/inbox/ with their places in the plane."""
    known = tables.inbox.with_columns(row_id=inbox_row_id())
    rows = tables.projection.join(known, on="row_id", maintain_order="left").with_columns(
        file=pl.col("file").map_elements(shown_name, return_dtype=pl.String)
    )
    plain = {"side": INBOX, "echo": "not compared", "mistake": "not examined", "class": UNLABELLED}
    return rows.select(
        *("row_id", "x", "y", "canonical", "line", "file"),
        **{name: pl.lit(value) for name, value in plain.items()},
    )


def _commonest(rows: pl.DataFrame, column: str) -> pl.Expr:
    """The values of a column, if they are few; else the commonest of them, and OTHERS for the rest."""
    counts = rows.filter(pl.col(column) != UNLABELLED).group_by(column).len()
    names = counts.sort("len", column, descending=[True, False])[column]
    kept = names if len(names) <= COLOURED else names.head(COLOURED - 1)
    return pl.when(pl.col(column).is_in([*kept, UNLABELLED])).then(column).otherwise(pl.lit(OTHERS))
