"""Iterated local search for an assignment of groups to sides: moves, swaps and perturbations of single groups."""

import numpy as np

from anechoic.numeric.arrays import Floats, Indices
from anechoic.stratify.objective import GroupKinds, Objective

MIN_GAIN = 1e-9  # a change of cost below it is rounding
PERTURBATIONS = 200  # restarts from the best found, where there are few kinds;
PERTURBED_KINDS = 20_000  # of many, so many restarts times kinds, which keeps the search at seconds
PERTURBATION_MOVES = (2, 6)  # random moves of a perturbation, from and below
SWAP_CANDIDATES = 48  # kinds of a side that are tried when swaps are looked for,
SWAP_PARTNERS = 192  # and kinds of the other side that each of them is tried against
NO_ROOM = 1e-12  # groups; keeps the proportion defined where no side has room
STEPS_A_KIND, SPARE_STEPS = 50, 1000  # steps after which a descent is cut short, so that it surely ends


class LocalSearch:
    """Groups of each kind on each side, the rows they make there, and the search for better.

    assignment: (kinds, sides) groups; loads: (sides, classes + 1) rows, those placed before included. The scheme
    is that of Lourenco, Martin and Stuetzle 2003: greedy construction, descent, perturbation, descent.
    """

    def __init__(self, objective: Objective, kinds: GroupKinds, placed: Floats, rng: np.random.Generator) -> None:
        self.objective, self.sizes, self.members, self.rng = objective, kinds.sizes, kinds.members, rng
        self.loads = placed.copy()
        self.assignment = np.zeros((len(kinds.sizes), len(placed)), dtype=np.int64)

    def construct(self) -> None:
        """Every kind, the largest first: in bulk where sides have room, the rest where it costs least."""
        order = self.rng.permutation(len(self.sizes))  # ties in size fall to the seed
        for kind in order[np.argsort(-self.sizes[order, -1], kind="stable")]:
            groups = int(self.members[kind])
            bulk = self._bulk(self.sizes[kind], groups)
            self.assignment[kind] += bulk
            self.loads += np.outer(bulk, self.sizes[kind])
            for _ in range(groups - int(bulk.sum())):
                self._shift(kind, None, int(np.argmin(self._changed(self.sizes[kind][None])[0])))

    def _bulk(self, size: Floats, groups: int) -> Indices:
        """Groups of a kind that each side surely has room for: (sides,), together at most `groups`.

        A side has room for as many groups as fit below the asked rows in every class that the group holds. Where
        the sides have room for more than there are, each gets its part in proportion, rounded down.
        """
        holds = size > 0  # (classes + 1,)
        if not holds.any():
            return np.zeros(len(self.loads), dtype=np.int64)
        room = ((self.objective.asked - self.loads)[:, holds] / size[holds]).min(1)  # (sides,) in groups
        room = np.maximum(0, room)
        bulk: Indices = np.floor(np.minimum(room, room * groups / max(room.sum(), NO_ROOM))).astype(np.int64)
        return bulk

    def improve(self) -> None:
        """Descend, then perturb and descend again, keeping the best."""
        self._descend()
        best, cost = self.assignment.copy(), self.objective.total_cost(self.loads)
        if self.sizes[:, -1].max() <= 1:
            return  # groups of one row fall into place
        for _ in range(min(PERTURBATIONS, PERTURBED_KINDS // len(self.sizes))):
            self._perturb()
            self._descend()
            if (now := self.objective.total_cost(self.loads)) < cost - MIN_GAIN:
                best, cost = self.assignment.copy(), now
            else:
                self._set(best)

    def take_if_better(self, assignment: Indices | None) -> None:
        """Another assignment (kinds, sides), where there is one, it places every group and costs less."""
        if assignment is None or not (assignment.sum(1) == self.members).all():
            return
        before, cost = self.assignment.copy(), self.objective.total_cost(self.loads)
        self._set(assignment)
        if self.objective.total_cost(self.loads) > cost - MIN_GAIN:
            self._set(before)

    def _set(self, assignment: Indices) -> None:
        self.loads += (assignment - self.assignment).T @ self.sizes
        self.assignment = assignment.copy()

    def _perturb(self) -> None:
        """A few groups to random sides."""
        for _ in range(int(self.rng.integers(*PERTURBATION_MOVES))):
            kind = int(self.rng.integers(len(self.sizes)))
            sides = np.flatnonzero(self.assignment[kind])
            self._shift(kind, int(self.rng.choice(sides)), int(self.rng.integers(len(self.loads))))

    def _descend(self) -> None:
        """Moves while they help, then swaps while they help."""
        for _ in range(STEPS_A_KIND * len(self.sizes) + SPARE_STEPS):
            if not (self._move() or self._swap()):
                return

    def _shift(self, kind: int, start: int | None, stop: int) -> None:
        """One group of the kind from one side, or from none, to another."""
        if start is not None:
            self.assignment[kind, start] -= 1
            self.loads[start] -= self.sizes[kind]
        self.assignment[kind, stop] += 1
        self.loads[stop] += self.sizes[kind]

    def _changed(self, sizes: Floats) -> Floats:
        """Change of each side's cost when a group of these sizes (n, classes + 1) joins it: (n, sides)."""
        sides = range(len(self.loads))
        costs = [
            self.objective.cost(s, self.loads[s] + sizes) - self.objective.cost(s, self.loads[s]) for s in sides
        ]
        return np.stack(costs, axis=1)

    def _move(self) -> bool:
        """The one move that helps most; False where none helps."""
        added, removed = self._changed(self.sizes), self._changed(-self.sizes)  # (kinds, sides) both
        removed[self.assignment == 0] = np.inf  # nothing to take away
        change = removed[:, :, None] + added[:, None, :]  # (kinds, from, to): the cost of a side is its own
        sides = np.arange(len(self.loads))
        change[:, sides, sides] = 0
        kind, start, stop = np.unravel_index(int(change.argmin()), change.shape)
        if change[kind, start, stop] > -MIN_GAIN:
            return False
        self._shift(int(kind), int(start), int(stop))
        return True

    def _swap(self) -> bool:
        """The best swap between the first two sides that gain by one; False where none helps."""
        for one in range(len(self.loads)):
            for other in range(one + 1, len(self.loads)):
                if self._swap_between(one, other):
                    return True
        return False

    def _swap_between(self, one: int, other: int) -> bool:
        """The best swap of a group here with a group there; False where none helps."""
        here, there = np.flatnonzero(self.assignment[:, one]), np.flatnonzero(self.assignment[:, other])
        if not len(here) or not len(there):
            return False
        if len(here) > SWAP_CANDIDATES:
            here = self.rng.choice(here, SWAP_CANDIDATES, replace=False)
        if len(there) * len(here) > SWAP_CANDIDATES * SWAP_PARTNERS:
            there = self.rng.choice(there, SWAP_PARTNERS, replace=False)
        # what side `one` gains in rows, `other` loses: (here, there, classes + 1)
        gain = self.sizes[there][None] - self.sizes[here][:, None]
        before = self.objective.cost(one, self.loads[one]) + self.objective.cost(other, self.loads[other])
        after = self.objective.cost(one, self.loads[one] + gain)
        after = after + self.objective.cost(other, self.loads[other] - gain)
        left, right = np.unravel_index(int(after.argmin()), after.shape)
        if after[left, right] > before - MIN_GAIN:
            return False
        self._shift(int(here[left]), one, other)
        self._shift(int(there[right]), other, one)
        return True
