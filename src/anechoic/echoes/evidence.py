"""What is known of two texts before anybody judges them."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from anechoic.text.words import stems


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
