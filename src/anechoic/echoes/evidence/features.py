"""What speaks for and against each pair: cosines, shared words and letters, lengths."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from anechoic.numeric.arrays import Floats, Indices, Vectors, dense_dot, sparse_dot
from anechoic.text.words import stems

PAIR_FEATURES = ("cosine", "whitened", "rise", "words", "letters", "length")


@dataclass(frozen=True)
class TextEvidence:
    """What is known of each of n distinct texts."""

    vectors: Vectors  # (n, d) unit
    whitened: Vectors  # (n, d) unit, see neighbours.whiten
    background: Vectors  # (n,) mean cosine to the rows around it, see neighbours.background
    lengths: Floats  # (n,) characters
    words: sparse.csr_matrix  # (n, v) unit rows of stems
    letters: sparse.csr_matrix  # (n, w) unit rows of letter sequences


def pair_features(texts: TextEvidence, left: Indices, right: Indices) -> Floats:
    """Pairs left, right (p,) of n texts -> what speaks for and against each: (p, 6), columns PAIR_FEATURES.

    `rise` is the whitened cosine over what the two texts' surroundings show anyway; `length` the difference of the
    logs of their lengths.
    """
    whitened = dense_dot(texts.whitened, left, right)
    log_length = np.log1p(texts.lengths)
    columns = [
        dense_dot(texts.vectors, left, right),
        whitened,
        whitened - (texts.background[left] + texts.background[right]) / 2,
        sparse_dot(texts.words, texts.words, left, right),
        sparse_dot(texts.letters, texts.letters, left, right),
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
    from sklearn.feature_extraction.text import TfidfVectorizer  # takes a second to import

    fitted = TfidfVectorizer(analyzer=analyzer, ngram_range=grams, sublinear_tf=True, dtype=np.float32)
    try:
        return sparse.csr_matrix(fitted.fit_transform(texts))
    except ValueError:  # no word at all in any text
        return sparse.csr_matrix(np.zeros((len(texts), 1), dtype=np.float32))
