"""Array types, the matrix of a vector column, codes of values, and dot products of rows."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

Vectors = NDArray[np.float32]
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

PAIRS_AT_A_TIME = 50_000  # so that a block of 384-dimensional rows stays within about 150 MB


def matrix(column: pl.Series) -> Vectors:
    """A vector column as an array of shape (rows, dimension)."""
    if column.is_empty():
        return np.empty((0, 0), dtype=np.float32)
    flat: Vectors = column.explode().to_numpy()
    return flat.reshape(len(column), -1)


def vector_column(vectors: Vectors) -> pl.Series:
    """Vectors (n, d) -> a column of lists of float32, named vector; the other way round: `matrix`."""
    if not len(vectors):
        return pl.Series("vector", [], dtype=pl.List(pl.Float32))
    return pl.Series("vector", np.ascontiguousarray(vectors, dtype=np.float32)).arr.to_list()


def dense_codes(values: pl.Series) -> Indices:
    """Values (n,) as codes from 0, in sorted order of the values: (n,)."""
    codes: Indices = np.unique(values.to_numpy(), return_inverse=True)[1]
    return codes


def sparse_dot(a: sparse.csr_matrix, b: sparse.csr_matrix, left: Indices, right: Indices) -> Floats:
    """Dot products of row left[p] of `a` and row right[p] of `b`: (p,)."""
    parts = [
        np.asarray(
            a[left[start : start + PAIRS_AT_A_TIME]].multiply(b[right[start : start + PAIRS_AT_A_TIME]]).sum(axis=1)
        ).ravel()
        for start in range(0, len(left), PAIRS_AT_A_TIME)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def dense_dot(vectors: Vectors, left: Indices, right: Indices) -> Floats:
    """Dot products of rows left[p] and right[p] of (n, d): (p,)."""
    parts = [
        np.einsum(
            "pd,pd->p",
            vectors[left[start : start + PAIRS_AT_A_TIME]],
            vectors[right[start : start + PAIRS_AT_A_TIME]],
        )
        for start in range(0, len(left), PAIRS_AT_A_TIME)
    ]
    return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)
