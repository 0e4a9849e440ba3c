"""The assignment of groups to sides of least cost, by a mixed-integer solver."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

from anechoic.numeric.arrays import Floats, Indices
from anechoic.stratify.objective import ABSENT, Objective


def solve_milp(
    objective: Objective, sizes: Floats, members: Indices, placed: Floats, nodes: int, gap: float
) -> Indices | None:
    """How many groups of each kind to put on each side for the least cost: (kinds, sides); None if none is found.

    sizes: (kinds, classes + 1); members: (kinds,) groups of each kind; placed: (sides, classes + 1). A mixed
    integer program (HiGHS, Huangfu and Hall 2018), stopped after so many nodes or within the gap of the optimum,
    so that the same input gives the same answer whatever the machine's speed.
    """
    kinds, sides = len(sizes), len(placed)
    required = np.argwhere(objective.required)
    held, off, missing = kinds * sides, placed.size, len(required)
    load = kron(csr_array(sizes.T), eye_array(sides), format="csr")  # (classes + 1) * sides rows, class by class
    lack = (objective.asked - placed).T.ravel()
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
    cost = np.concatenate([np.zeros(held), np.repeat(objective.scale, sides), np.full(missing, ABSENT)])
    found = milp(
        cost,
        constraints=LinearConstraint(vstack(rows, format="csr"), low, high),
        integrality=np.concatenate([np.ones(held), np.zeros(off + missing)]),
        bounds=Bounds(0, np.concatenate([np.repeat(members, sides), free, np.ones(missing)])),
        options={"node_limit": nodes, "mip_rel_gap": gap},
    )
    return None if found.x is None else np.rint(found.x[:held]).astype(np.int64).reshape(kinds, sides)
