import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.classifier import temperature


@settings(deadline=None, max_examples=10)
@given(st.floats(0.3, 4))
def test_temperature_finds_how_overconfident_scores_are(truth):
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4000, 4)) * 2
    drawn = [rng.choice(4, p=row) for row in temperature.probabilities(scores, 1)]
    assert temperature.fit_temperature(scores * truth, np.array(drawn)) == pytest.approx(truth, rel=0.15)


def test_the_abstain_threshold_gives_the_wanted_share_right():
    confidence, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True])
    assert temperature.abstain_threshold(confidence, right, 1) == 0.8
    assert temperature.abstain_threshold(confidence, right, 0.75) == 0
    assert temperature.abstain_threshold(confidence, ~right & (confidence < 0), 0.5) == 1
    assert temperature.abstain_threshold(confidence[:0], right[:0], 0.9) == 0


ANSWERED = st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=1, max_size=30)


@given(ANSWERED, st.floats(0.05, 1))
def test_the_threshold_is_the_lowest_that_gives_the_share_wanted(rows, wanted):
    confidence = np.array([tenths / 10 for tenths, _ in rows])
    right = np.array([hit for _, hit in rows])
    threshold = temperature.abstain_threshold(confidence, right, wanted)
    enough = [at for at in sorted({0.0, *confidence}) if right[confidence >= at].mean() >= wanted]
    if enough:
        assert right[confidence >= threshold].mean() >= wanted
        assert (confidence >= threshold).sum() == (confidence >= enough[0]).sum()
    else:
        assert threshold == 1


@given(ANSWERED, st.floats(0.05, 1), st.randoms())
def test_the_threshold_does_not_hang_on_the_order_of_the_rows(rows, wanted, random):
    shuffled = random.sample(rows, len(rows))
    first, second = (
        temperature.abstain_threshold(
            np.array([each[0] / 10 for each in some]), np.array([each[1] for each in some]), wanted
        )
        for some in (rows, shuffled)
    )
    assert first == second


SCORES = st.integers(0, 2**31).map(lambda seed: np.random.default_rng(seed).normal(size=(60, 3)) * 2)


@settings(deadline=None, max_examples=30)
@given(SCORES, st.floats(0.1, 10))
def test_temperature_changes_no_prediction_and_makes_probabilities(scores, given_temperature):
    spread = temperature.probabilities(scores, given_temperature)
    assert (spread.argmax(1) == scores.argmax(1)).all()
    assert np.allclose(spread.sum(1), 1)


@settings(deadline=None, max_examples=30)
@given(SCORES, st.floats(0.5, 2))
def test_scores_that_are_scaled_are_divided_by_as_much_more(scores, factor):
    truth = np.where(np.arange(60) % 4 > 0, scores.argmax(1), 0)  # mostly right: neither bound is the best
    plain = temperature.fit_temperature(scores, truth)
    assert temperature.fit_temperature(scores * factor, truth) == pytest.approx(plain * factor, rel=0.01)


@settings(deadline=None, max_examples=30)
@given(SCORES)
def test_the_fitted_temperature_loses_least(scores):
    truth = np.where(np.arange(60) % 4 > 0, scores.argmax(1), 0)

    def loss(divisor):
        return -np.log(temperature.probabilities(scores, divisor)[np.arange(60), truth]).mean()

    fitted = temperature.fit_temperature(scores, truth)
    assert all(loss(fitted) <= loss(fitted * factor) + 1e-9 for factor in (0.8, 0.95, 1.05, 1.25))


def test_without_rows_scores_stay_as_they_are():
    assert temperature.fit_temperature(np.empty((0, 3)), np.empty(0, dtype=np.int64)) == 1
