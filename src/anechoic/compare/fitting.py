"""Whether a comparison belongs to the rows at hand."""

import polars as pl

from anechoic.compare.data_versions import examined_rows, rows_key
from anechoic.compare.schema import CompareReport, GridHere
from anechoic.numeric.sketches import same_exam, sketch


def fitting(report: CompareReport | None, clean: pl.DataFrame, split: pl.DataFrame) -> CompareReport | None:
    """A comparison, where it was made on the very rows, labels and sides of these tables; else None."""
    return report if report and report.rows_key == rows_key(clean, split) else None


def grid_here(report: CompareReport | None, clean: pl.DataFrame, split: pl.DataFrame) -> GridHere | None:
    """A comparison -> whether it fits these tables, and how many of its models were scored on their exam."""
    if report is None:
        return None
    fits = looked = fitting(report, clean, split) is not None
    if not fits and report.exam_rows:  # an earlier version wrote none: its exam is known by all the rows alone
        exam = examined_rows(clean, split).filter(pl.col("split") == "exam")["row_id"]
        looked = same_exam(report.exam_rows, sketch(exam))
    return GridHere(trainings=len(report.cells), these_rows=fits, exam_looks=report.exam_looks if looked else 0)
