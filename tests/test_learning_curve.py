"""The learning curve over distinct rows: planted ones that climb or are flat, and rows too few for one."""

import numpy as np
import pytest

from anechoic.diversity import learning_curve as room
from anechoic.diversity.curve_laws import carried_on
from anechoic.diversity.learning_curve import learning_curve
from anechoic.numeric.linear_probe import LabelledVectors

SIZES = np.array([20.0, 40, 70, 100, 150, 200])


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    monkeypatch.setattr(room, "BOOTSTRAPS", 200)
    monkeypatch.setattr(room, "REPEATS", 3)


def topics(rows, each=10, spread=0.3, seed=0):
    """Rows of two classes, each of `each` topics that must be seen one by one: many of them climb for long."""
    rng = np.random.default_rng(seed)
    topic = rng.integers(0, 2 * each, rows)
    vectors = np.eye(2 * each)[topic] + spread * rng.normal(size=(rows, 2 * each))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return LabelledVectors(vectors.astype(np.float32), topic % 2, np.arange(rows))


def test_a_curve_that_climbs_has_more_to_gain_and_what_comes_lies_within():
    data = topics(200, each=60, spread=0.05)
    got = learning_curve(data, 1)
    accuracies = [point.accuracy for point in got.points]
    assert accuracies == sorted(accuracies)
    assert accuracies[-1] - accuracies[0] > 0.2
    assert 0 < got.next_rows.gain_low < got.next_rows.gain < got.next_rows.gain_high
    assert got.next_rows.rows == 100
    assert got.doubled.gain > got.next_rows.gain
    later = learning_curve(topics(400, each=60, spread=0.05, seed=1), 1)
    told = next(point for point in got.law if point.effective_rows >= 300)
    measured = next(point for point in later.points if point.effective_rows >= 300)
    assert told.low < measured.accuracy < told.high


def test_a_curve_that_is_flat_has_nothing_to_gain():
    got = learning_curve(topics(300, each=1, spread=0.2), 1)  # two topics: ten rows know all
    assert got.next_rows.gain < 0.01
    assert got.next_rows.gain_high < 0.02


def test_labels_that_mean_nothing_promise_nothing():
    data = topics(200)
    labels = np.random.default_rng(3).integers(0, 2, 200)
    got = learning_curve(LabelledVectors(data.vectors, labels, data.groups), 1)
    assert got.next_rows.gain_low == 0
    assert got.points[-1].accuracy < 0.6


def test_copies_count_once():
    data = topics(120)
    alone = learning_curve(data, 1)
    twice = [np.concatenate([each, each]) for each in (data.vectors, data.labels, data.groups)]
    assert learning_curve(LabelledVectors(*twice), 1) == alone


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (topics(39), "39 distinct rows of 2 classes"),
        (LabelledVectors(topics(80).vectors, np.zeros(80, dtype=np.int64), np.arange(80)), "of 1 classes"),
        (LabelledVectors(topics(60).vectors, np.arange(60) // 2, np.arange(60)), "too few of each"),
        (LabelledVectors(topics(80).vectors, np.arange(80) % 2, np.arange(80) // 2 % 10), "0 distinct rows"),
    ],
)
def test_too_few_rows_have_no_curve_and_say_why(data, reason):
    got = learning_curve(data, 1)
    assert (got.points, got.law, got.next_rows, got.doubled) == ([], [], None, None)
    assert reason in got.reason


def test_of_many_rows_some_are_drawn_and_no_law_is_carried_on_too_far(monkeypatch):
    monkeypatch.setattr(room, "MAX_ROWS", 80)
    near, far = learning_curve(topics(120), 1), learning_curve(topics(600), 1)
    assert near.points[-1].effective_rows <= 64
    assert near.next_rows is not None
    assert far.next_rows is None
    assert "80 of 600 distinct rows" in far.reason
    assert far.points
    assert max(point.effective_rows for point in far.law) == room.FARTHEST * 80


def test_the_same_rows_give_the_same_curve():
    assert learning_curve(topics(100), 4) == learning_curve(topics(100), 4)


@pytest.mark.parametrize(
    "error",
    [lambda n: 0.1 + 1.5 * n**-0.5, lambda n: 0.2 + 0.5 * np.exp(-n / 80), lambda n: 2 * n**-0.6],
)
def test_curves_of_either_law_are_carried_on_within_the_spread_of_the_resamples(error):
    rng = np.random.default_rng(0)
    curve = 1 - error(SIZES)
    lines = np.vstack([curve, curve + rng.normal(0, 0.01, (300, len(SIZES)))])
    told = carried_on(SIZES, lines, np.array([400.0]), rng)[:, 0]
    low, high = np.quantile(told[1:], [0.025, 0.975])
    assert low < 1 - error(400) < high
    assert abs(told[0] - (1 - error(400))) < 0.04


@pytest.mark.parametrize("accuracy", [0.0, 0.5, 1.0])
def test_a_level_curve_stays_where_it_is(accuracy):
    told = carried_on(
        SIZES, np.full((3, len(SIZES)), accuracy), np.array([200.0, 1000.0]), np.random.default_rng(0)
    )
    assert told == pytest.approx(accuracy)
