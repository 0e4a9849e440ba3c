"""How far the meanings of a raw file lie from those of the files before it: the vectors' part of drift."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anechoic.numeric.arrays import Floats, Vectors, matrix
from anechoic.validate.drift import MINIMUM_ROWS, P_VALUE_LIMIT, PERMUTATIONS
from anechoic.validate.schema import Drift

MOST = 1000  # rows of a side that are compared
TEST = "permutation of texts; root of the energy coefficient of the vectors beyond chance"


def vector_drift(clean: pl.DataFrame, embeddings: pl.DataFrame, size: float, seed: int) -> list[Drift]:
    """For each raw file with enough rows, how far its vectors lie from those of all raw files before it.

    size: from which a sure difference is called drift. Rows that are there twice count twice, as they will in use.
    """
    rows = clean.filter(pl.col("role") == "raw").join(embeddings, on="row_id", maintain_order="left")
    vectors, drops = matrix(rows["vector"]), rows["drop"].to_numpy()
    texts = rows["text"].to_list()
    found = []
    for drop in np.unique(drops):
        rng = np.random.default_rng(seed)
        old, new = (_some(np.flatnonzero(part), rng) for part in (drops < drop, drops == drop))
        if min(len(old), len(new)) < MINIMUM_ROWS:
            continue
        effect, p_value = energy(vectors[old], vectors[new], rng)
        at = int(new[np.argmin((vectors[new] @ vectors[old].T).max(axis=1))])
        told = f"farthest from all before: {texts[at][:80]!r}"
        drifted = effect >= size and p_value < P_VALUE_LIMIT
        found.append(
            Drift(drop=drop, aspect="meaning", test=TEST, size=effect, p_value=p_value, drifted=drifted, told=told)
        )
    return found


def energy(old: Vectors, new: Vectors, rng: np.random.Generator) -> tuple[float, float]:
    """Energy coefficient of two samples of unit vectors beyond what mixed samples show, its root, and the p-value.

    0: the same distribution, 1: each a point of its own (Szekely and Rizzo 2013). Cancellation comments against
    questions to a bank give 0.21, two of their classes against the other six 0.12. O((old + new)^2) memory.
    """
    both = np.vstack([old, new]).astype(np.float64)
    apart = np.sqrt(np.maximum(2 - 2 * both @ both.T, 0))
    sides = np.arange(len(both)) >= len(old)
    mixed = np.stack([sides, *(rng.permutation(sides) for _ in range(PERMUTATIONS))]).astype(np.float64)
    values = _coefficients(apart, mixed)
    null = float(values[1:].mean())
    p_value = float((1 + (values[1:] >= values[0]).sum()) / (1 + PERMUTATIONS))
    beyond = max(0.0, float(values[0]) - null) / (1 - null or 1.0)
    return float(np.sqrt(beyond)), p_value


def _coefficients(apart: Floats, sides: Floats) -> Floats:
    """The coefficient for each row of `sides` (draws, rows), 1 where a row is new."""
    new, old = sides, 1 - sides
    there = sides @ apart
    within_new = (there * new).sum(1) / new.sum(1) ** 2
    across = (there * old).sum(1) / (new.sum(1) * old.sum(1))
    within_old = ((old @ apart) * old).sum(1) / old.sum(1) ** 2
    result: Floats = (2 * across - within_new - within_old) / np.maximum(2 * across, 1e-12)
    return result


def _some(rows: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    return rows if len(rows) <= MOST else np.sort(rng.choice(rows, MOST, replace=False))
