"""What a split of whole groups aims at, the cost of missing it, and the least cost by a solver."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anechoic.numeric.arrays import Floats

ABSENT = 10.0  # a class missing where it could stand; every other cost together is at most 4


@dataclass(frozen=True)
class Objective:
    """What a split aims at, and the cost of missing it.

    The cost of a side is the distance of each class's rows from the asked ones, relative to the class's rows and
    averaged over the classes, plus the distance of its size, relative to all rows, plus ABSENT for each class
    that is missing there though it has groups enough. All of it is linear, so that a solver can check the result.
    """

    asked: Floats  # (sides, classes + 1) rows, the last column a side's size
    scale: Floats  # (classes + 1,)
    required: NDArray[np.bool_]  # (sides, classes + 1)

    def cost(self, side: int, loads: Floats) -> Floats:
        """Cost of the side for each of the loads: (..., classes + 1) -> (...)."""
        missing = (loads < 0.5) & self.required[side]
        found: Floats = np.abs(loads - self.asked[side]) @ self.scale + ABSENT * missing.sum(-1)
        return found

    def total_cost(self, loads: Floats) -> float:
        """Cost of all sides: loads of shape (sides, classes + 1)."""
        return sum(float(self.cost(side, loads[side])) for side in range(len(loads)))


def objective_of(counts: Floats, shares: Floats, placed: Floats | None = None) -> Objective:
    """The objective for these groups, beside rows that stand already; shapes as in `stratify`.

    A class must stand on a side when it has as many groups as there are sides at least as large: on the largest
    with one group, on all of them with as many groups as sides.
    """
    stands = np.zeros((len(shares), counts.shape[1])) if placed is None else placed
    totals = counts.sum(0) + stands.sum(0)
    size = float(totals.sum())
    asked = np.outer(shares, np.append(totals, size))
    scale = np.append(1 / np.maximum(totals, 1) / max(1, (totals > 0).sum()), 1 / max(size, 1))
    groups = (counts > 0).sum(0) + (stands > 0).sum(0)
    as_large = (shares[None, :] >= shares[:, None] - 1e-12).sum(1)
    required = (groups[None, :] >= as_large[:, None]) & (shares[:, None] > 0)
    return Objective(asked, scale, np.hstack([required, np.zeros((len(shares), 1), dtype=bool)]))
