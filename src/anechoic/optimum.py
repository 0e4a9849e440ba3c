"""What a split of whole groups aims at, the harm of missing it, and the least harm by a solver."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

ABSENT = 10.0  # a class missing where it could stand; every other harm together is at most 4


@dataclass(frozen=True)
class Aim:
    """What a split aims at, and the harm of missing it.

    The harm of a side is the distance of each class's rows from the asked ones, relative to the class's rows and
    averaged over the classes, plus the distance of its size, relative to all rows, plus ABSENT for each class
    that is missing there though it has groups enough. All of it is linear, so that a solver can check the result.
    """

    asked: Floats  # (sides, classes + 1) rows, the last column a side's size
    scale: Floats  # (classes + 1,)
    required: NDArray[np.bool_]  # (sides, classes + 1)

    def harm(self, side: int, loads: Floats) -> Floats:
        """Harm of the side for each of the loads: (..., classes + 1) -> (...)."""
        missing = (loads < 0.5) & self.required[side]
        found: Floats = np.abs(loads - self.asked[side]) @ self.scale + ABSENT * missing.sum(-1)
        return found

    def total(self, loads: Floats) -> float:
        """Harm of all sides: loads of shape (sides, classes + 1)."""
        return sum(float(self.harm(side, loads[side])) for side in range(len(loads)))


def aim_of(counts: Floats, shares: Floats, placed: Floats | None = None) -> Aim:
    """The aim for these groups, beside rows that stand already; shapes as in `balance`.

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
    return Aim(asked, scale, np.hstack([required, np.zeros((len(shares), 1), dtype=bool)]))


def optimum(aim: Aim, sizes: Floats, members: Indices, placed: Floats, nodes: int, gap: float) -> Indices | None:
    """How many groups of each kind to put on each side for the least harm: (kinds, sides); None if none is found.

    sizes: (kinds, classes + 1); members: (kinds,) groups of each kind; placed: (sides, classes + 1). A mixed
    integer program (HiGHS, Huangfu and Hall 2018), stopped after so many nodes or within the gap of the optimum,
    so that the same input gives the same answer whatever the machine's speed.
    """
    kinds, sides = len(sizes), len(placed)
    required = np.argwhere(aim.required)
    held, off, missing = kinds * sides, placed.size, len(required)
    load = kron(csr_array(sizes.T), eye_array(sides), format="csr")  # (classes + 1) * sides rows, class by class
    lack = (aim.asked - placed).T.ravel()
    slack = eye_array(off)
    stands = csr_array((sizes > 0).astype(float).T)
    some = kron(stands, eye_array(sides), format="csr")[required[:, 1] * sides + required[:, 0]]
    here = (placed[required[:, 0], required[:, 1]] > 0).astype(float)
    rows = [
        hstack([kron(eye_array(kinds), np.ones((1, sides))), csr_array((kinds, off + missing))]),
        hstack([load, -slack, csr_array((off, missing))]),
        hstack([load, slack, csr_array((off, missing))]),
        hstack([some, csr_array((missing, off)), eye_array(missing)]),
    ]
    free = np.full(off, np.inf)
    low = np.concatenate([members, -free, lack, 1 - here])
    high = np.concatenate([members, lack, free, np.full(missing, np.inf)])
    cost = np.concatenate([np.zeros(held), np.repeat(aim.scale, sides), np.full(missing, ABSENT)])
    found = milp(
        cost,
        constraints=LinearConstraint(vstack(rows, format="csr"), low, high),
        integrality=np.concatenate([np.ones(held), np.zeros(off + missing)]),
        bounds=Bounds(0, np.concatenate([np.repeat(members, sides), free, np.ones(missing)])),
        options={"node_limit": nodes, "mip_rel_gap": gap},
    )
    return None if found.x is None else np.rint(found.x[:held]).astype(np.int64).reshape(kinds, sides)
