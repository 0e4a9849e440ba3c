"""The random sample of declared rows: what is asked, in which order, and what the answers say of them all."""

import polars as pl
import pytest

from anechoic.augmented.declared import declared, in_random_order
from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.echoes import Said, echoes
from anechoic.echoes.schema import EchoesParams
from anechoic.project.schema import Labels
from anechoic.review.augmented_questions import SAMPLE
from anechoic.review.decisions import read_decisions
from anechoic.split.augmented import looked_at

PARAMS = EchoesParams(near_lexical=0.9, neighbour_cosine=0.6, representative="first", review_rows=200)


@pytest.fixture(scope="module")
def made(demo):
    return declared(demo[0], [demo[0]["drop"].unique().sort()[-1]], "")


@pytest.fixture(scope="module")
def questions(demo, made):
    clean, _ = demo
    decisions = read_decisions({}, clean, labels_of(clean))
    return echoes(*demo, PARAMS, shipped_judge(), said=Said(decisions, made)).review


def labels_of(clean):
    names = dict(clean.select("label_id", "label").unique().sort("label_id").iter_rows())
    return Labels.model_validate({code: {"name": name, "meaning": ""} for code, name in names.items()})


def answered(clean, questions, answers):
    """The table of decisions where the first questions of the sample are answered so."""
    sheet = questions.filter(pl.col("kind") == "augmented").head(len(answers))
    sheet = sheet.with_columns(decision=pl.Series(answers, dtype=pl.String))
    return read_decisions({"review.csv": sheet.write_csv().encode()}, clean, labels_of(clean))


def test_a_sample_of_declared_rows_is_asked_about_beside_their_sources_and_by_no_other_question(questions, made):
    sample = questions.filter(pl.col("kind") == "augmented")
    assert sample.height == SAMPLE
    assert set(sample["left"]) <= set(made["row_id"])
    assert sample["left"].is_duplicated().sum() == 0
    others = questions.filter(pl.col("kind") != "augmented")
    pairs = {frozenset(pair) for pair in sample.select("left", "right").iter_rows()}
    assert not pairs & {frozenset(pair) for pair in others.select("left", "right").iter_rows()}


def test_nothing_declared_asks_nothing(demo):
    decisions = read_decisions({}, demo[0], labels_of(demo[0]))
    review = echoes(*demo, PARAMS, shipped_judge(), said=Said(decisions)).review
    assert "augmented" not in review["kind"].to_list()


def test_the_sample_is_random_the_same_each_time_and_hardly_changed_by_more_rows(demo, made):
    rows = demo[0].join(made.select("row_id"), on="row_id", how="semi", maintain_order="left")
    first = in_random_order(rows).head(SAMPLE)["row_id"].to_list()
    assert in_random_order(rows.reverse()).head(SAMPLE)["row_id"].to_list() == first
    assert first != rows.head(SAMPLE)["row_id"].to_list()
    fewer = in_random_order(rows.head(rows.height * 9 // 10)).head(SAMPLE)["row_id"].to_list()
    assert len(set(first) & set(fewer)) >= SAMPLE - 6


def test_answers_tell_the_share_of_right_labels_and_of_same_meanings(demo, questions, made):
    clean, _ = demo
    sample = questions.filter(pl.col("kind") == "augmented")
    other = next(name for name in clean["label"].unique().sort() if name != sample["label"][9])
    decisions = answered(clean, questions, ["same"] * 7 + ["different"] * 2 + [f"relabel:{other}"])
    told = looked_at(decisions, made["row_id"])
    assert (told.answered, told.label_right, told.compared, told.says_same) == (10, 9, 9, 7)
    assert told.label_right_low < 0.9 < told.label_right_high
    assert "90 %" in told.sentence()


def test_answers_about_other_rows_and_of_other_kinds_say_nothing_of_the_sample(demo, questions, made):
    clean, _ = demo
    assert looked_at(read_decisions({}, clean, labels_of(clean)), made["row_id"]) is None
    decisions = answered(clean, questions, ["same"] * 3)
    assert looked_at(decisions.with_columns(kind=pl.lit("pair")), made["row_id"]) is None
    assert looked_at(decisions, pl.Series(["nobody"])) is None
