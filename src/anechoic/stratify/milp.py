"""The assignment of groups to sides of least cost, by a mixed-integer solver."""

import numpy as np

from anechoic.numeric.arrays import Floats, Indices
from anechoic.stratify.objective import ABSENT_COST, GroupKinds, Objective


def solve_milp(
    objective: Objective, kinds: GroupKinds, placed: Floats, *, nodes: int, gap: float
) -> Indices | None:
    """How many groups of each kind to put on each side for the least cost: (kinds, sides); None if none is found.

    placed: (sides, classes + 1), rows that stand already; nodes: of the search tree, at most; gap: to the optimum,
    relative, at which it stops. A mixed integer program (HiGHS, Huangfu and Hall 2018), stopped by nodes and not by
    time, so that the same input gives the same answer whatever the machine's speed.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # slow to import, and needed for small inputs only
    from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

    count, sides = len(kinds.sizes), len(placed)
    required = np.argwhere(objective.required)  # (required, 2) side and class
    # the variables: groups of a kind on a side; distance from the asked rows, class by class; absences
    groups, distances, absences = count * sides, placed.size, len(required)
    load = kron(csr_array(kinds.sizes.T), eye_array(sides), format="csr")  # ((classes + 1) * sides, groups)
    wanted = (objective.asked - placed).T.ravel()
    slack = eye_array(distances)
    holds = csr_array((kinds.sizes > 0).astype(float).T)
    held = kron(holds, eye_array(sides), format="csr")[required[:, 1] * sides + required[:, 0]]
    stands = (placed[required[:, 0], required[:, 1]] > 0).astype(float)
    rows = [
        # every group of a kind stands on one side
        hstack([kron(eye_array(count), np.ones((1, sides))), csr_array((count, distances + absences))]),
        # |load - wanted| <= distance, as two inequalities
        hstack([load, -slack, csr_array((distances, absences))]),
        hstack([load, slack, csr_array((distances, absences))]),
        # a required class has a group on its side, or stands there already, or is absent at a price
        hstack([held, csr_array((absences, distances)), eye_array(absences)]),
    ]
    free = np.full(distances, np.inf)
    low = np.concatenate([kinds.members, -free, wanted, 1 - stands])
    high = np.concatenate([kinds.members, wanted, free, np.full(absences, np.inf)])
    cost = np.concatenate([np.zeros(groups), np.repeat(objective.scale, sides), np.full(absences, ABSENT_COST)])
    solution = milp(
        cost,
        constraints=LinearConstraint(vstack(rows, format="csr"), low, high),
        integrality=np.concatenate([np.ones(groups), np.zeros(distances + absences)]),
        bounds=Bounds(0, np.concatenate([np.repeat(kinds.members, sides), free, np.ones(absences)])),
        options={"node_limit": nodes, "mip_rel_gap": gap},
    )
    return None if solution.x is None else np.rint(solution.x[:groups]).astype(np.int64).reshape(count, sides)
