"""How various the texts of a class are: one decorated function a measure.

A measure goes from the rows of a class (or of all) to a number, with the paper it comes from and what it cannot
see. Rows that say the same are collapsed first, so that copies and rephrasings change no number but
`self_similarity` and `compression_ratio`, which are there to show the repetition.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anechoic.numeric.arrays import Flags, Indices, Vectors
from anechoic.text.words import words_of


@dataclass(frozen=True)
class Texts:
    """Rows of a class: texts, unit vectors of shape (rows, dimension), group codes, one representative a group."""

    texts: list[str]
    vectors: Vectors
    first: Flags

    def collapsed(self) -> "Texts":
        """One row a group."""
        kept = np.flatnonzero(self.first)
        return Texts([self.texts[row] for row in kept], self.vectors[kept], np.ones(len(kept), dtype=bool))

    def some(self, rows: Indices) -> "Texts":
        """Those rows."""
        return Texts([self.texts[row] for row in rows], self.vectors[rows], self.first[rows])


@dataclass(frozen=True)
class Measure:
    """A registered measure: what it computes, where it comes from, what it cannot see."""

    compute: Callable[[Texts], float]
    collapse: bool
    source: str
    blind_to: str


ROUNDING = 1e-12  # an eigenvalue below it is 0, and adds nothing to the entropy
ZLIB_LEVEL = 9  # fixed, so that the ratio is the same everywhere

MEASURES: dict[str, Measure] = {}


def measure(source: str, blind_to: str, *, collapse: bool = True) -> Callable[..., Callable[[Texts], float]]:
    """Register a measure under its function's name; `collapse`: it sees one row a group."""

    def register(compute: Callable[[Texts], float]) -> Callable[[Texts], float]:
        MEASURES[compute.__name__] = Measure(compute, collapse, source, blind_to)
        return compute

    return register


@measure("echo groups, single rows included", "how far apart the groups are")
def effective_rows(texts: Texts) -> float:
    """Things said, however often."""
    return float(len(texts.texts))


@measure("Friedman and Dieng 2023, cosine kernel", "facts and style the encoder does not see; grows with the rows")
def vendi_score(texts: Texts) -> float:
    """Effective number of unlike rows: exponential of the entropy of the cosine matrix's eigenvalues over its size.

    At d dimensions the eigenvalues are those of the (d, d) matrix of second moments, so memory is d squared.
    """
    vectors = texts.vectors.astype(np.float64)
    gram = vectors @ vectors.T if len(vectors) < vectors.shape[1] else vectors.T @ vectors
    values = np.linalg.eigvalsh(gram / len(vectors))  # they add up to 1, as the vectors are of unit length
    values = values[values > ROUNDING]
    return float(np.exp(-(values * np.log(values)).sum()))


def _distinct(texts: Texts, size: int) -> float:
    grams: list[tuple[str, ...]] = []
    for text in texts.texts:
        words = words_of(text)
        grams += [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]
    return len(set(grams)) / max(1, len(grams))


@measure("Li et al. 2016", "meaning; falls as texts are added, so compare only sets of like size")
def distinct_1(texts: Texts) -> float:
    """Different words as a share of all."""
    return _distinct(texts, 1)


@measure("Li et al. 2016", "meaning; falls as texts are added, so compare only sets of like size")
def distinct_2(texts: Texts) -> float:
    """Different word pairs as a share of all."""
    return _distinct(texts, 2)


@measure("Li et al. 2016", "meaning; falls as texts are added, so compare only sets of like size")
def distinct_3(texts: Texts) -> float:
    """Different word triples as a share of all."""
    return _distinct(texts, 3)


@measure("mean pairwise cosine", "single clusters: the mean hides them", collapse=False)
def self_similarity(texts: Texts) -> float:
    """Mean cosine of two different rows, from the length of the sum of the vectors; 0 for one row."""
    rows = len(texts.texts)
    if rows < 2:
        return 0.0
    total = texts.vectors.astype(np.float64).sum(0)
    return float((total @ total - rows) / (rows * (rows - 1)))


@measure("Shaib et al. 2024, zlib", "repeats further apart than 32 kB; other words for the same", collapse=False)
def compression_ratio(texts: Texts) -> float:
    """Bytes over compressed bytes: higher is more repetitive."""
    whole = "\n".join(sorted(texts.texts)).encode()
    return len(whole) / len(zlib.compress(whole, ZLIB_LEVEL))
