"""What speaks for and against each pair: cosines, shared words and letters, lengths."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from anechoic.numeric.arrays import Floats, Indices, Vectors, dense_dot, sparse_dot
from anechoic.text.words import stems

PAIR_FEATURES = ("cosine", "whitened", "rise", "words", "letters", "length")


def features(
    left: Indices,
    right: Indices,
    lengths: Floats,
    vectors: Vectors,
    whitened: Vectors,
    level: Vectors,
    words: sparse.csr_matrix,
    letters: sparse.csr_matrix,
) -> Floats:
    """What speaks for and against each pair: (p, 6) in the order of PAIR_FEATURES.

    lengths: (n,) characters; vectors, whitened: (n, d) unit; level: (n,) background; words, letters: (n, v) unit.
    """
    white = dense_dot(whitened, left, right)
    log_length = np.log1p(lengths)
    columns = [
        dense_dot(vectors, left, right),
        white,
        white - (level[left] + level[right]) / 2,
        sparse_dot(words, words, left, right),
        sparse_dot(letters, letters, left, right),
        np.abs(log_length[left] - log_length[right]),
    ]
    return np.column_stack(columns).reshape(len(left), len(PAIR_FEATURES))


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
