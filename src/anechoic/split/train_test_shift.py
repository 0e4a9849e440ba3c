"""Whether test rows stand as near to training as fresh rows do, by cosine."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.numeric.arrays import Floats, Vectors, matrix
from anechoic.numeric.nearest import nearest as nearest_row
from anechoic.project.schema import P_VALUE_LIMIT
from anechoic.split.schema import Shift


@dataclass(frozen=True)
class ShiftVectors:
    """Unit vectors to compare: of every row (the table embeddings), and of the inbox's texts (n, d)."""

    embeddings: pl.DataFrame
    inbox: Vectors


def shift(rows: pl.DataFrame, vectors: ShiftVectors) -> dict[str, Shift]:
    """Test rows against exam and against inbox, by the cosine to the nearest training row.

    rows: row_id, split, weight. One row stands for each echo group; what has no rows is left out, and without
    training or test rows there is nothing to compare.
    """
    used = rows.filter(pl.col("weight") > 0).join(vectors.embeddings, on="row_id", maintain_order="left")
    train, test, exam = (
        matrix(used.filter(pl.col("split") == side)["vector"]) for side in ("train", "test", "exam")
    )
    if not len(train) or not len(test):
        return {}
    test_cosines = nearest(test, train)  # (test,)
    fresh = {"exam": exam, "inbox": vectors.inbox}
    return {name: _compared(test_cosines, nearest(some, train)) for name, some in fresh.items() if len(some)}


def nearest(some: Vectors, train: Vectors) -> Floats:
    """Cosine of each unit vector of `some` (n, d) to the nearest of `train` (m, d): (n,)."""
    return nearest_row(some, train)[1]


def _compared(test: Floats, fresh: Floats) -> Shift:
    """Two samples of cosines, by the Kolmogorov-Smirnov test; the verdict names the side with the higher median."""
    from scipy.stats import ks_2samp  # half a second to import

    result = ks_2samp(test, fresh)
    median, test_median = float(np.median(fresh)), float(np.median(test))
    if result.pvalue >= P_VALUE_LIMIT:
        verdict = "alike"
    else:
        verdict = "test is easier" if test_median > median else "test is harder"
    return Shift(
        rows=len(fresh),
        median=median,
        test_median=test_median,
        distance=float(result.statistic),
        p_value=float(result.pvalue),
        verdict=verdict,
    )
