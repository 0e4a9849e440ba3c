"""The labelled files that the benchmarks of the split measure on, from the folder ANECHOIC_DATA."""

import csv
import os
from pathlib import Path

import numpy as np
import polars as pl

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
