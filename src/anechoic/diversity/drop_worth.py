"""What each drop brought: rows and new meanings. What it did to the accuracy is measured elsewhere."""

import polars as pl

from anechoic.diversity.schema import DropWorth, WorthReport
from anechoic.validate.schema import Drift


def drops_worth(clean: pl.DataFrame, groups: pl.DataFrame, drift: list[Drift]) -> WorthReport:
    """Rows and new meanings of each raw drop; groups are counted where their first row lies."""
    rows = clean.filter(pl.col("role") == "raw").join(
        groups.select("row_id", "group_id"), on="row_id", maintain_order="left"
    )
    rows = rows.with_columns(new=pl.col("group_id").is_first_distinct())
    drops = (
        rows.group_by("drop").agg(pl.len().alias("rows"), pl.col("new").sum().alias("new_meanings")).sort("drop")
    )
    return WorthReport(
        drops=[
            DropWorth(
                drop=drop,
                rows=count,
                new_meanings=new,
                accuracy_change=None,
                accuracy_change_low=None,
                accuracy_change_high=None,
                verdict=_verdict(count, new),
            )
            for drop, count, new in drops.iter_rows()
        ],
        drift=drift,
    )


def _verdict(rows: int, new: int) -> str:
    share = new / rows
    if share < 0.2:
        return f"{new} of {rows} rows say something new: it repeats what was there"
    if share < 0.8:
        return f"{new} of {rows} rows say something new"
    return f"{new} of {rows} rows say something new: nearly all of it"
