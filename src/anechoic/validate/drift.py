"""How far a new raw file differs from those before it: in classes, in length, in words; test and size of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anechoic.project.schema import MINIMUM_ROWS, P_VALUE_LIMIT, PERMUTATIONS, Drift
from anechoic.text.repair import canonicalize

if TYPE_CHECKING:  # scipy takes seconds to load, and a first file has nothing to be compared with
    from scipy.sparse import csr_array

MAX_TEXTS = 2000  # of a side that the permutation test of words reads
SEED = 7
SHOWN_WORDS = 5  # of those whose share grew, and of those whose share fell
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, kw_only=True)
class _Difference:
    """One respect in which two sets of rows were compared."""

    aspect: str
    test: str
    size: float  # 0: alike, 1: nothing in common
    p_value: float
    details: str


def drift(rows: pl.DataFrame, size: float) -> list[Drift]:
    """Rows -> for each raw file with enough of them its differences from all raw files before it, by name.

    rows: drop, role, label, repaired (the text). size: from which a significant difference is called drift, 0..1.
    """
    raw = rows.filter(pl.col("role") == "raw")
    drifts: list[Drift] = []
    for drop in sorted(set(raw["drop"])):
        new, old = raw.filter(pl.col("drop") == drop), raw.filter(pl.col("drop") < drop)
        if min(new.height, old.height) < MINIMUM_ROWS:
            continue
        differences = (_classes(old, new), _length(old, new), _words(old, new))
        drifts += [_as_drift(drop, difference, size) for difference in differences]
    return drifts


def _as_drift(drop: str, difference: _Difference, size: float) -> Drift:
    return Drift(
        drop=drop,
        aspect=difference.aspect,
        test=difference.test,
        size=difference.size,
        p_value=difference.p_value,
        drifted=difference.size >= size and difference.p_value < P_VALUE_LIMIT,
        told=difference.details,
    )


def _classes(old: pl.DataFrame, new: pl.DataFrame) -> _Difference:
    """Cramér's V (1946) of side against class, and the chi-squared test."""
    from scipy.stats import chi2_contingency

    test = "chi-squared; Cramér's V"
    labels = sorted(set(old["label"]) | set(new["label"]))
    if len(labels) < 2:
        return _Difference(aspect="classes", test=test, size=0.0, p_value=1.0, details="one class only")
    table = np.array(
        [[(part["label"] == label).sum() for label in labels] for part in (old, new)], dtype=np.float64
    )  # (2, classes)
    result = chi2_contingency(table)
    shares = table / table.sum(axis=1, keepdims=True)
    most = int(np.argmax(np.abs(shares[1] - shares[0])))
    return _Difference(
        aspect="classes",
        test=test,
        size=min(1.0, float(np.sqrt(result.statistic / table.sum()))),  # min(rows, columns) - 1 is 1: two sides
        p_value=float(result.pvalue),
        details=f"{labels[most]}: {100 * shares[0, most]:.0f} % before, {100 * shares[1, most]:.0f} % now",
    )


def _length(old: pl.DataFrame, new: pl.DataFrame) -> _Difference:
    """The largest distance between the distributions of words a text (Kolmogorov 1933, Smirnov 1939)."""
    from scipy.stats import ks_2samp

    before, now = (part["repaired"].str.count_matches(r"\S+").to_numpy() for part in (old, new))
    result = ks_2samp(before, now)
    return _Difference(
        aspect="length",
        test="Kolmogorov-Smirnov; its D",
        size=float(result.statistic),
        p_value=float(result.pvalue),
        details=f"median {np.median(before):.0f} words before, {np.median(now):.0f} now",
    )


def _words(old: pl.DataFrame, new: pl.DataFrame) -> _Difference:
    """Jensen-Shannon divergence of the words' shares beyond what files mixed at random show."""
    rng = np.random.default_rng(SEED)
    texts = [*_sample(old, rng), *_sample(new, rng)]
    counts, words = _word_counts(texts)
    is_new = np.arange(len(texts)) >= min(old.height, MAX_TEXTS)
    divergence = _divergence(counts, is_new)
    # Small files differ in words even when they are alike, so only what lies beyond the mean of mixed files counts,
    # as a share of the room that is left above it.
    mixed = np.array([_divergence(counts, rng.permutation(is_new)) for _ in range(PERMUTATIONS)])
    chance = float(mixed.mean())
    return _Difference(
        aspect="words",
        test="permutation of texts; Jensen-Shannon divergence beyond chance, in bits",
        size=max(0.0, divergence - chance) / (1 - chance or 1.0),
        p_value=float((1 + (mixed >= divergence).sum()) / (1 + PERMUTATIONS)),  # the real one is one of them
        details=_changed_words(counts, is_new, words),
    )


def _sample(part: pl.DataFrame, rng: np.random.Generator) -> list[str]:
    texts = part["repaired"].to_list()
    if len(texts) > MAX_TEXTS:
        texts = [texts[row] for row in np.sort(rng.choice(len(texts), MAX_TEXTS, replace=False))]
    return [canonicalize(text) for text in texts]  # a name in an address is no word of the file


def _word_counts(texts: Sequence[str]) -> "tuple[csr_array, list[str]]":
    """How often each word stands in each text, shape (texts, words), and the words, in the order of first use."""
    from scipy.sparse import csr_array

    column_of: dict[str, int] = {}
    rows, columns = [], []
    for row, text in enumerate(texts):
        for word in WORD.findall(text.casefold()):
            rows.append(row)
            columns.append(column_of.setdefault(word, len(column_of)))
    shape = (len(texts), max(1, len(column_of)))
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape), list(column_of)


def _shares(counts: "csr_array", is_new: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of each word among all words of the old and of the new texts: (words,) each."""
    sides = np.asarray([~is_new, is_new], dtype=np.float64) @ counts  # (2, words)
    totals = sides.sum(axis=1, keepdims=True)
    shares = sides / np.where(totals == 0, 1.0, totals)
    return shares[0], shares[1]


def _divergence(counts: "csr_array", is_new: NDArray[np.bool_]) -> float:
    """Jensen-Shannon divergence (Lin 1991) of the two sides' word shares, 0 to 1 bit."""
    old, new = _shares(counts, is_new)
    middle = (old + new) / 2
    halves = [
        part * np.log2(np.divide(part, middle, out=np.ones_like(part), where=part > 0)) for part in (old, new)
    ]
    return float((halves[0].sum() + halves[1].sum()) / 2)


def _changed_words(counts: "csr_array", is_new: NDArray[np.bool_], words: list[str]) -> str:
    if not words:
        return "no words"
    old, new = _shares(counts, is_new)
    order = np.argsort(new - old, kind="stable")
    grown = [words[column] for column in order[::-1][:SHOWN_WORDS]]
    fallen = [words[column] for column in order[:SHOWN_WORDS]]
    return f"more of {', '.join(grown)}; less of {', '.join(fallen)}"
