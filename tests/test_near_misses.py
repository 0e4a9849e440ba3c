"""Texts that say something else are planted, judged, and told of."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from anechoic.echoes import near_misses as planting
from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.near_misses import near_misses, plant_near_misses
from anechoic.echoes.something_else import MAKERS, Sentence, says_something_else
from anechoic.embed.embed import embed

JUDGE = shipped_judge()
EVERYTHING = {"threshold": 0.0}
ONLY_COPIES = {"threshold": 1.1}


@pytest.fixture(scope="module")
def table(demo):
    """A part of the demo: 75 rows and a rewording of each."""
    return tuple(pl.concat([whole[:75], whole[400:475]]) for whole in demo)


@pytest.fixture(scope="module")
def planted(table, encoder):
    made = plant_near_misses(*table)
    return made, embed([each.canonical for each in made], encoder)


def told(table, planted, changes=None, near_lexical=1.0):
    made, vectors = planted
    judge = JUDGE.model_copy(update=changes or {})
    return near_misses(*table, made, vectors, judge=judge, near_lexical=near_lexical)


def test_as_many_as_are_wanted_are_planted_each_of_rows_of_its_own(table, planted):
    made = planted[0]
    clean = table[0]
    label = dict(clean.select("row_id", "label_id").iter_rows())
    ends = [row_id for each in made for row_id in (each.made_from, each.replaces)]
    assert len(made) == 60
    assert len(set(ends)) == 120
    assert {each.kind for each in made} == set(MAKERS)
    assert not {each.canonical for each in made} & set(clean["canonical"])
    assert all(label[each.made_from] != label[each.replaces] for each in made)


def test_a_judge_that_calls_everything_is_seen_and_so_is_one_that_calls_copies_alone(table, planted):
    lenient, strict, shipped = (told(table, planted, each) for each in (EVERYTHING, ONLY_COPIES, None))
    assert lenient.share > 0.6  # what lies too far to be a candidate is called by nobody
    assert strict.called == 0
    assert strict.examples == []
    assert shipped.called < lenient.called / 3
    assert lenient.share_low < lenient.share < lenient.share_high
    assert len(lenient.examples) == planting.SHOWN


def test_texts_that_say_the_same_as_their_row_are_called(table, encoder, planted):
    clean = table[0]
    text = dict(clean.select("row_id", "text").iter_rows())
    made = [replace(each, text=f"Hello, {text[each.made_from]}") for each in planted[0]]
    found = told(table, (made, embed([each.canonical for each in made], encoder)))
    assert found.share > 0.8


def test_the_order_of_the_rows_changes_nothing(table, planted):
    rows = np.random.default_rng(1).permutation(table[0].height)
    turned = (table[0][rows], table[1][rows[::-1].copy()])
    assert plant_near_misses(*turned) == planted[0]
    assert told(turned, planted) == told(table, planted)


def test_examples_are_masked(table, planted):
    made, vectors = planted
    some = [replace(each, text=f"{each.text} Write to anna.smith@example.com") for each in made]
    found = told(table, (some, vectors), EVERYTHING)
    assert found.examples
    assert not any("anna.smith" in each.text for each in found.examples)


HEADER = "label,text\n"
SMALL = {
    "no rows": "",
    "three rows": "price,it was too dear\nlead time,it came too late\nprice,the shop was cheaper\n",
    "one class": "".join(f"price,the price of item {each} was too high for me\n" for each in ("a", "b", "c", "d")),
    "one word": "".join(f"price,{word}\nlead time,{word}r\n" for word in ("slow", "late", "dear", "wide", "long")),
}


@pytest.mark.parametrize("rows", [pytest.param(rows, id=name) for name, rows in SMALL.items()])
def test_small_tables_give_none(prepare, demo, rows):
    small = tuple(table.clear() for table in demo) if not rows else prepare({"a.csv": HEADER + rows})
    made = plant_near_misses(*small)
    assert made == []
    assert near_misses(*small, made, np.empty((0, 0), np.float32), judge=JUDGE, near_lexical=0.9) is None


def test_one_class_is_no_hindrance(table):
    one = table[0].with_columns(label_id=pl.lit(1, pl.Int64))
    assert len(plant_near_misses(one, table[1])) == 60


def test_a_small_table_is_judged_in_several_rounds(table, encoder):
    clean, embeddings = (whole.head(90) for whole in table)
    made = plant_near_misses(clean, embeddings)
    vectors = embed([each.canonical for each in made], encoder)
    found = near_misses(clean, embeddings, made, vectors, judge=JUDGE, near_lexical=0.9)
    assert 15 <= found.planted == len(made) <= 45
    assert found.called <= 3


A, B = (
    Sentence.of("Please add a dark mode to your nice app"),
    Sentence.of("Why was the invoice number of my order changed?"),
)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("topic", "Why was the dark mode of my order changed?"),
        ("half", "Please add a dark mode of my order changed?"),
    ],
)
def test_a_text_is_made_of_two(kind, text):
    rarity = dict.fromkeys(A.content | B.content, 2) | {"dark": 1, "mode": 1, "invoice": 1, "number": 1}
    assert MAKERS[kind](A, B, rarity) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Why was the dark mode changed yesterday?", True),
        ("Please add a dark mode to your app, said anna", False),  # nothing of what it said is gone
        ("Why was the number changed?", False),  # nothing is shared
        ("a dark mode", False),  # nothing else is said
    ],
)
def test_what_says_something_else_is_told_by_words(text, said):
    assert says_something_else(Sentence.of(text), A) is said
