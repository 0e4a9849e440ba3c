"""Which of the chosen texts say the same as a known one or as one chosen before, by the project's own judgement."""

import numpy as np
import polars as pl

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.pairs import PairLimits, judge_pairs
from anechoic.numeric.arrays import Indices, dense_codes, matrix
from anechoic.numeric.nearest import NONE, nearest_rows
from anechoic.project.kinds import ECHO_KINDS

NEAREST = 3  # known rows looked at beside each chosen one
ALL_KNOWN = 2000  # known rows up to which all are looked at: the judge then sees what the stage echoes saw
BESIDE = 300  # further rows of each kind, without which the judge could not tell how alike rows are here
COLUMNS = ["text", "canonical", "numbers", "source", "vector"]


def without_echoes(known: pl.DataFrame, pool: pl.DataFrame, chosen: Indices, judge: Judge) -> list[int]:
    """The chosen rows (c,) of the pool that echo no known row and none before them, in their order.

    known and pool: text, canonical, numbers, vector, and `source`, the file of each. Only the chosen rows, the
    known rows (of many, those nearest to each and some others) and some others of the pool are judged, so that time
    does not grow with the inbox.
    """
    beside = np.setdiff1d(_spread(pool.height), chosen)
    near = _near(known, pool[chosen])
    rows = pl.concat([known[near].select(COLUMNS), pool[np.concatenate([chosen, beside])].select(COLUMNS)])
    rows = rows.with_columns(drop=pl.Series(dense_codes(rows["source"]), dtype=pl.Int64))
    judged = judge_pairs(rows, judge, PairLimits())
    echoes: dict[int, set[int]] = {}
    for i, j in judged.pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).select("i", "j").iter_rows():
        echoes.setdefault(i, set()).add(j)
        echoes.setdefault(j, set()).add(i)
    taken = {int(row) for row in judged.first[: len(near)]}  # a copy of a row stands for it in the pairs
    kept = []
    for row, first in zip(chosen, judged.first[len(near) : len(near) + len(chosen)], strict=True):
        if int(first) not in taken and not taken & echoes.get(int(first), set()):
            taken.add(int(first))
            kept.append(int(row))
    return kept


def _near(known: pl.DataFrame, asked: pl.DataFrame) -> Indices:
    """Rows of known that may be echoed, and some others."""
    if known.is_empty() or asked.is_empty():
        return np.empty(0, dtype=np.int64)
    if known.height <= ALL_KNOWN:
        return np.arange(known.height)
    nearest = nearest_rows(matrix(asked["vector"]), matrix(known["vector"]), NEAREST)[0]
    rows: Indices = np.union1d(nearest[nearest != NONE], _spread(known.height))
    return rows


def _spread(rows: int) -> Indices:
    """At most BESIDE rows, evenly over all."""
    return np.unique(np.linspace(0, rows - 1, min(rows, BESIDE)).astype(np.int64)) if rows else np.arange(0)
