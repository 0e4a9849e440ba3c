import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.stratify.objective import objective_of
from anechoic.stratify.stratify import class_counts, stratify

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
