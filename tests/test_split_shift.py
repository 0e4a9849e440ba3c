"""What a test can show, and whether it stands as near to training as fresh rows do."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from test_split_sides import clean_of, split_of

from anechoic.split.test_power import power, smallest_difference
from anechoic.split.train_test_shift import ShiftVectors, _compared


def test_power_is_what_people_are_told():
    assert round(100 * smallest_difference(120)) == 8
    assert smallest_difference(780) == pytest.approx(0.03, abs=0.001)
    assert smallest_difference(0) == 1
    assert smallest_difference(3080) < smallest_difference(300) < smallest_difference(30) <= 1


def test_shift_sees_an_exam_that_stands_farther_and_not_one_that_does_not():
    rng = np.random.default_rng(0)

    def unit(spread, rows):
        vectors = np.ones((rows, 16)) + spread * rng.normal(size=(rows, 16))
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    def told(spread):
        roles = ["raw"] * 300 + ["exam"] * 100
        clean = clean_of([f"text {at}" for at in range(400)], roles=roles)
        vectors = np.vstack([unit(0.3, 300), unit(spread, 100)])
        embeddings = pl.DataFrame({"row_id": clean["row_id"], "vector": pl.Series(list(vectors))})
        return split_of(clean, vectors=ShiftVectors(embeddings, unit(0.3, 80))).report.shift

    assert told(0.3)["exam"].verdict == "alike"
    far = told(0.9)
    assert far["exam"].verdict == "test is easier"
    assert far["exam"].median < far["exam"].test_median
    assert far["inbox"].verdict == "alike"


def test_a_difference_that_chance_makes_once_in_twenty_is_none():
    rng = np.random.default_rng(3)
    draws = ((rng.normal(size=60), rng.normal(0.4, 1, size=60)) for _ in range(500))
    one, other = next(each for each in draws if 0.02 < ks_2samp(*each).pvalue < 0.04)
    assert _compared(one, other).verdict == "alike"
    assert _compared(one, other + 2).verdict == "test is harder"


@given(st.integers(0, 100_000), st.integers(1, 100_000))
def test_more_rows_show_no_larger_difference_and_no_wider_interval(rows, more):
    fewer, larger = power(rows), power(rows + more)
    assert 0 < larger.difference <= fewer.difference <= 1
    assert 0 < larger.half_width < fewer.half_width <= 1


@pytest.mark.parametrize("rows", [400, 2000, 10_000])
def test_mcnemar_finds_the_smallest_difference_in_four_of_five_draws(rows):
    difference = smallest_difference(rows)
    discordant = max(0.09, difference)
    rng = np.random.default_rng(0)
    better, worse = (discordant + difference) / 2, (discordant - difference) / 2
    draws = rng.multinomial(rows, [better, worse, 1 - better - worse], size=4000)
    statistic = (draws[:, 0] - draws[:, 1]) / np.sqrt(np.maximum(draws[:, 0] + draws[:, 1], 1))
    assert (np.abs(statistic) > 1.96).mean() == pytest.approx(0.8, abs=0.04)
