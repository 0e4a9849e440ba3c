"""The nearest rows of each row of a table, the surroundings behind its copies, and the gap where those end."""

from dataclasses import dataclass

import numpy as np

from anechoic.numeric.arrays import Indices, Vectors

ROWS_AT_A_TIME = 1024  # of a product with all rows; faster than 512 and 2,048 on two cores
DEEP = 160  # neighbours of each row that are looked at
NEAR = 12  # of them, those among which a few copies are looked for
BEHIND = 18  # spacings that one spacing is held against
CLEAR_GAP = 3.2  # log of a gap behind more than NEAR, as hardly any row has where nothing is copied (LOG.md)
WHITENING_PRIOR = 4  # rows of shrinkage for each dimension, in units of the mean eigenvalue
FEWEST_TO_WHITEN = 3  # rows; fewer have no covariance to speak of
FEWEST_WITH_BACKGROUND = 4  # rows; fewer have nothing beyond a copy


@dataclass(frozen=True)
class Neighbours:
    """The nearest rows of each row of a table; k is n - 1 at most."""

    top: Vectors  # (n, k) cosines, falling
    first: Indices  # (n,) the nearest row
    edge: Indices  # (n,) how many lie before a clear gap beyond the NEAR nearest, 0 where there is none
    gap: Vectors  # (n,) log of that gap, in units of the spacings behind it


def whiten(vectors: Vectors) -> Vectors:
    """Unit vectors (n, d) -> unit vectors (n, d) in which every direction of the data has about the same variance.

    What all rows share (topic, house style) says little about being a copy. The covariance is shrunk towards its
    mean eigenvalue, the more the fewer rows there are (form of Ledoit and Wolf, 2004).
    """
    if len(vectors) < FEWEST_TO_WHITEN:
        return vectors
    centred = vectors - vectors.mean(axis=0)
    values, axes = np.linalg.eigh(np.cov(centred.T.astype(np.float64)))
    level = max(float(values.mean()), 1e-12) * (1 + vectors.shape[1] / (WHITENING_PRIOR * len(vectors)))
    turned = centred @ (axes / np.sqrt(np.maximum(values, 0) + level)).astype(np.float32)
    norms = np.linalg.norm(turned, axis=1, keepdims=True)
    return np.asarray(turned / np.maximum(norms, 1e-9), dtype=np.float32)


def neighbours(whitened: Vectors) -> Neighbours:
    """Whitened unit vectors (n, d) -> each row's nearest rows, itself left out.

    Exact; memory is ROWS_AT_A_TIME x n, time grows with n squared.
    """
    n = len(whitened)
    keep = min(DEEP, max(n - 1, 0))
    top, first = np.empty((n, keep), dtype=np.float32), np.zeros(n, dtype=np.int64)
    for start in range(0, n if keep else 0, ROWS_AT_A_TIME):
        similar = whitened[start : start + ROWS_AT_A_TIME] @ whitened.T
        here = np.arange(len(similar))
        similar[here, here + start] = -2  # a row is no neighbour of itself
        first[start : start + ROWS_AT_A_TIME] = similar.argmax(axis=1)
        top[start : start + ROWS_AT_A_TIME] = -np.sort(np.partition(-similar, keep - 1, axis=1)[:, :keep], axis=1)
    return Neighbours(top, first, *_edges(top))


def _edges(top: Vectors) -> tuple[Indices, Vectors]:
    """How many neighbours of each row lie before a clear gap beyond the NEAR nearest, and the gap: (n,) each.

    Where a text has dozens of rewordings, its nearest are all of them, and nothing among the nearest stands out.
    The gap behind them does: in units of the spacings behind it, it is larger than any gap of rows without copies.
    """
    gaps = spacings(top)
    edge, best = np.zeros(len(top), dtype=np.int64), np.full(len(top), CLEAR_GAP, dtype=np.float32)
    sums = np.concatenate([np.zeros((len(top), 1), dtype=np.float32), np.cumsum(gaps, axis=1)], axis=1)
    # The mean of the spacings behind each possible gap comes from cumulated sums, so that all rows go at once; the
    # window grows with the number of copies, for the spacings behind a large crowd vary more.
    for copies in range(NEAR + 1, gaps.shape[1] - BEHIND):
        wide = min(max(BEHIND, copies // 2), gaps.shape[1] - copies - 1)
        behind = (sums[:, copies + 1 + wide] - sums[:, copies + 1]) / wide
        ratio = np.log(gaps[:, copies - 1] / (behind + 1e-6) + 1e-3)
        clear = ratio > best
        edge[clear], best[clear] = copies, ratio[clear]
    return edge, best


def background(near: Neighbours, low: int = 10, high: int = 40) -> Vectors:
    """Neighbours of n rows -> each row's mean cosine to those ranked low..high, beyond plausible copies: (n,).

    Tables of a few dozen rows have no rank 40: there the ranks shrink with the table.
    """
    n = len(near.top)
    if n < FEWEST_WITH_BACKGROUND:
        return np.zeros(n, dtype=np.float32)
    low, high = min(low, max(n // 8, 1)), min(high, max(n // 3, 2))
    return mean_behind(near.top, near.edge, low - 1, high)


def mean_behind(values: Vectors, edge: Indices, start: int, stop: int) -> Vectors:
    """Mean of the columns start..stop, counted from behind each row's edge as far as there are columns: (n,)."""
    sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1, dtype=np.float64)], axis=1)
    last = np.minimum(edge + stop, values.shape[1])
    begin = np.minimum(edge + start, last - 1)
    rows = np.arange(len(values))
    return np.asarray((sums[rows, last] - sums[rows, begin]) / (last - begin), dtype=np.float32)


def spacings(top: Vectors) -> Vectors:
    """Sorted cosines (n, k) -> normalised spacings i (s_i - s_(i+1)): (n, k - 1)."""
    ranks = np.arange(1, top.shape[1], dtype=np.float32)
    return np.asarray(ranks * (top[:, :-1] - top[:, 1:]), dtype=np.float32)
