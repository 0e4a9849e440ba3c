"""What a split of whole groups aims at, and the cost of missing it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anechoic.numeric.arrays import Floats, Indices

ABSENT_COST = 10.0  # a class missing where it could stand; every other cost together is at most 4
HALF_A_ROW = 0.5  # loads are whole numbers but for rounding: below it a class is absent
SAME_SHARE = 1e-12  # shares nearer than this are equal, their difference is rounding


@dataclass(frozen=True)
class GroupKinds:
    """Groups by their counts: groups of the same counts are one kind and interchangeable."""

    sizes: Floats  # (kinds, classes + 1) rows of each class in a group of the kind, the last column all its rows
    members: Indices  # (kinds,) groups of the kind


@dataclass(frozen=True)
class Objective:
    """What a split aims at, and the cost of missing it.

    The cost of a side is the distance of each class's rows from the asked ones, relative to the class's rows and
    averaged over the classes, plus the distance of its size, relative to all rows, plus ABSENT_COST for each class
    that is missing there though it has groups enough. All of it is linear, so that a solver can check the result.
    """

    asked: Floats  # (sides, classes + 1) rows, the last column a side's size
    scale: Floats  # (classes + 1,) cost of one row too many or too few
    required: NDArray[np.bool_]  # (sides, classes + 1) whether the class must stand on the side

    def cost(self, side: int, loads: Floats) -> Floats:
        """Cost of the side for each of the loads, rows of each class and of all: (..., classes + 1) -> (...)."""
        missing = (loads < HALF_A_ROW) & self.required[side]
        costs: Floats = np.abs(loads - self.asked[side]) @ self.scale + ABSENT_COST * missing.sum(-1)
        return costs

    def total_cost(self, loads: Floats) -> float:
        """Cost of all sides together: loads (sides, classes + 1)."""
        return sum(float(self.cost(side, loads[side])) for side in range(len(loads)))


def objective_of(counts: Floats, shares: Floats, placed: Floats | None = None) -> Objective:
    """The objective for groups (groups, classes) on sides of these shares (sides,), beside rows placed already.

    placed: (sides, classes), rows. A class is required on a side when it has as many groups as there are sides at
    least as large: on the largest with one group, on all of them with as many groups as sides.
    """
    placed = np.zeros((len(shares), counts.shape[1])) if placed is None else placed
    totals = counts.sum(0) + placed.sum(0)  # (classes,)
    size = float(totals.sum())
    asked = np.outer(shares, np.append(totals, size))
    # a class counts by its own rows and 1/classes, the size by all rows: both terms lie between 0 and about 2
    scale = np.append(1 / np.maximum(totals, 1) / max(1, (totals > 0).sum()), 1 / max(size, 1))
    groups = (counts > 0).sum(0) + (placed > 0).sum(0)  # (classes,) what stands on a side counts as one group
    sides_as_large = (shares[None, :] >= shares[:, None] - SAME_SHARE).sum(1)  # (sides,)
    required = (groups[None, :] >= sides_as_large[:, None]) & (shares[:, None] > 0)
    return Objective(asked, scale, np.hstack([required, np.zeros((len(shares), 1), dtype=bool)]))
