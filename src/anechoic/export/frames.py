"""The tables that are exported, texts masked: rows of each side, all rows, training pairs, places on a map."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from anechoic.export.schema import ALL_COLUMNS, ATLAS_COLUMNS, PAIR_COLUMNS, ROW_COLUMNS
from anechoic.project.kinds import INBOX_ROLE, SIDES
from anechoic.project.tables import inbox_row_id
from anechoic.text.shown import shown_name

NUMBERS = {
    **dict.fromkeys(("label_id", "line", "group_size"), pl.Int64()),
    **dict.fromkeys(("weight", "score", "x", "y"), pl.Float64()),
}
EXPORTED = (*SIDES, "exam")  # sides that get a file of their own


@dataclass(frozen=True)
class ExportTables:
    """The tables that are exported."""

    clean: pl.DataFrame
    split: pl.DataFrame
    pairs: pl.DataFrame
    groups: pl.DataFrame
    predictions: pl.DataFrame
    projection: pl.DataFrame
    inbox: pl.DataFrame


def all_rows(clean: pl.DataFrame, split: pl.DataFrame) -> pl.DataFrame:
    """The tables clean and split -> every row with its side, columns ALL_COLUMNS, in the order of clean."""
    both = clean.join(split, on="row_id", maintain_order="left")
    return _columns(both.with_columns(text="canonical", file=pl.format("data/{}/{}", "role", "drop")), ALL_COLUMNS)


def sides(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """All rows -> those of each side that count there, columns ROW_COLUMNS; a side without any is left out."""
    parts = {side: rows.filter(pl.col("split") == side, pl.col("weight") > 0) for side in EXPORTED}
    return {side: _columns(part, ROW_COLUMNS) for side, part in parts.items() if part.height}


def training_pairs(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """All rows and the table pairs -> judged pairs of two rows of the training side, columns PAIR_COLUMNS.

    No row of validation, test or exam stands in them: an encoder trained on these pairs is still examined fairly.
    Pairs of one and the same text are left out.
    """
    known = rows.filter(pl.col("split") == "train").select("row_id", "text")
    named = known.rename({"row_id": "left", "text": "sentence1"})
    other = known.rename({"row_id": "right", "text": "sentence2"})
    both = pairs.join(named, on="left", maintain_order="left").join(other, on="right", maintain_order="left")
    return _columns(both.filter(pl.col("sentence1") != pl.col("sentence2")), PAIR_COLUMNS)


def atlas(rows: pl.DataFrame, tables: ExportTables) -> pl.DataFrame:
    """All rows, the tables -> every row on the map and every readable one of the inbox, columns ATLAS_COLUMNS."""
    told = tables.groups.select("row_id", "group_size").join(
        tables.predictions.select("row_id", "predicted"), on="row_id", how="left"
    )
    hit = pl.col("predicted") == pl.col("label")  # null where nothing was predicted, and so is what follows
    known = rows.join(told, on="row_id", how="left", maintain_order="left").with_columns(
        right=pl.when(hit).then(pl.lit("right")).when(~hit).then(pl.lit("wrong"))
    )
    inbox = tables.inbox.select(
        "line",
        row_id=inbox_row_id(),
        text="canonical",
        file=pl.format("data/inbox/{}", "file"),
        split=pl.lit(INBOX_ROLE),
    )
    placed = [part.join(tables.projection, on="row_id", maintain_order="left") for part in (known, inbox)]
    masked = pl.col("row_id", "file").map_elements(shown_name, return_dtype=pl.String)  # both name the inbox's file
    return _columns(pl.concat([placed[0], placed[1].with_columns(masked)], how="diagonal"), ATLAS_COLUMNS)


def _columns(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """These columns, all texts but those of NUMBERS."""
    return frame.select(pl.col(name).cast(NUMBERS.get(name, pl.String())) for name in names)
