"""Whether test rows stand as near to training as fresh rows do."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import ks_2samp

from anechoic.numeric.arrays import Floats, Vectors, matrix
from anechoic.numeric.nearest import nearest as nearest_row
from anechoic.split.schema import Shift
from anechoic.split.test_power import CHANCE


@dataclass(frozen=True)
class Near:
    """Vectors to compare: of every row (table embeddings), and of the inbox's texts (n, d)."""

    embeddings: pl.DataFrame
    inbox: Vectors


def shift(rows: pl.DataFrame, near: Near) -> dict[str, Shift]:
    """Test against exam and against inbox, by the cosine to the nearest training row.

    rows: row_id, split, weight. One row stands for each echo group; what has no rows is left out.
    """
    used = rows.filter(pl.col("weight") > 0).join(near.embeddings, on="row_id", maintain_order="left")
    vectors = {side: matrix(used.filter(pl.col("split") == side)["vector"]) for side in ("train", "test", "exam")}
    train, test = vectors["train"], vectors["test"]
    if not len(train) or not len(test):
        return {}
    at_test = nearest(test, train)
    fresh = {"exam": vectors["exam"], "inbox": near.inbox}
    return {name: _compared(at_test, nearest(some, train)) for name, some in fresh.items() if len(some)}


def nearest(some: Vectors, train: Vectors) -> Floats:
    """Cosine of each unit vector of `some` (n, d) to the nearest of `train` (m, d): (n,)."""
    return nearest_row(some, train)[1]


def _compared(test: Floats, fresh: Floats) -> Shift:
    result = ks_2samp(test, fresh)
    medians = float(np.median(fresh)), float(np.median(test))
    verdict = "alike" if result.pvalue >= CHANCE else "easier" if medians[1] > medians[0] else "harder"
    return Shift(
        rows=len(fresh),
        median=medians[0],
        test_median=medians[1],
        distance=float(result.statistic),
        p_value=float(result.pvalue),
        verdict=verdict if verdict == "alike" else f"test is {verdict}",
    )
