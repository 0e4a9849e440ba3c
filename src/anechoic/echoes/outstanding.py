"""How many rows of one table are retold in another: an estimate for the whole, where single pairs stay in doubt.

A judge that has to be right about each pair passes over many retellings where few rows are retold. The share needs
no verdict on pairs: a fresh row meets a table as the table's own rows meet the others of it (exchangeability), so
rows beyond all but ALLOWED of those stand out, and what fresh rows would show is known and can be taken off.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.pairs import collect
from anechoic.numeric.arrays import Floats, Indices, Vectors

ALLOWED = 0.02  # share of fresh rows that may stand out
NOTHING = -15.0  # log odds of a row without a candidate


@dataclass(frozen=True)
class Outstanding:
    """Which rows stand out, and how often a fresh row does: `expected`, known from `compared` rows."""

    rows: NDArray[np.bool_]
    expected: float
    compared: int


def outstanding(
    vectors: Vectors, texts: list[str], known: NDArray[np.bool_], groups: Indices, judge: Judge
) -> Outstanding:
    """For each row that is not `known`, whether its best partner among the known ones is no chance.

    vectors: (n, d) unit; texts: n distinct ones; known: (n,); groups: (n,) echo groups, whose members do not meet
    when the known rows are compared with each other.
    """
    evidence = collect(vectors, texts, np.zeros(len(texts), dtype=np.int64))
    odds = judge.alone.log_odds(evidence.matrix)
    left, right = evidence.left, evidence.right
    fresh = ~known[left] | ~known[right] | (groups[left] != groups[right])
    best = _best(np.where(fresh, odds, NOTHING), left, right, known)
    null = np.sort(best[known])
    expected = max(ALLOWED, 1 / (len(null) + 1))
    limit = null[-max(1, int(np.floor(ALLOWED * len(null))))] if len(null) else np.inf
    return Outstanding(best[~known] > limit, expected, len(null))


def _best(odds: Floats, left: Indices, right: Indices, known: NDArray[np.bool_]) -> Floats:
    """The log odds of each row's best known partner: (n,)."""
    best = np.full(len(known), NOTHING)
    for row, partner in ((left, right), (right, left)):
        meets = known[partner]
        np.maximum.at(best, row[meets], odds[meets])
    return best
