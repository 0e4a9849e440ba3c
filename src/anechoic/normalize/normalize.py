"""Stage normalize: rows -> clean, the canonical text and its numbers beside every row."""

import polars as pl

from anechoic.text.repair import canonicalize, numbers_of


def normalize(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows -> clean: the canonical text and its numbers beside every row."""
    canonical = [canonicalize(text) for text in rows["text"]]
    return rows.with_columns(
        pl.Series("canonical", canonical, dtype=pl.String),
        pl.Series("numbers", [numbers_of(text) for text in rows["text"]], dtype=pl.List(pl.String)),
    )
