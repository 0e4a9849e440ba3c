"""How far a new raw file differs from those before it: in classes, in length, in words; test and size of each."""

import re
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import chi2_contingency, ks_2samp

from anechoic.numeric.arrays import Floats
from anechoic.validate.schema import P_VALUE_LIMIT, Drift

FEWEST = 20  # rows on either side, below which no difference can be told
MOST = 2000  # texts of a side that the permutation test of words reads
PERMUTATIONS = 199
SURE = P_VALUE_LIMIT
SEED = 7
WORD = re.compile(r"[^\W\d_]+")


def drift(rows: pl.DataFrame, size: float) -> list[Drift]:
    """For each raw file with enough rows, its differences from all raw files before it, in the order of names.

    rows: drop, role, label, repaired (the text). size: from which a sure difference is called drift.
    """
    raw = rows.filter(pl.col("role") == "raw")
    found = []
    for drop in sorted(set(raw["drop"])):
        new, old = raw.filter(pl.col("drop") == drop), raw.filter(pl.col("drop") < drop)
        if min(new.height, old.height) < FEWEST:
            continue
        compared = (_classes(old, new), _length(old, new), _words(old, new))
        for aspect, test, effect, p_value, told in compared:
            drifted = effect >= size and p_value < SURE
            found.append(
                Drift(drop=drop, aspect=aspect, test=test, size=effect, p_value=p_value, drifted=drifted, told=told)
            )
    return found


Compared = tuple[str, str, float, float, str]


def _classes(old: pl.DataFrame, new: pl.DataFrame) -> Compared:
    labels = sorted(set(old["label"]) | set(new["label"]))
    test = "chi-squared; Cramér's V"
    if len(labels) < 2:
        return "classes", test, 0.0, 1.0, "one class only"
    table = np.array(
        [[(part["label"] == label).sum() for label in labels] for part in (old, new)], dtype=np.float64
    )
    result = chi2_contingency(table)
    size = float(np.sqrt(result.statistic / table.sum()))
    shares = table / table.sum(axis=1, keepdims=True)
    at = int(np.argmax(np.abs(shares[1] - shares[0])))
    told = f"{labels[at]}: {shares[0, at]:.0%} before, {shares[1, at]:.0%} now"
    return "classes", test, min(1.0, size), float(result.pvalue), told


def _length(old: pl.DataFrame, new: pl.DataFrame) -> Compared:
    before, now = (part["repaired"].str.count_matches(r"\S+").to_numpy() for part in (old, new))
    result = ks_2samp(before, now)
    told = f"median {np.median(before):.0f} words before, {np.median(now):.0f} now"
    return "length", "Kolmogorov-Smirnov; its D", float(result.statistic), float(result.pvalue), told


def _words(old: pl.DataFrame, new: pl.DataFrame) -> Compared:
    """Jensen-Shannon divergence of the words' shares beyond what files mixed at random show."""
    rng = np.random.default_rng(SEED)
    texts = [*_sample(old, rng), *_sample(new, rng)]
    first = min(old.height, MOST)
    counts, words = _counted(texts)
    sides = np.arange(len(texts)) >= first
    divergence = _divergence(counts, sides)
    null = np.array([_divergence(counts, rng.permutation(sides)) for _ in range(PERMUTATIONS)])
    p_value = float((1 + (null >= divergence).sum()) / (1 + PERMUTATIONS))
    size = max(0.0, divergence - float(null.mean())) / (1 - float(null.mean()) or 1.0)
    test = "permutation of texts; Jensen-Shannon divergence beyond chance, in bits"
    return "words", test, size, p_value, _told(counts, sides, words)


def _sample(part: pl.DataFrame, rng: np.random.Generator) -> list[str]:
    texts = part["repaired"].to_list()
    if len(texts) <= MOST:
        return texts
    return [texts[at] for at in np.sort(rng.choice(len(texts), MOST, replace=False))]


def _counted(texts: Sequence[str]) -> tuple[csr_array, list[str]]:
    """How often each word stands in each text: shape (texts, words)."""
    code: dict[str, int] = {}
    rows, columns = [], []
    for at, text in enumerate(texts):
        for word in WORD.findall(text.casefold()):
            rows.append(at)
            columns.append(code.setdefault(word, len(code)))
    shape = (len(texts), max(1, len(code)))
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape), list(code)


def _shares(counts: csr_array, sides: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    both = np.asarray([~sides, sides], dtype=np.float64) @ counts
    totals = both.sum(axis=1, keepdims=True)
    shares = both / np.where(totals == 0, 1.0, totals)
    return shares[0], shares[1]


def _divergence(counts: csr_array, sides: NDArray[np.bool_]) -> float:
    """Jensen-Shannon divergence (Lin 1991) of the two sides' word shares, 0 to 1 bit."""
    old, new = _shares(counts, sides)
    middle = (old + new) / 2
    halves = [
        part * np.log2(np.divide(part, middle, out=np.ones_like(part), where=part > 0)) for part in (old, new)
    ]
    return float((halves[0].sum() + halves[1].sum()) / 2)


def _told(counts: csr_array, sides: NDArray[np.bool_], words: list[str]) -> str:
    if not words:
        return "no words"
    old, new = _shares(counts, sides)
    order = np.argsort(new - old, kind="stable")
    more, less = ([words[at] for at in part] for part in (order[::-1][:5], order[:5]))
    return f"more of {', '.join(more)}; less of {', '.join(less)}"
