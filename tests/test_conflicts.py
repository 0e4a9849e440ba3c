"""Contradictions are stated only of two rows that surely say the same, and never of a chain."""

import polars as pl

from anechoic.echoes.labels.conflicts import chosen, contradicting, sure_conflicts
from anechoic.echoes.labels.label_quality import UNKNOWN, LabelErrors, LabelQuality
from anechoic.echoes.labels.planted import Limit
from anechoic.echoes.review_queue import review_queue

LABELS = ("price", "credit", "error")


def made(score, *, kind="rephrase", sure=200, differing=0):
    """A pair of other labels with this score, beside sure pairs of which some differ in their labels."""
    lines, pairs = [], []
    for pair in range(sure + 1):
        asked = pair == sure
        first = LABELS[pair % 3]
        second = LABELS[(pair + 1) % 3] if asked or pair < differing else first
        for side, label in (("a", first), ("b", second)):
            lines.append((f"{side}{pair}", f"text {side}{pair}", label, f"a{pair}", 2, "raw"))
        pairs.append((f"a{pair}", f"b{pair}", kind if asked else "rephrase", score if asked else 0.999, "said"))
    rows = pl.DataFrame(lines, ["row_id", "canonical", "label", "group_id", "group_size", "role"], orient="row")
    return rows, pl.DataFrame(pairs, ["left", "right", "kind", "score", "evidence"], orient="row"), f"a{sure}"


def stated(*args, **kinds):
    rows, pairs, asked = made(*args, **kinds)
    return asked in sure_conflicts(rows, pairs)["left"].to_list()


def test_a_likely_echo_of_another_label_is_no_contradiction_and_the_same_text_is():
    assert not stated(0.8)
    assert not stated(0.97)
    assert stated(1.0, kind="exact")
    assert stated(0.99999)


def test_where_sure_pairs_differ_often_less_score_will_do():
    assert not stated(0.97, differing=2)
    assert stated(0.97, differing=120)


def test_neighbours_and_chains_are_no_contradiction():
    assert not stated(1.0, kind="neighbour")
    rows, pairs, asked = made(0.9999)
    chained = rows.with_columns(
        group_id=pl.when(pl.col("row_id") == "a0").then(pl.lit(asked)).otherwise("group_id")
    )
    found = sure_conflicts(chained, pairs.filter(pl.col("left") != "a0"))
    assert "a0" not in [*found["left"], *found["right"]]


def test_every_row_under_a_label_in_question_is_one_of_the_contradiction_and_no_other_of_its_group():
    rows, pairs, asked = made(1.0, kind="exact")
    beside = pl.DataFrame(
        [("c", "text c", "credit", asked, 2, "raw"), ("d", "text d", "price", "a0", 2, "raw")],
        rows.columns,
        orient="row",
    )
    third = beside[:1].with_columns(row_id=pl.lit("e"), label=pl.lit("returns"))
    joined = pl.concat([rows, beside, third])
    labels = set(rows.filter(pl.col("group_id") == asked)["label"])
    found = contradicting(joined, sure_conflicts(joined, pairs))
    assert sorted(found) == sorted([asked, f"b{asked[1:]}", *(["c"] if "credit" in labels else [])])
    assert contradicting(joined, sure_conflicts(joined, pairs.clear())).is_empty()


def quality(rows, expected, limit):
    """What other rows expect of each row, and from which probability one of two labels may be suggested."""
    doubts = rows.select("row_id").with_columns(
        suggested=pl.lit("price"),
        log_odds=pl.lit(1.0),
        wrong=pl.lit(0.0),
        certain=pl.lit(value=False),
        asked=pl.lit(value=True),
        expected=pl.Series([expected] * rows.height),
    )
    errors = LabelErrors(0, 0, 9, UNKNOWN.suggestion, Limit(limit, 50, 45), None)
    return LabelQuality(doubts, list(LABELS), errors, 0, 0)


def test_the_likelier_label_is_suggested_where_such_choices_were_right_and_else_asked_for():
    rows, pairs, _ = made(1.0, kind="exact")
    conflict = sure_conflicts(rows, pairs)
    two = set(conflict.select("left_label", "right_label").row(0))
    for likely in two:
        expected = [0.9 if label == likely else 0.05 for label in LABELS]
        (found,) = chosen(conflict, quality(rows, expected, 0.8)).to_dicts()
        assert (found["right_label"], found["certain"]) == (likely, True)
        assert {found["left_label"], found["right_label"]} == two
        assert (found["left_text"][5:], found["right_text"][5:]) == (found["left"], found["right"])
    (unsure,) = chosen(conflict, quality(rows, [1 / 3] * 3, 0.8)).to_dicts()
    assert not unsure["certain"]


def test_a_question_without_a_suggestion_asks_which_label_is_right():
    rows, pairs, _ = made(1.0, kind="exact")
    groups = rows.select("row_id", "group_id", "group_size", conflict=pl.lit(value=False))
    queue = review_queue(rows.drop("group_id", "group_size"), pairs, groups, quality(rows, [1 / 3] * 3, 2.0), 500)
    (asked,) = queue.filter(pl.col("kind") == "conflict").to_dicts()
    assert asked["suggested"] == ""
    assert asked["why"].startswith("the same text carries two labels")
    assert asked["why"].endswith("which is right?")
    assert queue.filter(pl.col("kind") == "label").is_empty()
    assert set(queue.filter(pl.col("kind") == "pair")["suggested"]) == {"same"}


def test_a_contradiction_is_asked_about_however_few_questions_are_wanted():
    rows, pairs, asked = made(1.0, kind="exact")
    groups = rows.select("row_id", "group_id", "group_size", conflict=pl.lit(value=False))
    for most, others in ((0, 0), (1, 0), (3, 2)):
        queue = review_queue(
            rows.drop("group_id", "group_size"), pairs, groups, quality(rows, [1 / 3] * 3, 2.0), most
        )
        assert queue["kind"].to_list() == ["conflict"] + ["pair"] * others
        assert asked in queue.row(0)
