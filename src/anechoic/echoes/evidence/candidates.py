"""Pairs worth judging: exact range queries over meaning and letters, nothing lost to a fixed k."""

import numpy as np
from rapidfuzz import fuzz, process
from scipy import sparse

from anechoic.echoes.evidence.neighbours import ROWS_AT_A_TIME
from anechoic.numeric.arrays import Indices, Vectors
from anechoic.project.progress import progress
from anechoic.text.words import words_of

LEAST_RISE = -0.05  # cosine over the mean background of the two rows; below it 1 true pair in 400 was lost (LOG.md)
ANY_SURROUNDINGS = 0.6  # whitened cosine from which a pair is judged in any surroundings
SHARED_LETTERS = 0.5  # cosine of letter sequences from which a pair is judged whatever its vectors say


def candidates(whitened: Vectors, grams: sparse.csr_matrix, level: Vectors) -> tuple[Indices, Indices]:
    """Whitened vectors, letter sequences and backgrounds of n texts -> pairs left < right worth judging, sorted.

    whitened: (n, d) unit rows; grams: (n, v) unit rows of letter sequences; level: (n,) background. Both queries
    are exact and go in blocks, so memory is ROWS_AT_A_TIME x n, and time grows with n squared.
    """
    n = len(whitened)
    codes = [np.zeros(0, np.int64)]
    with progress() as bar:
        task = bar.add_task("comparing distinct texts", total=n)
        for start in range(0, n, ROWS_AT_A_TIME):
            stop = min(start + ROWS_AT_A_TIME, n)
            for left, right in (_semantic(whitened, level, start, stop), _lexical(grams, start, stop)):
                keep = right > left
                codes.append(left[keep] * n + right[keep])
            bar.advance(task, stop - start)
    code = np.unique(np.concatenate(codes))  # a pair as one number, left * n + right
    return code // max(n, 1), code % max(n, 1)


def _semantic(whitened: Vectors, level: Vectors, start: int, stop: int) -> tuple[Indices, Indices]:
    """Rows start..stop against all later ones: over the floor, or enough over both rows' background."""
    similar = whitened[start:stop] @ whitened[start:].T
    half = level / 2
    need = np.minimum(half[start:stop, None] + half[None, start:] + LEAST_RISE, ANY_SURROUNDINGS)
    left, right = np.nonzero(similar >= need)
    return left + start, right + start


def _lexical(grams: sparse.csr_matrix, start: int, stop: int) -> tuple[Indices, Indices]:
    """Rows start..stop against all later ones: those that share letter sequences."""
    found = (grams[start:stop] @ grams[start:].T).tocoo()
    keep = found.data >= SHARED_LETTERS
    return found.row[keep].astype(np.int64) + start, found.col[keep].astype(np.int64) + start


def lexical_similarity(texts: list[str], left: Indices, right: Indices) -> Vectors:
    """Similarity of the words of each pair in 0..1, whatever their order (rapidfuzz token_sort_ratio)."""
    words = [" ".join(sorted(words_of(text))) or text for text in texts]
    first, second = [words[at] for at in left], [words[at] for at in right]
    ratios = process.cpdist(first, second, scorer=fuzz.ratio, dtype=np.float32, workers=-1)
    return np.asarray(ratios / 100, dtype=np.float32)
