"""How crowded a text's surroundings are, measured so that many copies of a text do not hide them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anechoic.echoes.evidence import BLOCK as PAIR_BLOCK
from anechoic.echoes.evidence import Doubles, Floats, Indices

Flags = NDArray[np.bool_]

NO_BUMP = -3.0  # log bump of a neighbour that lies behind the nearest
BLOCK = 1024  # rows at a time; faster than 512 and 2048 on two cores
COPIES = (1, 2, 4, 9)  # numbers of copies that a row is tried for
DEEP = 30  # neighbours of each row that are looked at
NEAR = 12  # of them, those among which copies are looked for
FEW = 10  # rows at the whole table's share that are added to each drop
BASELINE = 0.035  # share of rows that stand out where nothing is copied, the most seen (LOG.md)


@dataclass(frozen=True)
class Spectrum:
    """How much a table echoes itself, and each row's nearest neighbours that tell it."""

    share: float  # of the rows that stand out, 0..1
    copies: int  # that those rows have
    drops: Indices  # (n,) number of each row's drop
    between: Floats  # (d, d, 3) single, several and mutual shares of two drops, one with itself included
    top: Floats  # (n, k) cosines of each row's nearest, falling; k is 0 in a table too small to tell


def whiten(vectors: Floats) -> Floats:
    """Unit vectors (n, d) -> unit vectors (n, d) in which every direction of the data weighs about the same.

    What all rows share (topic, house style) says little about being a copy. The covariance is shrunk towards its
    mean eigenvalue, the more the fewer rows there are (form of Ledoit and Wolf, 2004).
    """
    if len(vectors) < 3:
        return vectors
    centred = vectors - vectors.mean(axis=0)
    values, axes = np.linalg.eigh(np.cov(centred.T.astype(np.float64)))
    level = max(float(values.mean()), 1e-12) * (1 + vectors.shape[1] / (4 * len(vectors)))
    turned = centred @ (axes / np.sqrt(np.maximum(values, 0) + level)).astype(np.float32)
    norms = np.linalg.norm(turned, axis=1, keepdims=True)
    return np.asarray(turned / np.maximum(norms, 1e-9), dtype=np.float32)


def background(whitened: Floats, low: int = 10, high: int = 40) -> Floats:
    """For each row the mean cosine to its neighbours ranked low..high, beyond plausible copies: (n,)."""
    n = len(whitened)
    level = np.zeros(n, dtype=np.float32)
    if n < 4:
        return level
    low, high = min(low, max(n // 8, 1)), min(high, max(n // 3, 2))
    for start in range(0, n, BLOCK):
        similar = whitened[start : start + BLOCK] @ whitened.T
        top = -np.partition(-similar, high, axis=1)[:, : high + 1]
        level[start : start + BLOCK] = -np.sort(-top, axis=1)[:, low : high + 1].mean(axis=1)
    return level


def spectrum(whitened: Floats, drops: Indices) -> Spectrum:
    """Whether rows of one table stand out from their surroundings, without any label. drops: (n,) drop numbers.

    The normalised spacings D_i = i (s_i - s_(i+1)) of a row's sorted cosines are alike at every rank where there
    are no copies (Renyi, 1953), and bump at D_k where the row has k. Each bump is measured in units of the row's
    own deeper spacings, so that a dense topic is no bump.
    """
    n = len(whitened)
    keep = min(DEEP + 1, n - 1)
    if keep < max(COPIES) + 6:
        count = int(drops.max(initial=0)) + 1
        return Spectrum(
            0.0, 1, drops, np.zeros((count, count, 3), dtype=np.float32), np.zeros((n, 0), dtype=np.float32)
        )
    top, first = _sorted_neighbours(whitened, keep)
    gaps = spacings(top)
    ratios, cuts = zip(*(_bumps(gaps, copies) for copies in COPIES), strict=True)
    found = [ratio > cut for ratio, (_, cut) in zip(ratios, cuts, strict=True)]
    both = np.minimum(ratios[0], ratios[0][first]) > cuts[0][0]
    mutual = (first[first] == np.arange(n)) & both
    best = int(np.argmax([each.mean() for each in found]))
    share = max(float(found[best].mean()) - BASELINE, 0.0) / (1 - BASELINE)
    several = found[1 + int(np.argmax([each.mean() for each in found[1:]]))]
    copies = COPIES[best] if share else 1
    return Spectrum(share, copies, drops, _between(drops, first, found[0], several, mutual), top)


def _bumps(gaps: Floats, copies: int) -> tuple[Floats, tuple[float, float]]:
    """The spacing behind that many copies in units of the deeper ones: (n,); what 2 % and 1 % exceed by chance."""
    null = gaps[:, copies + 2 : copies + 18]
    mean, size = null.mean(axis=1, keepdims=True), null.shape[1]
    expected = null / ((mean * size - null) / (size - 1) + 1e-6)
    ratio = gaps[:, copies - 1] / (mean[:, 0] + 1e-6)
    return ratio, (float(np.quantile(expected, 0.98)), float(np.quantile(expected, 0.99)))


def _between(drops: Indices, first: Indices, single: Flags, several: Flags, mutual: Flags) -> Floats:
    """What two drops show of each other: (d, d, 3), the larger share of the two.

    single: rows whose first neighbour stands out and lies in the other drop; several: rows with more copies,
    wherever these lie; mutual: rows that stand out to each other across. FEW rows at the share of the whole table
    are added to each drop: of a few rows one that stands out is no share, and a file cut into many drops keeps some
    of what it showed.
    """
    count = int(drops.max(initial=0)) + 1
    shares = np.zeros((count, count, 3), dtype=np.float32)
    for at, flags in ((0, single), (2, mutual)):
        np.add.at(shares[:, :, at], (drops[flags], drops[first[flags]]), 1)
    shares[:, :, 1] = np.bincount(drops[several], minlength=count)[:, None]
    shares += FEW * np.array([single.mean(), several.mean(), mutual.mean()], dtype=np.float32)
    shares /= (np.bincount(drops, minlength=count) + FEW).astype(np.float32)[:, None, None]
    return np.asarray(np.maximum(shares, shares.transpose(1, 0, 2)), dtype=np.float32)


def spacings(top: Floats) -> Floats:
    """Sorted cosines (n, k) -> normalised spacings i (s_i - s_(i+1)): (n, k - 1)."""
    ranks = np.arange(1, top.shape[1], dtype=np.float32)
    return np.asarray(ranks * (top[:, :-1] - top[:, 1:]), dtype=np.float32)


def standing(seen: Spectrum, rows: Indices, cosines: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """How a neighbour at this cosine stands in each row's surroundings: log rank, log bump, height, each (p,).

    Rank counts from 1 and ends behind the neighbours that were looked at. The bump is the largest normalised
    spacing behind the neighbour, among the NEAR nearest, in units of the deeper ones: a copy lies before a bump.
    Height is the cosine over the deeper neighbours, in their standard deviations.
    """
    keep = seen.top.shape[1]
    if keep == 0:
        return np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    near = min(NEAR, keep // 2)
    gaps, deeper = spacings(seen.top), seen.top[:, near : near + 18]
    ratio = np.log(gaps[:, :near] / (gaps[:, near : near + 18].mean(axis=1, keepdims=True) + 1e-6) + 1e-3)
    behind = np.maximum.accumulate(ratio[:, ::-1], axis=1)[:, ::-1]
    mean, spread = deeper.mean(axis=1), deeper.std(axis=1) + 0.01
    rank = np.concatenate(
        [
            (seen.top[part] > cosines[at : at + len(part), None] + 1e-6).sum(axis=1)
            for at in range(0, len(rows), PAIR_BLOCK)
            for part in [rows[at : at + PAIR_BLOCK]]
        ]
        or [np.zeros(0, dtype=np.int64)]
    )
    bump = np.where(rank < near, np.maximum(behind[rows, np.minimum(rank, near - 1)], NO_BUMP), NO_BUMP)
    return np.log1p(rank), bump.astype(np.float64), (cosines - mean[rows]) / spread[rows]


def _sorted_neighbours(whitened: Floats, keep: int) -> tuple[Floats, Indices]:
    """Cosines of each row's `keep` nearest, itself left out, falling: (n, keep); and which row is the nearest."""
    top, first = np.empty((len(whitened), keep), dtype=np.float32), np.empty(len(whitened), dtype=np.int64)
    for start in range(0, len(whitened), BLOCK):
        similar = whitened[start : start + BLOCK] @ whitened.T
        here = np.arange(len(similar))
        similar[here, here + start] = -2
        first[start : start + BLOCK] = similar.argmax(axis=1)
        top[start : start + BLOCK] = -np.sort(np.partition(-similar, keep - 1, axis=1)[:, :keep], axis=1)
    return top, first
