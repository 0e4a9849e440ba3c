"""The best accuracy that labels allow: wrong ones planted, clean ones, and agreement that is no evidence."""

import numpy as np
import polars as pl
import pytest
from report_builder import reports

from anechoic.diversity.ceiling import agreement_ceiling, label_ceiling, right_labels, stricter
from anechoic.echoes.labels.agreement import Agreement, agreement_apart
from anechoic.report.report import with_ceiling_reached
from anechoic.report.sentences.worth import worth_sentences


def told(reached=0.0, **changes):
    silent = {"label_errors": None, "label_errors_low": None, "label_errors_high": None}
    return label_ceiling(reports(echoes={"rows": 400} | silent | changes).echoes, 8, reached)


ERRORS = {"label_errors": 20, "label_errors_low": 10, "label_errors_high": 40}


def test_the_ceiling_is_the_share_of_right_labels():
    got = told(**ERRORS)
    assert (got.value, got.low, got.high) == pytest.approx((0.95, 0.9, 0.975))


def test_it_is_never_below_what_was_surely_reached():
    got = told(reached=0.93, **ERRORS)
    assert (got.value, got.low, got.high) == pytest.approx((0.95, 0.93, 0.975))
    got = told(reached=0.98, **ERRORS)
    assert (got.value, got.low, got.high) == (0.98, 0.98, 0.98)


def test_nothing_tells_of_few_rows_and_few_pairs():
    assert told(pairs_apart=19, pairs_agreeing=10) is None
    assert told(pairs_apart=20, pairs_agreeing=18) is not None
    assert agreement_ceiling(40, 40, 1) is None


def test_pairs_are_believed_only_where_they_are_surely_stricter():
    assert told(pairs_apart=100, pairs_agreeing=99, **ERRORS).value == pytest.approx(0.95)
    strict = told(pairs_apart=100, pairs_agreeing=60, **ERRORS)
    assert strict.high < 0.95
    assert strict == agreement_ceiling(100, 60, 8)
    assert stricter(None, None, 0.5) is None


@pytest.mark.parametrize("right", [0.8, 0.9, 0.95, 1.0])
@pytest.mark.parametrize("classes", [2, 8])
def test_planted_mistakes_are_recovered_from_the_agreement_of_pairs(right, classes):
    rng = np.random.default_rng(0)
    truth = rng.integers(0, classes, 20_000)

    def labelled():
        shift = np.where(rng.random(len(truth)) < right, 0, rng.integers(1, classes, len(truth)))
        return (truth + shift) % classes

    agreement = float((labelled() == labelled()).mean())
    assert right_labels(agreement, classes) == pytest.approx(right, abs=0.01)
    assert right_labels(0.0, classes) == pytest.approx(1 / classes)


ROWS = pl.DataFrame(
    {
        "row_id": list("abcdefgh"),
        "label_id": [1, 1, 1, 2, 1, 1, 2, 2],
        "drop": ["one", "two", "one", "one", "one", "retelling", "one", "one"],
        "group_id": ["a", "a", "c", "c", "e", "e", "g", "g"],
    }
)


def pairs(*lines):
    return pl.DataFrame(lines, schema=["left", "right", "kind", "score"], orient="row")


def test_pairs_that_may_have_been_labelled_apart_are_counted_once_a_group():
    found = pairs(("a", "b", "near", 0.8), ("c", "d", "rephrase", 0.995), ("g", "h", "rephrase", 0.9))
    assert agreement_apart(ROWS, found, set()) == Agreement(2, 1)
    again = pl.concat([found, pairs(("b", "a", "near", 0.7))])
    assert agreement_apart(ROWS, again, set()) == Agreement(2, 1)


def test_copies_and_retellings_that_took_over_their_labels_are_no_evidence():
    retold = {frozenset(("one", "retelling"))}
    found = pairs(("a", "b", "exact", 1.0), ("e", "f", "near", 0.99), ("g", "h", "opposite", 0.1))
    assert agreement_apart(ROWS, found, retold) == Agreement(0, 0)
    assert agreement_apart(ROWS, found, set()) == Agreement(1, 1)


def test_a_retelling_within_one_file_is_not_a_file_and_its_retelling():
    found = pairs(("g", "h", "near", 0.9))
    assert agreement_apart(ROWS, found, {frozenset(("one", "retelling"))}) == Agreement(1, 1)


def test_the_page_says_what_is_worth_it_what_bounds_it_and_what_is_no_proof():
    worth, ceiling = worth_sentences(reports())
    assert worth.startswith("The next 100 fresh rows are worth about 2.1 points (0.5 to 3.4) to a plain model")
    assert "About 80 % (73–86 %) of the labels are right" in ceiling
    assert "no proof" in ceiling
    (_, ceiling) = worth_sentences(reports(echoes={"pairs_apart": 40, "pairs_agreeing": 38}))
    assert "Of 40 pairs that say the same and may have been labelled apart, 38 carry one label." in ceiling


def test_the_page_says_why_nothing_can_be_told():
    nothing = {
        "next_rows": None,
        "doubled": None,
        "curve_reason": "9 distinct rows of 2 classes are too few to tell",
    }
    worth, ceiling = worth_sentences(reports(worth=nothing | {"ceiling": None, "ceiling_low": None}))
    assert worth == (
        "What the next rows are worth was not measured: 9 distinct rows of 2 classes are too few to tell."
    )
    assert "cannot be told" in ceiling


def test_the_page_tells_no_ceiling_below_what_the_model_surely_reaches():
    low = {"ceiling": 0.6, "ceiling_low": 0.5, "ceiling_high": 0.7}
    made = with_ceiling_reached(reports(worth=low))  # 82 % (72 to 92) on fresh comments
    assert (made.worth.ceiling, made.worth.ceiling_low, made.worth.ceiling_high) == (0.72, 0.72, 0.72)
    untouched = with_ceiling_reached(reports(worth=low, evaluation={"fresh": None}))
    assert untouched.worth.ceiling == 0.6
