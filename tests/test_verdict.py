"""One planted fault of each kind, trained and measured by the real stages: the verdicts tell them apart."""

import polars as pl
import pytest
from planted_verdict import Rows, by_heart, judged

EXAM = Rows(rows=120, seed=9)


def test_a_clean_project_is_good_though_every_training_row_is_known_by_heart():
    got = judged(Rows().drawn(), EXAM.drawn("exam"))
    assert got.report.verdict == "good", got.report.verdict_reason
    assert got.report.train.accuracy > 0.99
    assert "no fault of training, amount or labels shows: use it" in got.report.verdict_reason


def test_half_the_rows_are_too_few_and_more_are_asked_for():
    got = judged(Rows().drawn().head(240), EXAM.drawn("exam"))
    assert got.report.verdict == "data_limited", got.report.verdict_reason
    assert "`anechoic next data/inbox`" in got.report.verdict_reason
    assert got.data.doubled.gain_low > 0


def test_a_fifth_of_the_labels_wrong_is_label_limited_and_the_ceiling_is_near_what_was_planted():
    got = judged(Rows(wrong=0.2).drawn(), Rows(rows=120, seed=9, wrong=0.2).drawn("exam"))
    assert got.report.verdict == "label_limited", got.report.verdict_reason
    assert got.data.ceiling == pytest.approx(0.8, abs=0.05)
    assert "anechoic review" in got.report.verdict_reason


def test_too_few_epochs_are_underfit_and_more_are_asked_for():
    got = judged(Rows().drawn(), EXAM.drawn("exam"), epochs=1, learning_rate=0.0005)
    assert got.report.verdict == "underfit", got.report.verdict_reason
    assert "set train.epochs to 3" in got.report.verdict_reason


@pytest.mark.parametrize(
    ("rate", "step"), [(0.9, "too large. Set train.learning_rate to 0.09"), (1e-5, "too small")]
)
def test_a_rate_too_high_or_too_low_is_underfit_and_the_step_goes_the_right_way(rate, step):
    got = judged(Rows().drawn(), EXAM.drawn("exam"), epochs=6, learning_rate=rate)
    assert got.report.verdict == "underfit", got.report.verdict_reason
    assert step in got.report.verdict_reason


def test_a_test_that_was_trained_on_leaks_and_the_exam_is_quoted():
    raw, exam = Rows(rows=240).drawn(), Rows(rows=120, seed=9, first=60).drawn("exam")
    copies = raw.with_columns(row_id="c" + pl.col("row_id"))
    got = judged(pl.concat([raw, copies]), exam)
    assert got.report.verdict == "leaking", got.report.verdict_reason
    assert got.report.fresh.side == "exam"
    assert got.report.fresh.accuracy == got.report.exam.accuracy < got.report.test.accuracy


def test_a_model_that_learns_words_by_heart_where_a_cheap_one_does_better_is_overfit():
    got = judged(by_heart(Rows().drawn(), 1), by_heart(EXAM.drawn("exam"), 2))
    assert got.report.verdict == "overfit", got.report.verdict_reason
    assert "a cheap model (probe) is better" in got.report.verdict_reason


def test_labels_that_mean_nothing_are_never_called_good():
    raw = Rows(wrong=0.6, seed=3).drawn()
    got = judged(raw, EXAM.drawn("exam").head(0))
    assert got.report.verdict in {"overfit", "label_limited"}, got.report.verdict_reason
    assert "not shown to be better than saying one class always" in got.report.verdict_reason
