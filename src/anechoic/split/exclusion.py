"""Rows kept out of the split, each for the first reason that holds; and who echoes whom."""

import polars as pl

from anechoic.project.kinds import ECHO_KINDS

UNSETTLED = pl.col("split").is_null()


def exclude(rows: pl.DataFrame, which: pl.Expr, reason: str) -> pl.DataFrame:
    """Those of the unsettled rows are excluded for the reason; null counts as no."""
    hit = which.fill_null(value=False) & UNSETTLED
    return rows.with_columns(
        split=pl.when(hit).then(pl.lit("excluded")).otherwise("split"),
        reason=pl.when(hit).then(pl.lit(reason)).otherwise("reason"),
    )


def is_one_of(row_ids: pl.Series) -> pl.Expr:
    """Whether a row has one of the row ids."""
    return pl.col("row_id").is_in(row_ids.implode())


def echoes_of(rows: pl.DataFrame, pairs: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Echo pairs both ways, row_id and other, with these columns of the other row, which is one of the rows."""
    echoes = pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).select("left", "right")
    forth = echoes.rename({"left": "row_id", "right": "other"})
    both = pl.concat([forth, forth.select(row_id="other", other="row_id")])
    return both.join(rows.select(other="row_id", **{f"other_{name}": pl.col(name) for name in columns}), on="other")
