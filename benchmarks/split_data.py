"""The labelled files that the benchmarks of the split measure on, from the folder ANECHOIC_DATA."""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from anechoic.api.echo_groups import echo_groups
from anechoic.api.rows import canonical_rows
from anechoic.echoes.classifier.judge import shipped_judge

DATA = Path(os.environ.get("ANECHOIC_DATA", ""))


def frame(path: str, *, header: bool = True) -> pl.DataFrame:
    with (DATA / path).open(encoding="utf-8", newline="") as stream:
        rows = [row[:2] for row in csv.reader(stream)]
    rows = rows[1:] if header else rows
    return pl.DataFrame(rows, schema=["label", "text"], orient="row").filter(pl.col("text").str.strip_chars() != "")


def cancellations() -> tuple[pl.DataFrame, np.ndarray]:
    """The 800 texts and the gold group of each."""
    rows = pl.concat([frame(f"cancellations/{name}.csv", header=False) for name in ("originals", "rephrased")])
    gold = np.arange(800)
    for row in csv.DictReader((DATA / "cancellations/gold_pairs.csv").open(encoding="utf-8")):
        gold[399 + int(row["rephrased_row"])] = int(row["original_row"]) - 1
    return rows, gold


@dataclass(frozen=True)
class Grouped:
    """Texts with row_id, canonical, group_id and vector, what echoes what, and the table groups."""

    rows: pl.DataFrame
    pairs: pl.DataFrame
    groups: pl.DataFrame


def grouped(texts: Sequence[str]) -> Grouped:
    """Texts of one file -> their echo groups, by the shipped judge and encoder."""
    rows = canonical_rows(pl.DataFrame({"text": texts}), text="text", where="benchmark")
    labels = pl.Series([""] * rows.height, dtype=pl.String)
    found = echo_groups(rows, labels=labels, encoder="minilm", judge=shipped_judge())
    first = pl.col("row_id") == pl.col("row_id").first().over("group_id")
    none = pl.lit(value=False)
    groups = found.rows.select(
        "row_id", "group_id", "group_size", representative=first, conflict="conflict", contradiction=none
    )
    return Grouped(found.rows.select("row_id", "canonical", "group_id", "vector"), found.pairs, groups)
