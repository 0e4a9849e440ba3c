"""Whole groups onto sides of asked sizes, every class in its share on every side."""

import numpy as np

from anechoic.optimum import Aim, Floats, Indices, aim_of, optimum

TRIED = 48  # groups of a side that are held against all of another when swaps are looked for
ENOUGH = 1e-9  # gains below it are rounding
KICKS = 200
SOLVED = 1200  # kinds times sides up to which a solver looks for better,
FEW = 2000  # and groups: among more the search finds small change enough
NODES, GAP = 1000, 0.005  # when the solver stops


def balance(
    counts: Floats, shares: Floats, seed: int, placed: Floats | None = None, *, solve: bool = False
) -> Indices:
    """A side for each group, so that each side holds its share of every class and of the whole.

    counts: (groups, classes), whole numbers, the rows of each class in each group; shares: (sides,), adding up to
    1; placed: (sides, classes), rows that stand already. Groups of the same counts are one kind and
    interchangeable. The largest kinds are placed first, each where it does least harm (see Aim); then single
    groups are moved and pairs swapped while that helps, and again after some random kicks. With `solve` a solver
    looks for better where groups and kinds are few enough. Which members of a kind go where, and ties, fall to the
    seed; the same groups in the same order give the same sides.
    """
    if not len(counts):
        return np.empty(0, dtype=np.int64)
    kind_of, first = _kinds(counts)
    sizes = _with_size(counts[first])
    members = np.bincount(kind_of, minlength=len(first))
    rng = np.random.default_rng(seed)
    stands = _with_size(np.zeros((len(shares), counts.shape[1])) if placed is None else placed)
    search = _Search(aim_of(counts, shares, placed), sizes, members, stands, rng)
    search.place()
    search.improve()
    if solve and len(counts) <= FEW and len(sizes) * len(shares) <= SOLVED:
        search.take(optimum(search.aim, sizes, members, stands, NODES, GAP))
    return _dealt(search.held, kind_of, rng)


def class_counts(groups: Indices, classes: Indices) -> Floats:
    """Rows of each class in each group: shape (groups, classes), both coded from 0."""
    counts = np.zeros((int(groups.max()) + 1, int(classes.max()) + 1))
    np.add.at(counts, (groups, classes), 1.0)
    return counts


def _with_size(counts: Floats) -> Floats:
    return np.hstack([counts, counts.sum(1, keepdims=True)]).astype(np.float64)


def _kinds(counts: Floats) -> tuple[Indices, Indices]:
    """For each group its kind, groups of the same counts being one; and the first group of each kind.

    Rows are told apart by a 64-bit hash: at a million kinds the chance of a collision is 3e-8.
    """
    salt = np.random.default_rng(0).integers(0, 2**63, counts.shape[1], dtype=np.uint64) * np.uint64(2)
    salt += np.uint64(1)  # odd, so that no count is lost
    hashed = counts.astype(np.uint64) @ salt
    _, first, kind_of = np.unique(hashed, return_index=True, return_inverse=True)
    return kind_of.astype(np.int64), first.astype(np.int64)


def _dealt(held: Indices, kind_of: Indices, rng: np.random.Generator) -> Indices:
    """A side for each group, from how many of each kind (kinds, sides) a side holds."""
    shuffled = rng.permutation(len(kind_of))
    shuffled = shuffled[np.argsort(kind_of[shuffled], kind="stable")]
    side_of = np.empty(len(kind_of), dtype=np.int64)
    side_of[shuffled] = np.repeat(np.tile(np.arange(held.shape[1]), len(held)), held.ravel())
    return side_of


class _Search:
    """How many groups of each kind stand on each side, and the search for better."""

    def __init__(self, aim: Aim, sizes: Floats, members: Indices, loads: Floats, rng: np.random.Generator) -> None:
        self.aim, self.sizes, self.members, self.loads, self.rng = aim, sizes, members, loads.copy(), rng
        self.held = np.zeros((len(sizes), len(loads)), dtype=np.int64)

    def place(self) -> None:
        """Every kind, the largest first: in bulk by what the sides lack, the rest one by one."""
        order = self.rng.permutation(len(self.sizes))
        for kind in order[np.argsort(-self.sizes[order, -1], kind="stable")]:
            size, left = self.sizes[kind], int(self.members[kind])
            of = size > 0
            lack = np.maximum(0, ((self.aim.asked - self.loads)[:, of] / size[of]).min(1)) if of.any() else 0
            bulk = np.floor(np.minimum(lack, lack * left / max(np.sum(lack), 1e-12))).astype(np.int64)
            self.held[kind] += bulk
            self.loads += np.outer(bulk, size)
            for _ in range(left - int(bulk.sum())):
                self._shift(kind, None, int(np.argmin(self._changed(size[None])[0])))

    def improve(self) -> None:
        """Descend, then kick and descend again, keeping the best."""
        self._descend()
        best, harm = self.held.copy(), self.aim.total(self.loads)
        rugged = self.sizes[:, -1].max() > 1  # groups of one row fall into place
        for _ in range(min(KICKS, 20_000 // len(self.sizes)) if rugged else 0):
            for _ in range(int(self.rng.integers(2, 6))):
                kind = int(self.rng.integers(len(self.sizes)))
                stands = np.flatnonzero(self.held[kind])
                self._shift(kind, int(self.rng.choice(stands)), int(self.rng.integers(len(self.loads))))
            self._descend()
            if (now := self.aim.total(self.loads)) < harm - ENOUGH:
                best, harm = self.held.copy(), now
            else:
                self._set(best)

    def take(self, held: Indices | None) -> None:
        """Another answer, where there is one and it is better."""
        before, harm = self.held.copy(), self.aim.total(self.loads)
        if held is not None and (held.sum(1) == self.members).all():
            self._set(held)
            if self.aim.total(self.loads) > harm - ENOUGH:
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
        """Change of each side's harm when a group of these sizes (n, classes + 1) joins it: (n, sides)."""
        sides = range(len(self.loads))
        harms = [self.aim.harm(s, self.loads[s] + sizes) - self.aim.harm(s, self.loads[s]) for s in sides]
        return np.stack(harms, axis=1)

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
        before = self.aim.harm(one, self.loads[one]) + self.aim.harm(other, self.loads[other])
        after = self.aim.harm(one, self.loads[one] + gain) + self.aim.harm(other, self.loads[other] - gain)
        left, right = np.unravel_index(int(after.argmin()), after.shape)
        if after[left, right] > before - ENOUGH:
            return False
        self._shift(int(here[left]), one, other)
        self._shift(int(there[right]), other, one)
        return True
