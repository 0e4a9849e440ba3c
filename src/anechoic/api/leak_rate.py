"""How many rows of one table are retold in another: an estimate for the whole, where single pairs stay in doubt.

A judge that has to be right about each pair passes over many retellings where few rows are retold. The share needs
no verdict on pairs: a fresh row meets a table as the table's own rows meet the others of it (exchangeability), so
rows beyond all but ALLOWED of those stand out, and what fresh rows would show is known and can be taken off.
"""

from dataclasses import dataclass

import numpy as np

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.pairs import collect
from anechoic.numeric.arrays import Flags, Floats, Indices, Vectors
from anechoic.numeric.intervals import share_interval

ALLOWED = 0.02  # share of fresh rows that may stand out
NO_CANDIDATE = -15.0  # log odds of a row without a candidate: below those of any pair
SENSITIVITY, SPREAD = 0.9, 0.06  # share of retellings that stand out, its spread over kinds of text (LOG.md, audit)
Z = 1.959964  # of a 95 % interval


@dataclass(frozen=True)
class StandingOut:
    """Which rows stand out, and how often a fresh row does: `expected`, known from `compared` rows."""

    rows: Flags
    expected: float
    compared: int


@dataclass(frozen=True)
class LeakRate:
    """An estimated share of rows with its 95 % interval."""

    rate: float
    low: float
    high: float


def estimate_leaking_rows(
    vectors: Vectors, texts: list[str], known: Flags, groups: Indices, judge: Judge
) -> StandingOut:
    """Unit vectors (n, d) of n distinct texts -> which unknown ones have a known partner beyond chance.

    known: (n,) whether the row is of the table that may be retold; groups: (n,) echo groups, whose members do not
    meet when the known rows are compared with each other.
    """
    evidence = collect(vectors, texts, np.zeros(len(texts), dtype=np.int64))
    odds = judge.pair_model.log_odds(evidence.features)
    left, right = evidence.left, evidence.right
    fresh = ~known[left] | ~known[right] | (groups[left] != groups[right])
    best = _best(np.where(fresh, odds, NO_CANDIDATE), left, right, known)
    null = np.sort(best[known])  # what rows show that retell nothing
    expected = max(ALLOWED, 1 / (len(null) + 1))
    limit = null[-max(1, int(np.floor(ALLOWED * len(null))))] if len(null) else np.inf
    return StandingOut(best[~known] > limit, expected, len(null))


def _best(odds: Floats, left: Indices, right: Indices, known: Flags) -> Floats:
    """The log odds of each row's best known partner: (n,)."""
    best = np.full(len(known), NO_CANDIDATE)
    for row, partner in ((left, right), (right, left)):
        meets = known[partner]
        np.maximum.at(best, row[meets], odds[meets])
    return best


def corrected_leak_rate(sure: int, standing_out: int, rows: int, fresh: float, compared: int) -> LeakRate:
    """Leaking rows as counted -> the leak rate and its 95 % interval, corrected for the detector's errors.

    Copies and near-copies (`sure`) are taken as they are. Of the other rows so many stand out; a share `fresh` of
    them would if all were fresh, as `compared` training rows show, and SENSITIVITY of those that are retold (Rogan
    and Gladen 1978; the interval, which carries the uncertainty of both, after Lang and Reiczigel 2014).
    """
    others = rows - sure
    if others <= 0:
        return LeakRate(1.0 if rows > 0 else 0.0, share_interval(sure, rows)[0], 1.0)
    informed = SENSITIVITY - fresh  # Youden's index: sensitivity + specificity - 1
    apparent = (standing_out + Z**2 / 2) / (others + Z**2)  # Agresti-Coull's centre
    centre = (apparent - fresh) / informed
    variance = (
        apparent * (1 - apparent) / (others + Z**2)  # of counting
        + centre**2 * SPREAD**2  # of the sensitivity
        + (1 - centre) ** 2 * fresh * (1 - fresh) / max(compared, 1)  # of the false alarms
    )
    half = Z * np.sqrt(variance) / informed
    point = float(np.clip((standing_out / others - fresh) / informed, 0, 1))
    low, high = np.clip([centre - half, centre + half], 0, 1)
    # The sure rows are counted, not estimated: the two parts add up, their half-widths in squares.
    share, known = others / rows, sure / rows
    low_known, high_known = share_interval(sure, rows) if sure else (0.0, 0.0)
    half_known = np.array([known - low_known, high_known - known])
    down, up = np.hypot(half_known, share * np.array([max(point - low, 0), max(high - point, 0)]))
    total = known + share * point
    return LeakRate(total, float(max(0, total - down)), float(min(1, total + up)))
