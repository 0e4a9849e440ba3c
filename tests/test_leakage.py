"""What a random test pretends: nothing where there are no echoes, something where copies were planted."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.leakage.class_prior import class_shares
from anechoic.leakage.leakage import Beside, leakage
from anechoic.leakage.schema import LeakageParams
from anechoic.leakage.similarity_bands import Bootstrap, accuracy_after_purging, accuracy_by_band, ratio_interval
from anechoic.numeric.linear_probe import LabelledVectors
from anechoic.split import train_test_shift
from anechoic.split.train_test_shift import nearest

KNOBS = {
    "folds": 5,
    "repeats": 1,
    "most_rows": 20_000,
    "bootstraps": 300,
    "bands": [0.5],
    "stress": [0.9],
    "seed": 1,
}
CLASSES, DIMENSION = 4, 24


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def rows_of(count, seed, copies=0):
    """Rows around a direction a class, hard to tell apart; the first `copies` of them are there twice."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, count)
    vectors = unit(np.eye(DIMENSION)[labels] + 0.45 * rng.normal(size=(count, DIMENSION)))
    echo = unit(vectors[:copies] + 0.02 * rng.normal(size=(copies, DIMENSION)))
    return (
        np.vstack([vectors, echo]),
        np.append(labels, labels[:copies]),
        np.append(np.arange(count), np.arange(copies)),
    )


def report_of(vectors, labels, groups, exam=0, **others):
    """The stage on these rows, the last `exam` of them as the exam."""
    count = len(labels)
    ids = pl.Series("row_id", [f"r{row:04}" for row in range(count)])
    is_exam = np.arange(count) >= count - exam
    clean = pl.DataFrame({"row_id": ids, "label_id": labels, "label": [f"class {label}" for label in labels]})
    clean = clean.with_columns(role=pl.Series(np.where(is_exam, "exam", "raw")))
    embeddings = pl.DataFrame({"row_id": ids, "vector": pl.Series(list(vectors)), "encoder": ["e"] * count})
    group_table = pl.DataFrame({"row_id": ids, "group_id": [f"g{group:04}" for group in groups]})
    split = pl.DataFrame({"row_id": ids, "split": np.where(is_exam, "exam", "train"), "weight": np.ones(count)})
    split = split.with_columns(reason=pl.lit("balanced"))
    inbox, made = others.pop("inbox", None), others.pop("made", None)
    params = LeakageParams.model_validate(KNOBS | others)
    return leakage(clean, embeddings, group_table, split, params, beside=Beside(inbox, made))


def test_without_echoes_the_inflation_holds_0_in_most_seeds_and_with_copies_it_is_above():
    clean = [report_of(*rows_of(100, seed), stress=[]) for seed in range(20)]
    assert sum(each.inflation_low <= 0 <= each.inflation_high for each in clean) >= 17
    copied = [report_of(*rows_of(100, seed, copies=80), stress=[]) for seed in range(5)]
    assert all(each.inflation_low > 0 for each in copied)


def test_arms_are_the_mean_of_right_rows_and_their_difference_is_the_inflation():
    report = report_of(*rows_of(120, 3, copies=60))
    assert report.rows == 180
    assert report.naive_accuracy - report.honest_accuracy == pytest.approx(report.inflation)
    assert report.naive_accuracy_low < report.naive_accuracy < report.naive_accuracy_high
    assert sum(band.rows for band in report.bands) == pytest.approx(180)
    hits = sum(band.rows * band.accuracy for band in report.bands)
    assert hits / 180 == pytest.approx(report.naive_accuracy)


def test_more_rows_than_the_knob_are_drawn_in_whole_groups():
    report = report_of(*rows_of(120, 3, copies=60), most_rows=100)
    assert 98 <= report.rows <= 100  # the next group has two rows


@pytest.mark.parametrize("turned", [False, True])
def test_an_exam_of_the_same_rows_differs_by_chance_and_one_of_other_rows_does_not(turned):
    vectors, labels, groups = rows_of(400, 5)
    if turned:
        vectors[300:] = np.roll(vectors[300:], 1, axis=1)
    report = report_of(vectors, labels, groups, exam=100, stress=[])
    assert report.exam.rows == 100
    assert report.exam_difference.difference == pytest.approx(report.exam.accuracy - report.honest_accuracy)
    if turned:
        assert report.exam_difference.difference_high < 0
    else:
        assert report.exam_difference.difference_low <= 0 <= report.exam_difference.difference_high


def test_an_inbox_of_the_easy_class_raises_the_honest_accuracy_and_one_of_the_same_mix_does_not():
    rng = np.random.default_rng(0)
    labels = np.arange(300) % 3
    spread = np.array([0.1, 0.7, 0.7])[labels][:, None]
    centre = np.eye(8)[labels]
    vectors = unit(centre + spread * rng.normal(size=(300, 8)))
    same = unit(centre + spread * rng.normal(size=(300, 8)))
    easy = report_of(vectors, labels, np.arange(300), inbox=same[labels == 0], stress=[]).inbox
    like = report_of(vectors, labels, np.arange(300), inbox=same, stress=[])
    assert easy.shares["class 0"] > 0.8
    assert easy.accuracy > like.honest_accuracy + 0.05
    assert like.inbox.accuracy == pytest.approx(like.honest_accuracy, abs=0.05)
    assert sum(like.inbox.shares.values()) == pytest.approx(1)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.08, 1), min_size=3, max_size=3), st.integers(0, 3))
def test_planted_class_shares_are_found_again(weights, seed):
    rng = np.random.default_rng(seed)
    before, truth = np.array([0.2, 0.3, 0.5]), np.array(weights) / sum(weights)
    points = 2 * np.eye(3)[rng.choice(3, 4000, p=truth)] + rng.normal(size=(4000, 3))
    density = np.exp(-((points[:, None] - 2 * np.eye(3)) ** 2).sum(2) / 2) * before
    shares = class_shares(density / density.sum(1, keepdims=True), before)
    assert shares.sum() == pytest.approx(1)
    assert np.abs(shares - truth).max() < 0.05


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.floats(-1, 1, width=32)), min_size=1, max_size=40),
    st.lists(st.sampled_from([0.2, 0.5, 0.5, 0.9]), max_size=3),
)
def test_every_row_stands_in_exactly_one_band(rows, edges):
    right, cosines = (np.array([column], dtype=np.float64) for column in zip(*rows, strict=True))
    bands = accuracy_by_band(right, cosines, np.arange(len(rows)), edges, Bootstrap(100, 0))
    assert sum(band.rows for band in bands) == len(rows)
    assert sum(band.rows * band.accuracy for band in bands) == pytest.approx(right.sum())
    for band in bands:
        inside = (cosines >= band.from_) & ((cosines < band.to) | (band.to == 1))
        assert band.rows == inside.sum()
        assert band.accuracy_low - 1e-9 <= band.accuracy <= band.accuracy_high + 1e-9


def test_rows_without_weight_change_no_ratio():
    hits, weights, groups = np.array([1.0, 0, 1, 0, 1]), np.array([1.0, 1, 1, 1, 1]), np.arange(5)
    more = np.append(hits, [0.0, 0]), np.append(weights, [0.0, 0]), np.append(groups, [5, 6])
    assert ratio_interval(*more, Bootstrap(200, 0)) == ratio_interval(hits, weights, groups, Bootstrap(200, 0))


def test_purging_takes_the_copies_points_away_and_random_purging_does_not():
    vectors, labels, _ = rows_of(150, 2, copies=150)
    fold = np.random.default_rng(0).permutation(300) % 5  # copies on both sides
    data = LabelledVectors(vectors, labels, np.arange(300))
    strict, loose = accuracy_after_purging(data, fold, [0.95, 0.9999], seed=1)[::-1]
    assert (strict.cosine, loose.cosine) == (0.95, 0.9999)
    assert strict.accuracy < strict.same_size_random - 0.05
    assert 0.1 < strict.purged_share < 0.3
    assert accuracy_after_purging(data, fold, [-1.0], seed=1) == []  # nothing is left to train on


@pytest.mark.parametrize("block", [1, 7, 10, 4096])
def test_blocks_change_no_cosine(monkeypatch, block):
    rng = np.random.default_rng(0)
    some, train = unit(rng.normal(size=(20, 8))), unit(rng.normal(size=(5, 8)))
    monkeypatch.setattr(train_test_shift, "BLOCK", block, raising=False)
    assert nearest(some, train) == pytest.approx((some.astype(np.float64) @ train.T).max(1), abs=1e-6)
