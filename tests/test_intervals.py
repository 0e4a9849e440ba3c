import numpy as np
import pytest

from anechoic.numeric.intervals import group_interval, share_interval


def test_wilson_interval_of_the_story():
    low, high = share_interval(72, 80)
    assert (round(low, 3), round(high, 3)) == (0.815, 0.948)
    assert share_interval(0, 0) == (0.0, 1.0)


def test_copies_do_not_narrow_an_interval():
    rng = np.random.default_rng(0)
    right = rng.random((200, 1)) < 0.8
    once = group_interval(right.astype(float), np.arange(200), 2000, 1)
    copied = group_interval(np.repeat(right, 10, 0).astype(float), np.repeat(np.arange(200), 10), 2000, 1)
    assert np.allclose(once, copied, atol=0.01)


def test_a_perfect_score_on_few_groups_is_not_certain():
    low, high = group_interval(np.ones((200, 1)), np.repeat(np.arange(8), 25), 100, 1)
    assert (round(low[0], 2), high[0]) == (0.68, 1)


def test_the_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(1)
    covered = 0
    for run in range(200):
        sizes = rng.integers(1, 5, 100)
        values = np.repeat(rng.random(100) < 0.7, sizes)[:, None].astype(float)
        low, high = group_interval(values, np.repeat(np.arange(100), sizes), 300, run)
        covered += low[0] <= 0.7 <= high[0]
    assert covered / 200 == pytest.approx(0.95, abs=0.05)
