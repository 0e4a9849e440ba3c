"""What a drop did to the accuracy: planted drops whose worth is known, beside ones that change nothing."""

import csv
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.diversity import accuracy_change
from anechoic.diversity.accuracy_change import AccuracyChange, accuracy_changes, one_row_a_group
from anechoic.diversity.drop_worth import verdict
from anechoic.embed.embed import embed
from anechoic.numeric.arrays import matrix
from anechoic.numeric.linear_probe import LabelledVectors
from anechoic.stratify.sample import sample_groups

BANK_CLASSES = 10


@pytest.fixture(scope="module", params=["cancellations", "banking77"])
def independent(request):
    """Vectors and label codes of rows that do not echo each other, in random order."""
    if request.param == "cancellations":
        clean, embeddings = request.getfixturevalue("demo")
        rows = clean.join(embeddings, on="row_id", maintain_order="left")
        rows = rows.filter(pl.col("drop") == "2023-06.csv")
        vectors, labels = matrix(rows["vector"]), rows["label"].to_list()
    else:
        folder = os.environ.get("ANECHOIC_DATA")
        if not folder:
            pytest.skip("ANECHOIC_DATA names no folder with banking77/train.csv")
        with Path(folder, "banking77/train.csv").open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream))[1:]
        names = sorted({label for label, _ in lines})[:BANK_CLASSES]
        lines = [line for line in lines if line[0] in names]
        vectors, labels = embed([text for _, text in lines], "minilm"), [label for label, _ in lines]
    order = np.random.default_rng(0).permutation(len(labels))
    return vectors[order], np.unique(labels, return_inverse=True)[1][order]


def by_drop(data, drops, seed):
    return accuracy_changes(data, [drops == drop for drop in range(drops.max() + 1)], seed)


def change_by(vectors, labels, standing, rows, *, shuffle=False):
    """The change by a drop of these rows beside the first `standing`; the same row is the same echo group."""
    every = np.concatenate([np.arange(standing), rows])
    truth = labels[every].copy()
    if shuffle:
        truth[standing:] = np.random.default_rng(1).permutation(truth[standing:])
    codes, groups = (np.unique(values, return_inverse=True)[1] for values in (truth, every))
    drops = (np.arange(len(every)) >= standing).astype(np.int64)
    return by_drop(LabelledVectors(vectors[every], codes, groups), drops, seed=3)[1]


def test_fresh_rows_raise_the_accuracy_where_there_are_few(independent):
    got = change_by(*independent, 40, np.arange(40, 340))
    assert got.low > 0
    assert got.low < got.change < got.high


def test_shuffled_labels_lower_it(independent):
    got = change_by(*independent, 150, np.arange(150, 350), shuffle=True)
    assert got.high < 0


def test_copies_change_nothing_that_can_be_shown(independent):
    got = change_by(*independent, 200, np.arange(200))
    assert got.change == 0
    assert got.low < 0 < got.high


def test_copies_with_other_labels_are_not_rewarded(independent):
    vectors, labels = independent
    got = change_by(vectors, labels, 200, np.arange(200), shuffle=True)
    assert got.high < 0  # what is tied trains nothing, as in the split


def blobs(rows, classes=3, seed=0):
    """Unit vectors around one direction a class, and their labels."""
    rng = np.random.default_rng(seed)
    labels = np.arange(rows) % classes
    vectors = np.eye(8)[labels] + 0.6 * rng.normal(size=(rows, 8))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels


def changes_of(drops, labels=None, groups=None):
    vectors, truth = blobs(len(drops))
    groups = np.arange(len(drops)) if groups is None else groups
    return by_drop(LabelledVectors(vectors, truth if labels is None else labels, groups), drops, 1)


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [
        ([60], "no other rows"),
        ([60, 19], "fewer than 20 of its rows"),
        ([19, 60], "fewer than 20 other echo groups"),
    ],
)
def test_what_cannot_be_measured_is_null_and_says_why(sizes, reason):
    got = changes_of(np.repeat(np.arange(len(sizes)), sizes))[-1]
    assert (got.change, got.low, got.high) == (None, None, None)
    assert reason in got.reason
    assert f"not measured, {got.reason}" in verdict(60, 60, got, [])


def test_a_file_without_which_one_class_is_left_is_not_measured():
    drops = np.repeat([0, 1], 40)
    got = changes_of(drops, labels=np.where(drops == 0, 0, np.arange(80) % 2))
    assert "fewer than two classes" in got[1].reason
    assert got[0].change is not None


def test_twenty_rows_on_either_side_are_enough():
    assert all(each.change is not None for each in changes_of(np.repeat([0, 1], 20)))


def test_copies_outside_count_once_in_the_test_and_change_no_figure():
    drops = np.repeat([0, 1, 2], [60, 60, 60])
    alone = changes_of(drops[:120])[1]
    vectors, labels = blobs(120)
    copied = LabelledVectors(
        np.vstack([vectors, vectors[:60]]), np.tile(labels, 2)[:180], np.tile(np.arange(120), 2)[:180]
    )
    got = by_drop(copied, drops, 1)[1]
    assert got.high - got.low == pytest.approx(alone.high - alone.low, abs=0.05)  # 60 groups, not 120 rows


def test_of_many_rows_whole_groups_are_drawn_and_files_keep_their_place(monkeypatch):
    monkeypatch.setattr(accuracy_change, "MAX_ROWS", 100)
    pairs = np.arange(620) // 2
    got = changes_of(np.repeat([0, 1, 2], [300, 20, 300]), labels=pairs % 3, groups=pairs)
    assert [each.change is None for each in got] == [False, True, False]
    assert "fewer than 20 of its rows" in got[1].reason


def test_a_file_of_which_no_row_was_drawn_still_has_its_place(monkeypatch):
    monkeypatch.setattr(accuracy_change, "MAX_ROWS", 100)
    got = changes_of(np.repeat([0, 1, 2], [2000, 2000, 1]))
    assert len(got) == 3
    assert got[2].change is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.booleans()), min_size=1, max_size=30))
def test_the_row_of_a_group_carries_its_majority_and_comes_from_outside_where_it_can(rows):
    labels, groups, outside = (np.array(column) for column in zip(*rows, strict=True))
    chosen = one_row_a_group(labels, groups, np.ones(len(rows), dtype=bool), outside)
    assert len(set(groups[chosen])) == len(chosen)
    for group in set(groups):
        votes = np.bincount(labels[groups == group], minlength=3)
        winners = np.flatnonzero(votes == votes.max())
        mine = chosen[groups[chosen] == group]
        assert len(mine) == (len(winners) == 1)
        for row in mine:
            assert labels[row] == winners[0]
            agreeing_outside = (groups == group) & (labels == winners[0]) & outside
            assert outside[row] == agreeing_outside.any()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=60), st.integers(1, 60), st.integers(0, 3))
def test_a_sample_keeps_groups_whole_and_within_its_size(groups, most, seed):
    groups = np.array(groups)
    kept = sample_groups(groups, most, seed)
    assert kept.sum() <= max(most, 0)
    assert set(groups[kept]).isdisjoint(groups[~kept])
    assert kept.all() == (len(groups) <= most)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (AccuracyChange(0.02, 0.005, 0.035), "+2 points (+0.5 to +3.5)"),
        (AccuracyChange(-0.03, -0.05, -0.012), "-3 points (-5 to -1.2)"),
        (AccuracyChange(0.0, -0.0125, 0.01253), "no change that can be shown (-1.3 to +1.3)"),
        (AccuracyChange(0.004, -0.01, 0.02), "no change that can be shown (-1 to +2)"),
        (AccuracyChange(0.01, 0.0, 0.02), "no change that can be shown (0 to +2)"),
    ],
)
def test_the_verdict_says_both_new_meanings_and_points(change, text):
    assert verdict(10, 1, change, []) == (
        f"1 of 10 rows say something new: it repeats what was there; accuracy on the other files' rows: {text}"
    )


def test_the_verdict_names_classes_that_nothing_else_could_test():
    assert "teaches of 'late', 'price', which no other" in verdict(
        9, 9, AccuracyChange(0, -0.1, 0.1), ["late", "price"]
    )
