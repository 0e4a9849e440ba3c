"""Recipes held against each other over seeds and rows: intervals, which is better, or what would decide it.

Two things are drawn by chance: the rows that examine (whole echo groups) and the seeds of a training. Each gives
its part of the variance; they are added, and the interval is Student's, with the degrees of freedom of
Satterthwaite (1946). A bootstrap of three seeds knows only ten draws of them and is too narrow; see LOG.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import binomtest, t

from anechoic.compare.schema import Pair
from anechoic.numeric.arrays import Floats, Indices

LEVEL = 0.05
MOST_ROWS = 1_000_000  # of a test; who would need more to tell two recipes apart need not care
NO_VARIANCE = 1e-12


@dataclass(frozen=True)
class Estimate:
    """A mean with the variances of its two sources and the degrees of freedom behind each."""

    value: float
    of_rows: float
    rows_freedom: int
    of_seeds: float
    seeds_freedom: int

    def half_width(self, level: float = LEVEL) -> float:
        """Half of the interval at 1 - level."""
        return self.quantile(level) * math.sqrt(self.of_rows + self.of_seeds)

    def quantile(self, level: float) -> float:
        """Student's quantile with the degrees of freedom that the two variances have together."""
        total = self.of_rows + self.of_seeds
        if total < NO_VARIANCE:
            return 0.0
        weights = self.of_rows**2 / self.rows_freedom + self.of_seeds**2 / self.seeds_freedom
        return float(t.ppf(1 - level / 2, total**2 / weights))


def seed_variance(right: Sequence[Floats]) -> tuple[float, int]:
    """Right or wrong of recipes, each (seeds, rows) -> variance of a seed's accuracy, pooled; degrees of freedom.

    Pooled over recipes, for three seeds alone hardly know it; 0 degrees where every recipe has one seed. What rows
    vary by themselves from seed to seed stands in it too, and once more in the variance of the rows' means: that
    makes intervals a little too wide; with it taken off they were too narrow for two and three seeds (LOG.md).
    """
    several = [each for each in right if len(each) > 1]
    freedom = sum(len(each) - 1 for each in several)
    if not freedom:
        return 0.0, 0
    squares = sum(_own(each) * (len(each) - 1) for each in several)
    return squares / freedom, freedom


def estimate(right: Floats, groups: Indices, pooled: tuple[float, int]) -> Estimate:
    """Right or wrong (seeds, rows), echo groups (rows,) from 0, variance of a seed and its freedom -> accuracy."""
    return _estimate(right.mean(0), groups, pooled[0] / len(right), pooled[1])


def compared(one: Floats, other: Floats, groups: Indices, pooled: tuple[float, int]) -> Estimate:
    """The difference of two recipes' accuracies on the same rows."""
    seeds = pooled[0] * (1 / len(one) + 1 / len(other))
    return _estimate(one.mean(0) - other.mean(0), groups, seeds, pooled[1])


def _own(right: Floats) -> float:
    """Variance of a seed's accuracy within one recipe: (seeds, rows)."""
    return float(right.mean(1).var(ddof=1))


def _estimate(values: Floats, groups: Indices, of_seeds: float, seeds_freedom: int) -> Estimate:
    """The mean of the rows' values (rows,); its variance over groups is that of a ratio (Cochran 1977, 6.3)."""
    count = int(groups.max()) + 1
    mean = float(values.mean())
    off = np.bincount(groups, values - mean, count)  # (groups,)
    of_rows = count / max(1, count - 1) * float(np.square(off).sum()) / len(values) ** 2
    return Estimate(mean, of_rows, max(1, count - 1), of_seeds, max(1, seeds_freedom))


def pairs(right: Mapping[str, Floats], groups: Indices) -> list[Pair]:
    """Right or wrong of each recipe by its name, (seeds, rows) -> each two compared on the same rows.

    Intervals hold for all pairs together (Bonferroni), so that a verdict and its interval never differ. None where
    no recipe has two seeds: chance cannot be told from recipe then.
    """
    pooled = seed_variance(list(right.values()))
    if not pooled[1]:
        return []
    names = list(combinations(right, 2))
    level = LEVEL / max(1, len(names))
    return [
        _pair(a, b, compared(right[a], right[b], groups, pooled), level, mcnemar(right[a], right[b]), len(groups))
        for a, b in names
    ]


def _pair(a: str, b: str, found: Estimate, level: float, mcnemar_p: float, rows: int) -> Pair:  # noqa: PLR0917
    half = found.half_width(level)
    low, high = found.value - half, found.value + half
    needed = None
    if low > 0 or high < 0:
        verdict = f"{a if low > 0 else b} is better"
    else:
        needed = rows_needed(found, rows, level)
        verdict = _undecided(found, needed)
    return Pair(
        a=a,
        b=b,
        difference=found.value,
        low=low,
        high=high,
        verdict=verdict,
        rows_needed=needed,
        mcnemar_p=mcnemar_p,
    )


def _undecided(found: Estimate, needed: int | None) -> str:
    if found.value == 0 and found.of_rows == 0:
        return "undecided: on these rows and seeds they do not differ at all"
    points = f"{100 * abs(found.value):.1f} points"
    if needed is not None:
        return f"undecided: about {needed:,} rows of test and exam would show a difference of {points}"
    return f"undecided: with these seeds no number of rows would show a difference of {points}; more seeds may"


def rows_needed(found: Estimate, rows: int, level: float) -> int | None:
    """Rows from which the interval of so large a difference would not hold 0; None where seeds alone hide it."""
    quantile = found.quantile(level)
    room = (found.value / quantile) ** 2 - found.of_seeds if quantile else 0.0
    if room <= 0:
        return None
    needed = math.ceil(rows * found.of_rows / room)
    return needed if needed <= MOST_ROWS else None


def mcnemar(one: Floats, other: Floats) -> float:
    """Exact p of McNemar's test on the rows that one recipe's seeds mostly get right and the other's do not."""
    first, second = one.mean(0) > 1 / 2, other.mean(0) > 1 / 2
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    if not only_first + only_second:
        return 1.0
    return float(binomtest(only_first, only_first + only_second).pvalue)
