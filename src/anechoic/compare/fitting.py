"""Whether a comparison belongs to the rows at hand."""

import polars as pl

from anechoic.compare.data_versions import rows_key
from anechoic.compare.schema import CompareReport


def fitting(report: CompareReport | None, clean: pl.DataFrame, split: pl.DataFrame) -> CompareReport | None:
    """A comparison, where it was made on the very rows, labels and sides of these tables; else None."""
    return report if report and report.rows_key == rows_key(clean, split) else None
