"""What is known of two texts before anybody judges them."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from anechoic.text.words import stems

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Indices = NDArray[np.int64]


BLOCK = 50_000  # pairs at a time


def word_rows(texts: Sequence[str]) -> sparse.csr_matrix:
    """Texts -> unit rows (n, v) of stems weighted by rarity (tf-idf)."""
    return _unit_rows(texts, stems, (1, 1))


def gram_rows(texts: Sequence[str]) -> sparse.csr_matrix:
    """Texts -> unit rows (n, v) of the 3- to 5-letter sequences inside words, weighted by rarity (tf-idf)."""
    return _unit_rows(texts, "char_wb", (3, 5))


def _unit_rows(
    texts: Sequence[str], analyzer: Callable[[str], list[str]] | str, grams: tuple[int, int]
) -> sparse.csr_matrix:
    fitted = TfidfVectorizer(analyzer=analyzer, ngram_range=grams, sublinear_tf=True, dtype=np.float32)
    try:
        return sparse.csr_matrix(fitted.fit_transform(texts))
    except ValueError:  # no word at all in any text
        return sparse.csr_matrix(np.zeros((len(texts), 1), dtype=np.float32))


def sparse_dot(a: sparse.csr_matrix, b: sparse.csr_matrix, left: Indices, right: Indices) -> Doubles:
    """Dot products of row left[p] of `a` and row right[p] of `b`: (p,)."""
    parts = [
        np.asarray(a[left[at : at + BLOCK]].multiply(b[right[at : at + BLOCK]]).sum(axis=1)).ravel()
        for at in range(0, len(left), BLOCK)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def dense_dot(vectors: Floats, left: Indices, right: Indices) -> Doubles:
    """Dot products of rows left[p] and right[p] of (n, d): (p,)."""
    parts = [
        np.einsum("pd,pd->p", vectors[left[at : at + BLOCK]], vectors[right[at : at + BLOCK]])
        for at in range(0, len(left), BLOCK)
    ]
    return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)
