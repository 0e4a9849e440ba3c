"""The rows that a cell learns from, and those that choose its epoch and examine it."""

from hashlib import blake2b

import polars as pl

from anechoic.diversity.schema import REPEATS_WHAT_WAS_THERE

EXAMINED = ("test", "exam")


def training_rows(clean: pl.DataFrame, split: pl.DataFrame, version: str) -> pl.DataFrame:
    """clean, split and the name of a data version -> the rows of train to learn from, with weight and group_id.

    all: every row of the side, echoes too; echoes_once: those that count; originals_only: those of them that lie in
    files of which at least a fifth says something that no file before it, by name, has said.
    """
    columns = split.select("row_id", "split", "weight", "reason", "group_id")
    rows = clean.filter(pl.col("role") == "raw").join(columns, on="row_id", maintain_order="left")
    new = rows.with_columns(new=pl.col("group_id").is_first_distinct()).group_by("drop").agg(pl.col("new").mean())
    original = new.filter(pl.col("new") >= REPEATS_WHAT_WAS_THERE)["drop"].to_list()
    side = rows.filter(pl.col("split") == "train")
    counts = pl.col("weight") > 0
    if version == "all":
        return side.filter(counts | (pl.col("reason") == "echo")).with_columns(weight=pl.lit(1.0))
    if version == "originals_only":
        return side.filter(counts & pl.col("drop").is_in(original))
    return side.filter(counts)


def validation_rows(clean: pl.DataFrame, split: pl.DataFrame) -> pl.DataFrame:
    """Rows of validation that count, with weight and group_id: the same for every cell."""
    return _counted(clean, split).filter(pl.col("split") == "validation")


def examined_rows(clean: pl.DataFrame, split: pl.DataFrame) -> pl.DataFrame:
    """Rows of test and exam that count, with split and group_id: the same for every cell."""
    return _counted(clean, split).filter(pl.col("split").is_in(EXAMINED))


def _counted(clean: pl.DataFrame, split: pl.DataFrame) -> pl.DataFrame:
    columns = split.select("row_id", "split", "weight", "group_id")
    return clean.join(columns, on="row_id", maintain_order="left").filter(pl.col("weight") > 0)


def rows_key(clean: pl.DataFrame, split: pl.DataFrame) -> str:
    """A hash of all rows with label, side and weight: what was compared on other rows says nothing about these."""
    rows = clean.select("row_id", "label_id").join(split, on="row_id", maintain_order="left")
    lines = rows.select("row_id", "label_id", "split", "weight").sort("row_id").write_csv()
    return blake2b(lines.encode(), digest_size=12).hexdigest()
