"""The judge's second stage: monotone, and quiet where a table does not echo itself."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anechoic import find_echoes
from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.classifier.trees import CONTEXT_FEATURES
from anechoic.echoes.echoes import echoes
from anechoic.echoes.evidence.local_contrast import neighbour_contrast, table_profile
from anechoic.echoes.evidence.neighbours import neighbours, whiten
from anechoic.echoes.recall import STRENGTHS
from anechoic.echoes.schema import EchoesParams
from anechoic.numeric.arrays import matrix

PARAMS = EchoesParams(near_lexical=0.9, neighbour_cosine=0.6, representative="first", review_rows=0)
FALLING = ("rank", "rivals")
VALUES = st.lists(st.floats(-12, 12), min_size=len(CONTEXT_FEATURES), max_size=len(CONTEXT_FEATURES))


def rephrased(tables):
    return echoes(*tables, PARAMS, shipped_judge()).pairs.filter(pl.col("kind") == "rephrase")


def some(demo, rows):
    """The originals with the first rows of the rephrased drop."""
    clean, embeddings = demo
    kept = clean.filter((pl.col("drop") == "2023-06.csv") | (pl.col("record") <= rows))
    return kept, embeddings.join(kept.select("row_id"), on="row_id", maintain_order="left")


@given(VALUES, st.sampled_from(range(len(CONTEXT_FEATURES))), st.floats(0, 12))
def test_evidence_for_an_echo_never_counts_against_it(values, place, more):
    stage, row = shipped_judge().context_model, np.array([values])
    stronger = row.copy()
    stronger[0, place] += -more if CONTEXT_FEATURES[place].startswith(FALLING) else more
    assert stage.log_odds(stronger)[0] >= stage.log_odds(row)[0] - 1e-9


def test_comments_of_different_people_are_no_echoes(demo):
    assert rephrased(some(demo, 0)).is_empty()


def test_a_few_rephrased_rows_among_many_are_found(demo):
    clean, embeddings = some(demo, 30)
    one_file = clean.with_columns(drop=pl.lit("all.csv")).sample(fraction=1, shuffle=True, seed=3)
    found = rephrased((one_file, embeddings))
    drop = dict(clean.select("row_id", "drop").iter_rows())
    across = [drop[left] != drop[right] for left, right in found.select("left", "right").iter_rows()]
    assert len(across) >= 15
    assert sum(across) >= 0.8 * len(across)


def test_what_two_drops_show_says_nothing_of_a_third(demo):
    vectors = whiten(matrix(demo[1]["vector"]))
    drops = np.repeat([0, 1], 400)
    drops[350:400] = 2  # originals too: retold in drop 1, strangers to drop 0
    between = table_profile(neighbours(vectors), drops).between[:, :, 2]
    assert min(between[0, 1], between[1, 2]) > 0.4
    assert max(between[0, 2], between[0, 0]) < 0.2


def test_a_copy_ranks_first_and_stands_before_a_bump():
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(200, 60)).astype(np.float32)
    vectors[1] = vectors[0] + 0.1 * rng.normal(size=60)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    seen = table_profile(neighbours(vectors), np.zeros(200, dtype=np.int64))
    cosine = (vectors[[0, 0]] * vectors[[1, 2]]).sum(axis=1)
    rank, bump, height = neighbour_contrast(seen, np.array([0, 0]), cosine)
    assert rank[0] == 0 < rank[1]
    assert bump[0] > bump[1]
    assert height[0] > 5 > height[1]


@pytest.mark.parametrize("copies", [3, 7, 15])
def test_many_rewordings_do_not_hide_each_other(demo, copies):
    rng, sources = np.random.default_rng(5), demo[0].filter(pl.col("drop") == "2023-06.csv")["canonical"].to_list()
    rows = [(text, at) for at, text in enumerate(sources[40:140], start=40)]  # without rewordings
    for at, text in enumerate(sources[:40]):
        makes = [STRENGTHS[name] for name in ("light", "medium", "strong")]
        made = {
            make(make(text, rng) if extra else text, rng) for extra in (0, 1) for make in makes for _ in range(8)
        }
        rows += [(each, at) for each in [text, *sorted(made - {text})[:copies]]]
    order = rng.permutation(len(rows)).tolist()
    texts, group = zip(*(rows[at] for at in order), strict=True)
    found = find_echoes(list(texts))
    right = [group[row] == group[echo] for row, echo in found.removed.select("row", "echoes").iter_rows()]
    assert sum(right) >= 0.95 * (len(rows) - 140)
    assert sum(right) >= 0.97 * len(right)


@pytest.mark.parametrize("rows", [2, 4, 8, 12])
def test_a_few_rows_are_told_apart_too(rows):
    texts = {
        "We chose a crane from a local firm instead.": "Instead we picked a crane of a local company.",
        "The delivery date is far too late for us.": "For us the date of delivery is much too late.",
        "Our credit card was declined by the bank.": "The bank declined our credit card, sorry.",
        "Nobody answered my question about the pump.": "My question about the pump was answered by nobody.",
        "The project was called off by the council.": "The council has called the project off.",
        "The shipping fee is higher than the price.": "Shipping costs more than the price of the thing.",
    }
    pairs = list(texts.items())[: rows // 2]
    found = find_echoes([text for pair in pairs for text in pair])
    assert len(found.removed) >= 0.5 * len(pairs)
    assert all(row // 2 == echoes // 2 for row, echoes in found.removed.select("row", "echoes").iter_rows())


def test_a_file_cut_into_weeks_shows_nearly_as_much(demo):
    clean, embeddings = demo
    week = pl.Series([f"week {at % 40:02}.csv" for at in range(clean.height)])
    assert rephrased((clean.with_columns(drop=week), embeddings)).height >= 300


@pytest.mark.parametrize("rows", [0, 1, 2, 14, 15, 16, 40])
def test_a_table_of_any_size_can_be_asked(rows):
    vectors = np.random.default_rng(rows).normal(size=(rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    seen = table_profile(neighbours(vectors), np.zeros(rows, dtype=np.int64))
    asked = np.arange(rows, dtype=np.int64)
    assert all(
        np.isfinite(each).all() and len(each) == rows
        for each in neighbour_contrast(seen, asked, np.full(rows, 0.5))
    )
