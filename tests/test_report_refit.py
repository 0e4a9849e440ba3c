"""Which rows the figures are of, and which the shipped weights learned from, stands where the figures stand."""

import re

import pytest
from report_builder import reports, tables

from anechoic.classifier.card import BEFORE_REFIT
from anechoic.report.report import model_card, readme, report
from anechoic.report.schema import ReportParams
from anechoic.report.sentences.classifier import refit_sentences


@pytest.mark.parametrize(
    ("refit", "rows", "learned", "fresh"),
    [
        ("all", 126, "train, validation and test", "fresh to them are the rows of exam"),
        ("train+validation", 99, "train and validation", "fresh to them are the rows of test and exam"),
    ],
)
def test_the_rows_measured_on_and_the_rows_learned_from_are_both_told(refit, rows, learned, fresh):
    made = reports(train={"rows": 88, "refit": refit, "refit_rows": rows})
    page = re.sub(r"\s+", " ", report(made, tables(), ReportParams(rows_shown=1)).page)
    for text in (readme(made), model_card(made), page):
        assert "learned from the 88 rows of train alone" in text
        assert BEFORE_REFIT in text
        assert f"learned anew from {rows} rows, those of {learned}." in text
        assert (
            f"Measured again on rows of {learned}, the shipped weights look better than they are; {fresh}." in text
        )


def test_without_an_exam_or_a_refit_that_is_told_too():
    made = reports(train={"refit": "all", "refit_rows": 126}, evaluation={"exam": None})
    assert "none is fresh to them: add an exam" in " ".join(refit_sentences(made))
    made = reports(train={"rows": 88, "refit": "none", "refit_rows": 0})
    assert refit_sentences(made) == [
        "The shipped weights are the measured ones: they learned from the 88 rows of train."
    ]
