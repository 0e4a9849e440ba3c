"""How a neighbour stands out from a row's surroundings, and what a whole table shows of itself, without any label.

The statistic is that of normalised spacings: where nothing is copied, D_i = i (s_i - s_(i+1)) of a row's falling
cosines s_1 >= s_2 >= ... are alike at every rank (Renyi, 1953); behind k copies D_k is large. It is measured in
units of the row's own deeper spacings, so that a dense topic does not look like copies.
"""

from dataclasses import dataclass

import numpy as np

from anechoic.echoes.evidence.neighbours import BEHIND, NEAR, Neighbours, mean_behind, spacings
from anechoic.numeric.arrays import PAIRS_AT_A_TIME, Flags, Floats, Indices, Vectors

NO_RATIO = -3.0  # log spacing ratio of a neighbour that lies behind the nearest: far below what any row shows
LEAST_NEIGHBOURS = 15  # neighbours from which a table has surroundings; below, the cosine alone decides (LOG.md)
PRIOR_ROWS = 10  # rows at the whole table's share that are added to each drop before shares are compared
# Shares of rows that are single, several, mutual and many by chance in tables without an echo, and how many rows
# that show no more are added to every table: of a hundred rows a few that stand out are chance. Several and many
# are the best of twelve counts, so they vary most from one half of a table to the other (benchmarks/context.py).
BY_CHANCE = np.array([0.02, 0.05, 0.015, 0.05], dtype=np.float32)
CHANCE_ROWS = np.array([50, 200, 50, 200], dtype=np.float32)
RARE, RARER = 0.98, 0.99  # quantiles of chance beyond which a row stands out: for mutual pairs, and alone
LEAST_SPREAD = 0.01  # cosine; keeps z-scores finite where the surroundings are all alike
SAME_COSINE = 1e-6  # cosines closer than this are one and the same neighbour, rounding apart


@dataclass(frozen=True)
class TableProfile:
    """How much a table echoes itself, and each row's neighbours that tell it."""

    share: float  # of the rows that stand out beyond chance, 0..1
    copies: int  # how many copies those rows have, the median
    drops: Indices  # (n,) number of each row's drop
    between: Vectors  # (drops, drops, 4): single, several, mutual and many shares, a drop with itself included
    near: Neighbours
    has_context: bool  # False in a table too small to have surroundings


def table_profile(near: Neighbours, drops: Indices, *, drawn: bool = True) -> TableProfile:
    """Neighbours of n rows and their drop numbers (n,) -> how much the table repeats itself, by pair of drops.

    drawn: whether shares are drawn towards what chance gives. The judge is fitted on shares as they are: fitted on
    drawn ones its trees cut so much lower that the caution is gone (LOG.md).
    """
    count = int(drops.max(initial=0)) + 1
    if near.top.shape[1] < LEAST_NEIGHBOURS:
        return TableProfile(0.0, 1, drops, np.zeros((count, count, 4), dtype=np.float32), near, has_context=False)
    gaps, calm = spacings(near.top), near.edge == 0  # calm: no clear gap beyond the NEAR nearest
    ratios = _spacing_ratios(gaps, 1, NEAR)  # (n, NEAR): column k - 1 speaks for k copies
    deeper = _spacing_ratios(gaps[calm], NEAR + 1, 2 * NEAR)  # where no copies are: what chance gives
    rare, rarer = _chance(deeper, RARE), _chance(deeper, RARER)
    rarest = _chance(deeper.max(axis=1), RARER, tried=NEAR - 1)  # of the largest of NEAR - 1 ratios
    stands_out = calm[:, None] & (ratios > rarer)
    single = stands_out[:, 0]
    # "several" asks for one number of copies, the commonest over the table; "many" for any number above one.
    several = stands_out[:, 1 + stands_out[:, 1:].mean(axis=0).argmax()] | ~calm
    many = ~calm | (ratios[:, 1:].max(axis=1) > rarest)
    # Two rows stand out to each other: each is the other's nearest, and both have a gap behind the nearest.
    both = calm & (np.minimum(ratios[:, 0], ratios[near.first, 0]) > rare)
    mutual = (near.first[near.first] == np.arange(len(calm))) & both
    flags = np.stack([single, several, mutual, many])
    held = _held(len(calm), drawn=drawn)
    excess = held * (flags.mean(axis=1) - BY_CHANCE)
    share = float(max(excess[0], excess[3], 0.0))
    own = np.where(calm, ratios.argmax(axis=1) + 1, near.edge)  # (n,) copies each row seems to have
    copies = int(np.median(own[many])) if share and excess[3] > excess[0] else 1
    between = _between(drops, near.first, flags, held)
    return TableProfile(share, copies, drops, between, near, has_context=True)


def _spacing_ratios(gaps: Vectors, first: int, last: int) -> Vectors:
    """The spacing behind first..last copies in units of the mean of the deeper ones: (n, ratios).

    gaps: (n, k) normalised spacings.
    """
    last = max(min(last, gaps.shape[1] - 2), 1)
    first = min(first, last)
    return np.stack(
        [gaps[:, k - 1] / (gaps[:, k + 1 : k + BEHIND].mean(axis=1) + 1e-6) for k in range(first, last + 1)], axis=1
    )


def _chance(ratios: Vectors, quantile: float, tried: int = 1) -> float:
    """The ratio that so large a share of rows does not exceed by chance, the largest of `tried` ratios being taken.

    Learned where no copies are, behind more than NEAR; but no less than where spacings are exponential and
    independent, as between unrelated rows: their ratio to a mean of m is F(2, 2 m) distributed (Renyi, 1953). A
    small table alone would be too sure.
    """
    from scipy.stats import f as f_distribution

    expected = float(f_distribution.ppf(quantile ** (1 / tried), 2, 2 * (BEHIND - 1)))
    return max(expected, float(np.quantile(ratios, quantile))) if ratios.size else expected


def _held(rows: int, *, drawn: bool) -> Vectors:
    """How far a table's own shares are believed: (4,), 1 where they are not drawn towards BY_CHANCE."""
    return np.asarray(rows / (rows + CHANCE_ROWS * drawn), dtype=np.float32)


def _between(drops: Indices, first: Indices, flags: Flags, held: Vectors) -> Vectors:
    """What two drops show of each other: (drops, drops, 4), the larger share of the two directions.

    first: (n,) nearest row; flags: (4, n) single, several, mutual, many. Single and mutual count where the nearest
    row lies in the other drop; several and many wherever the copies lie. PRIOR_ROWS rows at the share of the whole
    table are added to each drop: of a few rows one that stands out is no share, and a file cut into many drops
    keeps some of what it showed. Then all are drawn towards BY_CHANCE, as far as they are not held.
    """
    count = int(drops.max(initial=0)) + 1
    shares = np.zeros((count, count, 4), dtype=np.float32)
    for kind in (0, 2):
        np.add.at(shares[:, :, kind], (drops[flags[kind]], drops[first[flags[kind]]]), 1)
    for kind in (1, 3):
        shares[:, :, kind] = np.bincount(drops[flags[kind]], minlength=count)[:, None]
    shares += PRIOR_ROWS * flags.mean(axis=1).astype(np.float32)
    shares /= (np.bincount(drops, minlength=count) + PRIOR_ROWS).astype(np.float32)[:, None, None]
    shares = held * shares + (1 - held) * BY_CHANCE
    return np.asarray(np.maximum(shares, shares.transpose(1, 0, 2)), dtype=np.float32)


def neighbour_contrast(profile: TableProfile, rows: Indices, cosines: Floats) -> tuple[Floats, Floats, Floats]:
    """Rows (p,) and a neighbour's cosine for each (p,) -> its log rank, log spacing ratio and z-score, each (p,).

    Rank counts from 1 and ends behind the neighbours that were looked at. The spacing ratio is the largest behind
    the neighbour among the NEAR nearest, in units of the deeper ones: a copy lies before a large one. The z-score
    is the cosine over the deeper neighbours in their standard deviations. Where a clear gap lies further out, all
    before it rank first and stand before that gap, and the deeper ones are those behind it. Zeros without context.
    """
    if not profile.has_context:
        return np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    top, edge = profile.near.top, profile.near.edge
    near = min(NEAR, top.shape[1] // 2)
    gaps = spacings(top[:, : near + BEHIND + 1])
    ratio = np.log(gaps[:, :near] / (gaps[:, near : near + BEHIND].mean(axis=1, keepdims=True) + 1e-6) + 1e-3)
    behind = np.maximum.accumulate(ratio[:, ::-1], axis=1)[:, ::-1]  # (n, near): the largest from each rank on
    mean = mean_behind(top, edge, near, near + BEHIND)
    square = mean_behind(np.square(top - mean[:, None]), edge, near, near + BEHIND)
    spread = np.sqrt(square) + LEAST_SPREAD
    place = _places(top, rows, cosines)
    large = edge[rows] > 0
    rank = np.where(large, np.maximum(place - edge[rows] + 1, 0), place)
    spacing_ratio = np.where(
        place < near, np.maximum(behind[rows, np.minimum(place, near - 1)], NO_RATIO), NO_RATIO
    )
    spacing_ratio = np.where(large, np.where(rank == 0, profile.near.gap[rows], NO_RATIO), spacing_ratio)
    return np.log1p(rank), spacing_ratio.astype(np.float64), (cosines - mean[rows]) / spread[rows]


def _places(top: Vectors, rows: Indices, cosines: Floats) -> Indices:
    """How many neighbours of each row are nearer than the given cosine: (p,), in blocks of bounded memory."""
    places = np.zeros(len(rows), dtype=np.int64)
    for start in range(0, len(rows), PAIRS_AT_A_TIME):
        block = slice(start, start + PAIRS_AT_A_TIME)
        places[block] = (top[rows[block]] > cosines[block, None] + SAME_COSINE).sum(axis=1)
    return places
