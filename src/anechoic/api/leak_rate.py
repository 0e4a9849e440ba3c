"""How many rows of one table are retold in another: an estimate for the whole, where single pairs stay in doubt.

A judge that has to be right about each pair passes over many retellings where few rows are retold. The share needs
no verdict on pairs: a fresh row meets a table as the table's own rows meet the others of it (exchangeability), so
rows beyond all but ALLOWED of those stand out, and what fresh rows would show is known and can be taken off.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.pairs import collect
from anechoic.numeric.arrays import Floats, Indices, Vectors
from anechoic.numeric.intervals import share_interval

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


RETOLD = 0.9, 0.06  # share of retellings that stand out and its spread over kinds of text, see benchmarks/split.py
Z = float(norm.ppf(0.975))


def corrected(sure: int, found: int, rows: int, fresh: float, compared: int) -> tuple[float, float, float]:
    """Leak rate and its 95 % interval, corrected for the detector's errors.

    Copies and near-copies (`sure`) are taken as they are. Of the other rows `found` stand out; a share `fresh` of
    them would if all were fresh, as `compared` training rows show, and RETOLD of those that are retellings (Rogan
    and Gladen 1978; the interval, which carries the uncertainty of both, after Lang and Reiczigel 2014).
    """
    others = rows - sure
    if others <= 0:
        return (float(rows > 0), share_interval(sure, rows)[0], 1.0)
    recall, spread = RETOLD
    informed = recall - fresh
    apparent = (found + Z**2 / 2) / (others + Z**2)
    middle = (apparent - fresh) / informed
    noise = (
        apparent * (1 - apparent) / (others + Z**2)
        + middle**2 * spread**2
        + (1 - middle) ** 2 * fresh * (1 - fresh) / max(compared, 1)
    )
    half = Z * np.sqrt(noise) / informed
    point = float(np.clip((found / others - fresh) / informed, 0, 1))
    low, high = np.clip([middle - half, middle + half], 0, 1)
    share = others / rows
    known = sure / rows
    low_known, high_known = share_interval(sure, rows) if sure else (0.0, 0.0)
    half_known = np.array([known - low_known, high_known - known])
    down, up = np.hypot(half_known, share * np.array([max(point - low, 0), max(high - point, 0)]))
    total = known + share * point
    return total, float(max(0, total - down)), float(min(1, total + up))
