"""The nearest rows of a matrix by cosine, exact, in blocks of bounded memory."""

from collections.abc import Iterator

import numpy as np

from anechoic.numeric.arrays import Floats, Indices, Vectors

# One block of cosines is float32 of at most QUERIES x BASE: 256 MB.
QUERIES = 4_096
BASE = 16_384
TIE = 1e-6  # cosines closer than this are equal: one and the same row may differ by 1e-7 from place to place (BLAS)
NONE = -1  # stands for no row, in `without` and in the result


def nearest(queries: Vectors, base: Vectors, *, without: Indices | None = None) -> tuple[Indices, Floats]:
    """Row and cosine of the nearest base row for each query; of equally near ones the first.

    queries: unit vectors (q, d); base: unit vectors (m, d); without: (q,), for each query a base row that it must
    not meet (itself), or -1. Returns rows (q,) and cosines (q,) in -1..1; row -1 and cosine 0 where there is none.
    """
    rows, cosines = nearest_rows(queries, base, 1, without=without)
    return rows[:, 0], cosines[:, 0]


def nearest_rows(
    queries: Vectors, base: Vectors, count: int, *, without: Indices | None = None
) -> tuple[Indices, Floats]:
    """Rows and cosines of the `count` nearest base rows for each query, the nearest first; ties in row order.

    Arguments as in `nearest`. Returns rows (q, count) and cosines (q, count) in -1..1; row -1 and cosine 0 behind
    the last row there is.
    """
    rows = np.full((len(queries), count), NONE, dtype=np.int64)
    cosines = np.full((len(queries), count), -np.inf, dtype=np.float32)
    barred = np.full(len(queries), NONE, dtype=np.int64) if without is None else without
    for part in _slices(len(queries), QUERIES):
        for block in _slices(len(base), BASE):
            similar = queries[part] @ base[block].T  # (queries of the part, rows of the block)
            here = np.flatnonzero((barred[part] >= block.start) & (barred[part] < block.stop))
            similar[here, barred[part][here] - block.start] = -np.inf
            new_rows, new_cosines = _largest(similar, count)
            both = np.concatenate([cosines[part], new_cosines], axis=1)  # (queries, 2 count), earlier blocks first
            both_rows = np.concatenate([rows[part], new_rows + block.start], axis=1)
            order, cosines[part] = _largest(both, count)
            rows[part] = np.take_along_axis(both_rows, order, 1)
    there = np.isfinite(cosines)
    # float32 products of unit vectors pass 1 by a few 1e-8
    clipped = np.clip(cosines, -1, 1).astype(np.float64)
    return np.where(there, rows, NONE), np.where(there, clipped, 0.0)


def _slices(length: int, size: int) -> Iterator[slice]:
    for start in range(0, length, size):
        yield slice(start, min(start + size, length))


def _largest(similar: Vectors, count: int) -> tuple[Indices, Vectors]:
    """Columns and values (q, count) of each line's largest, ties in their order; `similar` (q, m) is used up."""
    columns = np.zeros((len(similar), count), dtype=np.int64)
    values = np.full((len(similar), count), -np.inf, dtype=np.float32)
    lines = np.arange(len(similar))
    for rank in range(min(count, similar.shape[1])):  # counts are small: a pass each beats sorting the lines
        columns[:, rank] = (similar >= similar.max(1, keepdims=True) - TIE).argmax(1)
        values[:, rank] = similar[lines, columns[:, rank]]
        similar[lines, columns[:, rank]] = -np.inf
    return columns, values
