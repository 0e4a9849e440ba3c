"""Whole groups onto sides of asked sizes, every class in its share on every side."""

import numpy as np

from anechoic.numeric.arrays import Floats, Indices
from anechoic.stratify.local_search import LocalSearch
from anechoic.stratify.milp import solve_milp
from anechoic.stratify.objective import objective_of

SOLVED = 1200  # kinds times sides up to which a solver looks for better,
FEW = 2000  # and groups: among more the search finds small change enough
NODES, GAP = 1000, 0.005  # when the solver stops


def stratify(
    counts: Floats, shares: Floats, seed: int, placed: Floats | None = None, *, solve: bool = False
) -> Indices:
    """A side for each group, so that each side holds its share of every class and of the whole.

    counts: (groups, classes), whole numbers, the rows of each class in each group; shares: (sides,), adding up to
    1; placed: (sides, classes), rows that stand already. Groups of the same counts are one kind and
    interchangeable. The largest kinds are placed first, each where it does least cost (see Objective); then single
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
    search = LocalSearch(objective_of(counts, shares, placed), sizes, members, stands, rng)
    search.place()
    search.improve()
    if solve and len(counts) <= FEW and len(sizes) * len(shares) <= SOLVED:
        search.take(solve_milp(search.objective, sizes, members, stands, NODES, GAP))
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
