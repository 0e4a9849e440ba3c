"""What a split can show, and whether its test stands where fresh rows will."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from pydantic import Field
from scipy.optimize import brentq
from scipy.stats import ks_2samp, norm

from anechoic.numeric.arrays import Floats, Vectors, matrix
from anechoic.project.schema import Report

DISCORDANT = 0.09  # share of rows that one of two models gets right and the other wrong
CHANCE, POWER = 0.05, 0.8
BLOCK = 4096


class Power(Report):
    """What a set of labelled rows can show."""

    rows: int = Field(description="rows that count, one for each echo group")
    difference: float = Field(
        description="smallest difference of two models' accuracies it shows (McNemar, 5 %, power 80 %, if one is "
        "right and the other wrong on 9 % of the rows, or on as many as the difference asks for)"
    )
    half_width: float = Field(description="half the 95 % interval of an accuracy of 80 % measured on it")


class Shift(Report):
    """Whether test rows stand as near to training as fresh rows do."""

    rows: int = Field(description="fresh rows compared")
    median: float = Field(description="median of their cosines to the nearest training row")
    test_median: float = Field(description="the same of the test rows")
    distance: float = Field(description="Kolmogorov-Smirnov distance of the two distributions (0 alike, 1 apart)")
    p_value: float = Field(description="chance of such a distance, or a larger one, if there were no shift")
    verdict: str = Field(description="alike, test is easier (nearer to training), or test is harder")


@dataclass(frozen=True)
class Near:
    """Vectors to compare: of every row (table embeddings), and of the inbox's texts (n, d)."""

    embeddings: pl.DataFrame
    inbox: Vectors


def power(rows: int) -> Power:
    """What this many independent rows can show."""
    return Power(
        rows=rows,
        difference=smallest_difference(rows),
        half_width=float(norm.ppf(0.975) * np.sqrt(0.8 * 0.2 / rows)) if rows else 1.0,
    )


def smallest_difference(rows: int) -> float:
    """The difference of two accuracies that McNemar's test finds with POWER on this many rows (Connor 1987)."""
    alpha, beta = norm.ppf(1 - CHANCE / 2), norm.ppf(POWER)

    def excess(difference: float) -> float:
        discordant = max(DISCORDANT, difference)
        spread = np.sqrt(max(discordant - difference**2, 0.0))
        return float(rows * difference**2 - (alpha * np.sqrt(discordant) + beta * spread) ** 2)

    return 1.0 if excess(1.0) <= 0 else float(brentq(excess, 1e-9, 1.0))


def shift(rows: pl.DataFrame, near: Near) -> dict[str, Shift]:
    """Test against exam and against inbox, by the cosine to the nearest training row.

    rows: row_id, split, weight. One row stands for each echo group; what has no rows is left out.
    """
    used = rows.filter(pl.col("weight") > 0).join(near.embeddings, on="row_id", maintain_order="left")
    vectors = {side: matrix(used.filter(pl.col("split") == side)["vector"]) for side in ("train", "test", "exam")}
    train, test = vectors["train"], vectors["test"]
    if not len(train) or not len(test):
        return {}
    at_test = nearest(test, train)
    fresh = {"exam": vectors["exam"], "inbox": near.inbox}
    return {name: _compared(at_test, nearest(some, train)) for name, some in fresh.items() if len(some)}


def nearest(some: Vectors, train: Vectors) -> Floats:
    """Cosine of each unit vector of `some` (n, d) to the nearest of `train` (m, d): (n,)."""
    blocks = [(some[at : at + BLOCK] @ train.T).max(1) for at in range(0, len(some), BLOCK)]
    return np.concatenate(blocks).astype(np.float64)


def _compared(test: Floats, fresh: Floats) -> Shift:
    result = ks_2samp(test, fresh)
    medians = float(np.median(fresh)), float(np.median(test))
    verdict = "alike" if result.pvalue >= CHANCE else "easier" if medians[1] > medians[0] else "harder"
    return Shift(
        rows=len(fresh),
        median=medians[0],
        test_median=medians[1],
        distance=float(result.statistic),
        p_value=float(result.pvalue),
        verdict=verdict if verdict == "alike" else f"test is {verdict}",
    )
