"""How a text stands out from its surroundings, and what a table shows of itself; copies do not hide each other."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from anechoic.echoes.evidence.neighbours import BEHIND, NEAR, Neighbours, mean_behind, spacings
from anechoic.numeric.arrays import PAIRS_AT_A_TIME, Flags, Floats, Indices, Vectors

NO_BUMP = -3.0  # log bump of a neighbour that lies behind the nearest
LEAST = 15  # neighbours from which a table has surroundings
FEW = 10  # rows at the whole table's share that are added to each drop
BASELINE = 0.035  # share of rows that stand out where nothing is copied


@dataclass(frozen=True)
class Spectrum:
    """How much a table echoes itself, and each row's neighbours that tell it."""

    share: float  # of the rows that stand out, 0..1
    copies: int  # that those rows have
    drops: Indices  # (n,) number of each row's drop
    between: Vectors  # (d, d, 4) single, several, mutual and many shares of two drops, one with itself included
    near: Neighbours
    tells: bool  # False in a table too small to have surroundings


def spectrum(near: Neighbours, drops: Indices) -> Spectrum:
    """Whether rows of one table stand out from their surroundings, without any label. drops: (n,) drop numbers.

    The normalised spacings D_i = i (s_i - s_(i+1)) of a row's sorted cosines are alike at every rank where there
    are no copies (Renyi, 1953), and bump at D_k where the row has k. Each bump is measured in units of the row's
    own deeper spacings, so that a dense topic is no bump.
    """
    count = int(drops.max(initial=0)) + 1
    if near.top.shape[1] < LEAST:
        return Spectrum(0.0, 1, drops, np.zeros((count, count, 4), dtype=np.float32), near, False)
    gaps, calm = spacings(near.top), near.edge == 0
    bumps, deeper = _bumps(gaps, 1, NEAR), _bumps(gaps[calm], NEAR + 1, 2 * NEAR)
    rarely, hardly = _chance(deeper, 0.98), _chance(deeper, 0.99)
    hardly_any = _chance(deeper.max(axis=1), 0.99, NEAR - 1)
    found = calm[:, None] & (bumps > hardly)
    single, several = found[:, 0], found[:, 1 + found[:, 1:].mean(axis=0).argmax()] | ~calm
    many = ~calm | (bumps[:, 1:].max(axis=1) > hardly_any)
    both = calm & (np.minimum(bumps[:, 0], bumps[near.first, 0]) > rarely)
    mutual = (near.first[near.first] == np.arange(len(calm))) & both
    larger = many if many.mean() > single.mean() else single
    share = max(float(larger.mean()) - BASELINE, 0.0) / (1 - BASELINE)
    own = np.where(calm, bumps.argmax(axis=1) + 1, near.edge)
    copies = int(np.median(own[many])) if share and larger is many else 1
    return Spectrum(share, copies, drops, _between(drops, near.first, single, several, mutual, many), near, True)


def _bumps(gaps: Vectors, first: int, last: int) -> Vectors:
    """The spacing behind first..last copies, each in units of the deeper ones: (n, last - first + 1) or fewer."""
    last = max(min(last, gaps.shape[1] - 2), 1)
    first = min(first, last)
    return np.stack(
        [gaps[:, at - 1] / (gaps[:, at + 1 : at + BEHIND].mean(axis=1) + 1e-6) for at in range(first, last + 1)],
        axis=1,
    )


def _chance(bumps: Vectors, share: float, tried: int = 1) -> float:
    """What that share of rows does not reach by chance, the largest of `tried` bumps being taken.

    Learned where no copies are, behind more than NEAR; but no less than where spacings are exponential and
    independent, as between unrelated rows: their ratio to a mean is F-distributed (Renyi, 1953). A small table
    alone would be too sure.
    """
    expected = float(f_distribution.ppf(share ** (1 / tried), 2, 2 * (BEHIND - 1)))
    return max(expected, float(np.quantile(bumps, share))) if bumps.size else expected


def _between(drops: Indices, first: Indices, single: Flags, several: Flags, mutual: Flags, many: Flags) -> Vectors:
    """What two drops show of each other: (d, d, 4), the larger share of the two.

    single: rows whose first neighbour stands out and lies in the other drop; several: rows with that many copies
    as most that have more than one, wherever these lie; mutual: rows that stand out to each other across; many:
    rows with any number of copies over one. FEW rows at the share of the whole table are added to each drop: of a
    few rows one that stands out is no share, and a file cut into many drops keeps some of what it showed.
    """
    count = int(drops.max(initial=0)) + 1
    shares = np.zeros((count, count, 4), dtype=np.float32)
    for at, flags in ((0, single), (2, mutual)):
        np.add.at(shares[:, :, at], (drops[flags], drops[first[flags]]), 1)
    for at, flags in ((1, several), (3, many)):
        shares[:, :, at] = np.bincount(drops[flags], minlength=count)[:, None]
    shares += FEW * np.array([each.mean() for each in (single, several, mutual, many)], dtype=np.float32)
    shares /= (np.bincount(drops, minlength=count) + FEW).astype(np.float32)[:, None, None]
    return np.asarray(np.maximum(shares, shares.transpose(1, 0, 2)), dtype=np.float32)


def standing(seen: Spectrum, rows: Indices, cosines: Floats) -> tuple[Floats, Floats, Floats]:
    """How a neighbour at this cosine stands in each row's surroundings: log rank, log bump, height, each (p,).

    Rank counts from 1 and ends behind the neighbours that were looked at. The bump is the largest normalised
    spacing behind the neighbour, among the NEAR nearest, in units of the deeper ones: a copy lies before a bump.
    Height is the cosine over the deeper neighbours, in their standard deviations. Where a clear gap lies further
    out, all before it rank first and stand before that gap, and the deeper ones are those behind it.
    """
    if not seen.tells:
        return np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    top, edge = seen.near.top, seen.near.edge
    near = min(NEAR, top.shape[1] // 2)
    gaps = spacings(top[:, : near + BEHIND + 1])
    ratio = np.log(gaps[:, :near] / (gaps[:, near : near + BEHIND].mean(axis=1, keepdims=True) + 1e-6) + 1e-3)
    behind = np.maximum.accumulate(ratio[:, ::-1], axis=1)[:, ::-1]
    mean = mean_behind(top, edge, near, near + BEHIND)
    square = mean_behind(np.square(top - mean[:, None]), edge, near, near + BEHIND)
    spread = np.sqrt(square) + 0.01
    place = np.concatenate(
        [
            (top[part] > cosines[at : at + len(part), None] + 1e-6).sum(axis=1)
            for at in range(0, len(rows), PAIRS_AT_A_TIME)
            for part in [rows[at : at + PAIRS_AT_A_TIME]]
        ]
        or [np.zeros(0, dtype=np.int64)]
    )
    large = edge[rows] > 0
    rank = np.where(large, np.maximum(place - edge[rows] + 1, 0), place)
    bump = np.where(place < near, np.maximum(behind[rows, np.minimum(place, near - 1)], NO_BUMP), NO_BUMP)
    bump = np.where(large, np.where(rank == 0, seen.near.gap[rows], NO_BUMP), bump)
    return np.log1p(rank), bump.astype(np.float64), (cosines - mean[rows]) / spread[rows]
