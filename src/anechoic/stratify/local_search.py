"""Search for a better assignment of groups to sides: moves and swaps of single groups."""

import numpy as np

from anechoic.numeric.arrays import Floats, Indices
from anechoic.stratify.objective import Objective

TRIED = 48  # groups of a side that are held against all of another when swaps are looked for
ENOUGH = 1e-9  # gains below it are rounding
PERTURBATIONS = 200


class LocalSearch:
    """How many groups of each kind stand on each side, and the search for better."""

    def __init__(
        self, objective: Objective, sizes: Floats, members: Indices, loads: Floats, rng: np.random.Generator
    ) -> None:
        self.objective, self.sizes, self.members, self.loads, self.rng = (
            objective,
            sizes,
            members,
            loads.copy(),
            rng,
        )
        self.held = np.zeros((len(sizes), len(loads)), dtype=np.int64)

    def place(self) -> None:
        """Every kind, the largest first: in bulk by what the sides lack, the rest one by one."""
        order = self.rng.permutation(len(self.sizes))
        for kind in order[np.argsort(-self.sizes[order, -1], kind="stable")]:
            size, left = self.sizes[kind], int(self.members[kind])
            of = size > 0
            lack = np.maximum(0, ((self.objective.asked - self.loads)[:, of] / size[of]).min(1)) if of.any() else 0
            bulk = np.floor(np.minimum(lack, lack * left / max(np.sum(lack), 1e-12))).astype(np.int64)
            self.held[kind] += bulk
            self.loads += np.outer(bulk, size)
            for _ in range(left - int(bulk.sum())):
                self._shift(kind, None, int(np.argmin(self._changed(size[None])[0])))

    def improve(self) -> None:
        """Descend, then kick and descend again, keeping the best."""
        self._descend()
        best, cost = self.held.copy(), self.objective.total_cost(self.loads)
        rugged = self.sizes[:, -1].max() > 1  # groups of one row fall into place
        for _ in range(min(PERTURBATIONS, 20_000 // len(self.sizes)) if rugged else 0):
            for _ in range(int(self.rng.integers(2, 6))):
                kind = int(self.rng.integers(len(self.sizes)))
                stands = np.flatnonzero(self.held[kind])
                self._shift(kind, int(self.rng.choice(stands)), int(self.rng.integers(len(self.loads))))
            self._descend()
            if (now := self.objective.total_cost(self.loads)) < cost - ENOUGH:
                best, cost = self.held.copy(), now
            else:
                self._set(best)

    def take(self, held: Indices | None) -> None:
        """Another answer, where there is one and it is better."""
        before, cost = self.held.copy(), self.objective.total_cost(self.loads)
        if held is not None and (held.sum(1) == self.members).all():
            self._set(held)
            if self.objective.total_cost(self.loads) > cost - ENOUGH:
                self._set(before)

    def _set(self, held: Indices) -> None:
        self.loads += (held - self.held).T @ self.sizes
        self.held = held.copy()

    def _descend(self) -> None:
        """Moves while they help, then swaps while they help."""
        for _ in range(50 * len(self.sizes) + 1000):
            if not (self._move() or self._swap()):
                return

    def _shift(self, kind: int, start: int | None, stop: int) -> None:
        if start is not None:
            self.held[kind, start] -= 1
            self.loads[start] -= self.sizes[kind]
        self.held[kind, stop] += 1
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
        added, removed = self._changed(self.sizes), self._changed(-self.sizes)
        removed[self.held == 0] = np.inf
        change = removed[:, :, None] + added[:, None, :]
        sides = np.arange(len(self.loads))
        change[:, sides, sides] = 0
        kind, start, stop = np.unravel_index(int(change.argmin()), change.shape)
        if change[kind, start, stop] > -ENOUGH:
            return False
        self._shift(int(kind), int(start), int(stop))
        return True

    def _swap(self) -> bool:
        """The best swap between some two sides; False where none helps."""
        for one in range(len(self.loads)):
            for other in range(one + 1, len(self.loads)):
                if self._swap_between(one, other):
                    return True
        return False

    def _swap_between(self, one: int, other: int) -> bool:
        here, there = np.flatnonzero(self.held[:, one]), np.flatnonzero(self.held[:, other])
        if not len(here) or not len(there):
            return False
        if len(here) > TRIED:
            here = self.rng.choice(here, TRIED, replace=False)
        if len(there) * len(here) > TRIED**2 * 4:
            there = self.rng.choice(there, TRIED * 4, replace=False) if len(there) > TRIED * 4 else there
        gain = self.sizes[there][None] - self.sizes[here][:, None]
        before = self.objective.cost(one, self.loads[one]) + self.objective.cost(other, self.loads[other])
        after = self.objective.cost(one, self.loads[one] + gain) + self.objective.cost(
            other, self.loads[other] - gain
        )
        left, right = np.unravel_index(int(after.argmin()), after.shape)
        if after[left, right] > before - ENOUGH:
            return False
        self._shift(int(here[left]), one, other)
        self._shift(int(there[right]), other, one)
        return True
