"""Whole groups onto sides of asked sizes, every class in its share on every side."""

import numpy as np

from anechoic.numeric.arrays import Floats, Indices
from anechoic.stratify.local_search import LocalSearch
from anechoic.stratify.milp import solve_milp
from anechoic.stratify.objective import GroupKinds, objective_of

# Measured in LOG.md: few kinds are rugged ground, where the search alone ends up to 77 % above the optimum; of many
# groups it comes as near as the solver, in a seventh of the time.
SOLVER_MAX_VARIABLES = 1200  # kinds times sides up to which a solver looks for better,
SOLVER_MAX_GROUPS = 2000  # and groups
SOLVER_NODES, SOLVER_GAP = 1000, 0.005  # when the solver stops: nodes of its tree, relative gap to the optimum


def stratify(
    counts: Floats, shares: Floats, seed: int, placed: Floats | None = None, *, solve: bool = False
) -> Indices:
    """A side for each group, so that each side holds its share of every class and of the whole: (groups,).

    counts: (groups, classes), whole numbers, the rows of each class in each group; shares: (sides,), adding up to
    1; placed: (sides, classes), rows that stand already. Groups of the same counts are one kind and
    interchangeable. The largest kinds are placed first, each where it costs least (see Objective); then single
    groups are moved and pairs swapped while that helps, and again after some random perturbations. With `solve` a
    solver looks for better where groups and kinds are few enough. Which members of a kind go where, and ties, fall
    to the seed; the same groups in the same order give the same sides.
    """
    if not len(counts):
        return np.empty(0, dtype=np.int64)
    kinds, kind_of = group_kinds(counts)
    rng = np.random.default_rng(seed)
    before = with_size(np.zeros((len(shares), counts.shape[1])) if placed is None else placed)
    search = LocalSearch(objective_of(counts, shares, placed), kinds, before, rng)
    search.construct()
    search.improve()
    if solve and len(counts) <= SOLVER_MAX_GROUPS and len(kinds.sizes) * len(shares) <= SOLVER_MAX_VARIABLES:
        search.take_if_better(solve_milp(search.objective, kinds, before, nodes=SOLVER_NODES, gap=SOLVER_GAP))
    return _deal(search.assignment, kind_of, rng)


def class_counts(groups: Indices, classes: Indices) -> Floats:
    """Rows of each class in each group: shape (groups, classes), both coded from 0."""
    counts = np.zeros((int(groups.max()) + 1, int(classes.max()) + 1))
    np.add.at(counts, (groups, classes), 1.0)
    return counts


def with_size(counts: Floats) -> Floats:
    """The counts (n, classes) and, as the last column, their sum: (n, classes + 1)."""
    return np.hstack([counts, counts.sum(1, keepdims=True)]).astype(np.float64)


def group_kinds(counts: Floats) -> tuple[GroupKinds, Indices]:
    """The kinds of groups with the counts (groups, classes), and the kind of each group: (groups,).

    Rows are told apart by a 64-bit hash: at a million kinds the chance of a collision is 3e-8.
    """
    # a linear hash modulo 2**64: random odd factors, so that no count is lost and equal rows meet
    factors = np.random.default_rng(0).integers(0, 2**63, counts.shape[1], dtype=np.uint64) * np.uint64(2)
    factors += np.uint64(1)
    hashes = counts.astype(np.uint64) @ factors
    _, first, kind_of = np.unique(hashes, return_index=True, return_inverse=True)
    members = np.bincount(kind_of, minlength=len(first))
    return GroupKinds(with_size(counts[first]), members), kind_of.astype(np.int64)


def _deal(assignment: Indices, kind_of: Indices, rng: np.random.Generator) -> Indices:
    """A side for each group (groups,), from how many of each kind (kinds, sides) a side holds."""
    # groups in random order within their kind meet the sides of the kind, each as often as it holds one
    shuffled = rng.permutation(len(kind_of))
    shuffled = shuffled[np.argsort(kind_of[shuffled], kind="stable")]
    side_of = np.empty(len(kind_of), dtype=np.int64)
    side_of[shuffled] = np.repeat(np.tile(np.arange(assignment.shape[1]), len(assignment)), assignment.ravel())
    return side_of
