import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.stratify.folds import folds
from anechoic.stratify.local_search import LocalSearch
from anechoic.stratify.milp import solve_milp
from anechoic.stratify.objective import objective_of
from anechoic.stratify.stratify import class_counts, group_kinds, stratify, with_size

SHARES = np.array([0.7, 0.1, 0.2])


def loads_of(counts, side, sides=3):
    loads = np.zeros((sides, counts.shape[1] + 1))
    np.add.at(loads, side, np.hstack([counts, counts.sum(1, keepdims=True)]))
    return loads


def cost(counts, side, shares=SHARES):
    return objective_of(counts, shares).total_cost(loads_of(counts, side, len(shares)))


def every_split(groups, sides):
    return np.stack(np.meshgrid(*[np.arange(sides)] * groups, indexing="ij"), -1).reshape(-1, groups)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), min_size=1, max_size=6), st.integers(0, 3))
def test_no_split_of_few_groups_is_better(groups, seed):
    counts = np.zeros((len(groups), 3))
    for at, (label, size) in enumerate(groups):
        counts[at, label] = size
    least = min(cost(counts, side) for side in every_split(len(groups), 3))
    assert cost(counts, stratify(counts, SHARES, seed, solve=True)) <= 1.006 * least + 1e-9


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(3, 8), min_size=1, max_size=4), st.integers(0, 3))
def test_a_class_with_groups_enough_stands_on_every_side(sizes, seed):
    counts = np.repeat(np.eye(len(sizes)), sizes, axis=0)
    loads = loads_of(counts, stratify(counts, SHARES, seed))
    assert (loads > 0).all()


def test_thin_classes_go_to_train_first_then_to_test():
    counts = np.repeat(np.eye(3), [1, 2, 40], axis=0)
    loads = loads_of(counts, stratify(counts, SHARES, 0, solve=True))
    assert loads[:, 0].tolist() == [1, 0, 0]
    assert loads[:, 1].tolist() == [1, 0, 1]


def test_one_group_of_nine_tenths_stands_in_training_and_its_class_on_every_side():
    counts = np.vstack([[[900.0, 0]], np.repeat(np.eye(2), 50, axis=0)])
    loads = loads_of(counts, stratify(counts, SHARES, 0, solve=True))
    assert loads[0, 0] >= 900
    assert (loads > 0).all()


def test_what_stands_already_is_made_up_for():
    counts = np.repeat(np.eye(2), 50, axis=0)
    placed = np.array([[100.0, 0], [0, 0], [0, 0]])
    side = stratify(counts, SHARES, 0, placed)
    assert np.allclose((loads_of(counts, side)[:, :2] + placed)[:, 0], 150 * SHARES, atol=1)
    assert np.allclose(loads_of(counts, side)[:, 1], 50 * SHARES, atol=1)


def test_single_rows_fall_into_place_exactly():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 9, 2000)
    side = stratify(class_counts(np.arange(2000), labels), SHARES, 3)
    table = np.stack([np.bincount(labels[side == at], minlength=9) for at in range(3)])
    assert np.abs(table - np.outer(SHARES, np.bincount(labels))).max() <= 1


def test_the_seed_redraws_members_not_the_shape():
    counts = np.repeat(np.eye(3), 30, axis=0)
    one, other = stratify(counts, SHARES, 1), stratify(counts, SHARES, 2)
    assert not np.array_equal(one, other)
    assert np.array_equal(loads_of(counts, one), loads_of(counts, other))


@pytest.mark.parametrize("mixed", [False, True])
def test_skewed_groups_stay_near_their_shares(mixed):
    rng = np.random.default_rng(5)
    sizes = np.minimum(rng.zipf(1.8, 250), 80)
    counts = np.zeros((250, 8))
    for at, size in enumerate(sizes):
        labels = rng.integers(0, 8, size) if mixed else np.repeat(rng.integers(0, 8), size)
        np.add.at(counts[at], labels, 1)
    side = stratify(counts, np.array([0.8, 0.2]), 0, solve=True)
    share = counts[side == 1].sum(0) / counts.sum(0)
    assert np.abs(share - 0.2).max() < 0.05


@st.composite
def any_groups(draw, most=14):
    """Counts of up to three classes in up to `most` groups, every group with a row."""
    classes = draw(st.integers(1, 3))
    row = st.lists(st.integers(0, 6), min_size=classes, max_size=classes).filter(any)
    return np.array(draw(st.lists(row, min_size=1, max_size=most)), dtype=np.float64)


@settings(max_examples=25, deadline=None)
@given(any_groups(), st.integers(0, 3), st.booleans())
def test_never_worse_than_the_best_of_200_random_assignments(counts, seed, solve):
    random = np.random.default_rng(seed).choice(3, (200, len(counts)), p=SHARES)
    best = min(cost(counts, side) for side in random)
    assert cost(counts, stratify(counts, SHARES, seed, solve=solve)) <= best + 1e-9


@settings(max_examples=25, deadline=None)
@given(any_groups(most=6), st.integers(0, 3))
def test_the_search_alone_comes_near_the_exhaustive_optimum_and_the_solver_reaches_it(counts, seed):
    kinds, _ = group_kinds(counts)
    objective, nothing = objective_of(counts, SHARES), np.zeros((3, counts.shape[1] + 1))
    least = min(cost(counts, side) for side in every_split(len(counts), 3))
    solved = solve_milp(objective, kinds, nothing, nodes=10_000, gap=0.0)
    assert objective.total_cost(solved.T @ kinds.sizes) == pytest.approx(least, abs=1e-6)
    assert cost(counts, stratify(counts, SHARES, seed)) <= 1.05 * least + 1e-9


@settings(max_examples=25, deadline=None)
@given(any_groups(), st.integers(0, 3))
def test_the_search_loses_and_invents_no_group_and_keeps_count_of_the_rows(counts, seed):
    kinds, _ = group_kinds(counts)
    before = np.arange(3.0)[:, None] * np.ones(counts.shape[1] + 1)
    search = LocalSearch(objective_of(counts, SHARES, before[:, :-1]), kinds, before, np.random.default_rng(seed))
    search.construct()
    costs = [search.objective.total_cost(search.loads)]
    search.improve()
    assert (search.assignment >= 0).all()
    assert search.assignment.sum(1).tolist() == kinds.members.tolist()
    assert np.allclose(search.loads, before + search.assignment.T @ kinds.sizes)
    assert search.objective.total_cost(search.loads) <= costs[0] + 1e-9


def test_another_assignment_is_taken_only_where_it_is_whole_and_better():
    counts = np.repeat(np.eye(2), 10, axis=0)
    kinds, _ = group_kinds(counts)
    search = LocalSearch(objective_of(counts, SHARES), kinds, np.zeros((3, 3)), np.random.default_rng(0))
    search.construct()
    search.improve()
    best = search.assignment.copy()
    for other in (None, best[:, ::-1], np.zeros_like(best), best - 1):
        search.take_if_better(other)
        assert np.array_equal(search.assignment, best)
    search._set(best[:, ::-1].copy())
    search.take_if_better(best)
    assert np.array_equal(search.assignment, best)


@settings(max_examples=40, deadline=None)
@given(any_groups(most=20))
def test_groups_are_of_one_kind_where_their_counts_are_the_same(counts):
    kinds, kind_of = group_kinds(counts)
    assert np.array_equal(kinds.sizes[kind_of], with_size(counts))
    assert len(np.unique(counts, axis=0)) == len(kinds.sizes)
    assert kinds.members.sum() == len(counts)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 14)), min_size=1, max_size=60),
    st.integers(2, 5),
    st.integers(0, 3),
)
def test_folds_are_a_partition_that_keeps_groups_whole(rows, count, seed):
    labels, groups = (np.array(column) for column in zip(*rows, strict=True))
    groups = np.unique(groups, return_inverse=True)[1]
    fold = folds(labels, groups, count, seed)
    assert fold.shape == labels.shape
    assert set(fold) <= set(range(count))
    assert len(set(fold)) >= min(count, groups.max() + 1) - 1  # a fold is left empty for one giant group at most
    assert all(len(set(fold[groups == group])) == 1 for group in set(groups))
    assert np.array_equal(fold, folds(labels, groups, count, seed))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=80), st.integers(2, 5), st.integers(0, 3))
def test_folds_of_single_rows_differ_by_one_row_at_most_in_every_class(labels, count, seed):
    labels = np.unique(labels, return_inverse=True)[1]
    table = class_counts(folds(labels, None, count, seed), labels)
    assert (np.pad(table, ((0, count - len(table)), (0, 0))).max(0) - table.min(0) <= 1).all()
