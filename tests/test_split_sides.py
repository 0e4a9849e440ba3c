"""Sides on small hand-made tables: who is bound to whom, what is remembered, what is kept out."""

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.project.errors import DataError
from anechoic.project.kinds import SIDES
from anechoic.project.tables import Quarantine
from anechoic.split.lock import Place, read_lock, write_lock
from anechoic.split.schema import SplitParams
from anechoic.split.split import SplitTables, split
from anechoic.text.same_text import text_key

KNOBS = {
    "train": 0.7,
    "validation": 0.1,
    "test": 0.2,
    "echoes_in_training": "keep_one",
    "group_columns": [],
    "augmented": [],
    "source_column": "",
    "date_column": "",
    "excluded_flags": [],
    "seed": 7,
}


def clean_of(texts, labels=None, roles=None, metas=None, flags=None):
    count = len(texts)
    return pl.DataFrame(
        {
            "row_id": [f"r{at:04d}" for at in range(count)],
            "drop": ["a.csv"] * count,
            "record": range(1, count + 1),
            "line": range(1, count + 1),
            "role": roles or ["raw"] * count,
            "label_id": labels or [0] * count,
            "label": [str(label) for label in labels or [0] * count],
            "meta": [json.dumps(meta) for meta in metas or [{}] * count],
            "canonical": texts,
            "flags": pl.Series(flags or [[]] * count, dtype=pl.List(pl.String)),
        }
    )


def groups_of(clean, echoes=()):
    """Groups from lists of row numbers; rows that are named nowhere stand alone, two labels contradict."""
    group = list(range(clean.height))
    for members in echoes:
        for at in members:
            group[at] = min(members)
    frame = clean.select("row_id", "label_id", group_id=clean["row_id"].gather(group))
    return frame.with_columns(
        group_size=pl.len().over("group_id"),
        representative=pl.col("row_id") == pl.col("group_id"),
        conflict=pl.lit(value=False),
        contradiction=pl.col("label_id").n_unique().over("group_id") > 1,
    ).drop("label_id")


def pairs_of(clean, echoes=()):
    both = [(members[0], at) for members in echoes for at in members[1:]]
    ids = clean["row_id"]
    schema = {"left": pl.String, "right": pl.String, "kind": pl.String}
    return pl.DataFrame([(ids[one], ids[other], "rephrase") for one, other in both], schema=schema, orient="row")


def split_of(clean, echoes=(), lock="", vectors=None, decided=None, **knobs):
    params = SplitParams(**KNOBS | knobs)
    tables = SplitTables(clean, groups_of(clean, echoes), pairs_of(clean, echoes), Quarantine.create_empty())
    return split(tables, params, lock=lock, vectors=vectors, decided=decided)


def side_and_reason(result):
    return result.split.select("split", "reason").rows()


def lock_of(**sides):
    return write_lock({text_key(text): Place(side) for text, side in sides.items()})


def test_rows_of_one_customer_stay_on_one_side_and_no_value_binds_nothing():
    metas = [{"customer": f"c{at % 12}"} if at < 60 else {"customer": ""} for at in range(120)]
    clean = clean_of([f"text {at}" for at in range(120)], metas=metas)
    rows = clean.join(split_of(clean, group_columns=["customer"]).split, on="row_id", maintain_order="left")
    bound = rows[:60].group_by("meta").agg(pl.col("split").n_unique())
    assert (bound["split"] == 1).all()
    assert rows[60:]["split"].n_unique() == 3


def test_two_group_columns_and_echoes_bind_through_each_other():
    metas = [{"customer": "a", "shop": "x"}, {"customer": "b", "shop": "x"}, {"customer": "b"}, {}, {}]
    clean = clean_of([f"text {at}" for at in range(5)], metas=metas)
    found = split_of(clean, [(2, 3)], group_columns=["customer", "shop"]).split["split"].to_list()
    assert len(set(found[:4])) == 1


def test_a_group_column_nobody_has_is_named():
    with pytest.raises(DataError, match="column 'client': the further columns are customer"):
        split_of(clean_of(["a", "b"], metas=[{"customer": "x"}] * 2), group_columns=["client"])


def test_remembered_rows_of_one_customer_on_two_sides_lose_the_training_row():
    metas = [{"customer": "a"}] * 3 + [{}] * 2
    clean = clean_of(["one", "two", "new", "three", "four"], metas=metas)
    result = split_of(clean, lock=lock_of(one="train", two="test"), group_columns=["customer"])
    assert side_and_reason(result)[:3] == [
        ("excluded", "collision"),
        ("test", "remembered"),
        ("test", "remembered"),
    ]


def test_a_chain_of_new_rows_between_two_sides_is_excluded_whole():
    metas = [{"a": "1"}, {"a": "1", "b": "2"}, {"b": "2", "c": "3"}, {"c": "3"}]
    clean = clean_of(["one", "two", "three", "four"], metas=metas)
    result = split_of(clean, lock=lock_of(one="train", four="test"), group_columns=["a", "b", "c"])
    assert [side for side, _ in side_and_reason(result)] == ["train", "excluded", "excluded", "test"]
    assert {event.event: event.rows for event in result.report.events}["bridge"] == 2


def test_a_bridged_group_parts_into_one_group_a_side():
    clean = clean_of(["one", "two", "new", "four"])
    result = split_of(clean, [(2, 0, 1)], lock=lock_of(one="train", two="test"))
    assert side_and_reason(result)[:3] == [("train", "remembered"), ("test", "remembered"), ("excluded", "bridge")]
    used = result.split.filter(pl.col("weight") > 0).group_by("group_id").agg(pl.col("split").n_unique())
    assert (used["split"] == 1).all()


def test_texts_that_are_the_same_in_the_lock_never_part():
    clean = clean_of(["pay 4 now", "Pay 4 now", "other", "more"] * 3)
    found = split_of(clean).split["split"].to_list()
    assert found[0] == found[1]


def test_flags_and_decisions_keep_rows_out_with_their_reason():
    flags = [["wrong_language"], ["url_only"], [], []]
    clean = clean_of(["uno", "http", "three", "four"], flags=flags)
    result = split_of(clean, excluded_flags=["wrong_language"], decided={"r0002": "review_drop"})
    reasons = side_and_reason(result)
    assert reasons[0] == ("excluded", "wrong_language")
    assert reasons[1][0] in SIDES
    assert reasons[2] == ("excluded", "review_drop")
    assert result.report.excluded == {"review_drop": 1, "wrong_language": 1}


def test_a_split_in_time_tests_on_the_newest():
    days = np.random.default_rng(0).permutation(50)
    metas = [{"date": f"2023-{1 + day // 28:02d}-{1 + day % 28:02d}"} for day in days]
    clean = clean_of([f"text {at}" for at in range(50)], metas=metas)
    rows = clean.join(split_of(clean, date_column="date").split, on="row_id", maintain_order="left")
    dates = rows.group_by("split").agg(low=pl.col("meta").min(), high=pl.col("meta").max(), rows=pl.len())
    by_side = {row["split"]: row for row in dates.to_dicts()}
    assert by_side["train"]["high"] < by_side["validation"]["low"] < by_side["test"]["low"]
    assert [by_side[side]["rows"] for side in SIDES] == [35, 5, 10]


def test_a_date_that_is_none_is_named_with_its_line():
    metas = [{"date": "2023-01-01"}, {"date": "soon"}]
    with pytest.raises(DataError, match=r"data/raw/a.csv line 2: 'soon' in column 'date' is no date"):
        split_of(clean_of(["a", "b"], metas=metas), date_column="date")


def test_an_exam_that_comes_later_takes_remembered_rows_out():
    clean = clean_of(["one", "two", "three", "the exam"], roles=["raw"] * 3 + ["exam"])
    result = split_of(clean, [(0, 3)], lock=lock_of(one="train", two="train", three="test"))
    assert side_and_reason(result)[0] == ("excluded", "exam_echo")
    assert result.report.excluded == {"exam_echo": 1}
    assert read_lock(result.lock)[text_key("one")].side == "train"


@st.composite
def growing(draw):
    rows = draw(st.integers(3, 24))
    labels = draw(st.lists(st.integers(0, 2), min_size=rows, max_size=rows))
    centres = draw(st.lists(st.integers(0, 6), min_size=rows, max_size=rows))
    customers = draw(st.lists(st.sampled_from(["", "x", "y", "z"]), min_size=rows, max_size=rows))
    return labels, centres, customers, draw(st.lists(st.integers(1, rows), min_size=1, max_size=4).map(sorted))


def customer_metas(names):
    """The column customer, of which the last row has a value, so that it is known."""
    return [{"customer": name} for name in [*names[:-1], "x"]]


def shares_group(centres):
    of = {}
    for at, centre in enumerate(centres):
        if centre:
            of.setdefault(centre, []).append(at)
    return [tuple(members) for members in of.values() if len(members) > 1]


@settings(max_examples=60, deadline=None)
@given(growing(), st.integers(0, 3))
def test_whatever_comes_no_row_changes_sides_and_no_bond_crosses(case, seed):
    labels, centres, customers, sizes = case
    lock, before = "", {}
    for size in [*sizes, len(labels)]:
        metas = [{"customer": name} for name in ["x", *customers[:size]]]
        clean = clean_of(["first", *(f"text {at}" for at in range(size))], [0, *labels[:size]], metas=metas)
        echoes = shares_group([0, *centres[:size]])
        result = split_of(clean, echoes, lock=lock, group_columns=["customer"], seed=seed)
        now = dict(result.split.select("row_id", "split").iter_rows())
        assert all(now[row] in (side, "excluded") for row, side in before.items())
        live = clean.join(result.split, on="row_id").filter(pl.col("split").is_in(list(SIDES)))
        bound = live.filter(pl.col("meta") != json.dumps({"customer": ""}))
        assert bound.group_by("meta").agg(pl.col("split").n_unique()).filter(pl.col("split") > 1).is_empty()
        assert result.report.cross_split_echoes == 0
        lock, before = result.lock, {row: side for row, side in now.items() if side in SIDES}


@settings(max_examples=30, deadline=None)
@given(growing(), st.randoms(use_true_random=False))
def test_the_result_depends_on_no_order(case, random):
    labels, centres, customers, _ = case
    clean = clean_of(
        [f"text {at}" for at in range(len(labels))], labels, metas=[{"customer": c} for c in [*customers[:-1], "x"]]
    )
    echoes = shares_group(centres)
    params = SplitParams(**KNOBS | {"group_columns": ["customer"]})
    groups, pairs, none = groups_of(clean, echoes), pairs_of(clean, echoes), Quarantine.create_empty()
    first = split(SplitTables(clean, groups, pairs, none), params)
    order = list(range(clean.height))
    random.shuffle(order)
    shuffled = groups.sample(fraction=1, shuffle=True)
    other = split(SplitTables(clean[order], shuffled, pairs.reverse(), none), params)
    assert other.lock == first.lock
    assert other.split.sort("row_id").equals(first.split.sort("row_id"))


@pytest.mark.parametrize("policy", ["keep_one", "weight", "keep_all"])
def test_asked_shares_are_of_groups_whatever_the_policy(policy):
    clean = clean_of([f"text {at}" for at in range(90)])
    report = split_of(clean, [(at, at + 30, at + 60) for at in range(30)], echoes_in_training=policy).report
    assert report.size_error < 0.01
    assert report.achieved == pytest.approx({"train": 0.7, "validation": 0.1, "test": 0.2})


@settings(max_examples=40, deadline=None)
@given(growing(), st.integers(0, 5), st.integers(0, 3))
def test_every_record_is_in_the_split_once_and_in_the_ledger_once(case, quarantined, exams):
    labels, centres, customers, _ = case
    count = len(labels)
    roles = ["exam"] * min(exams, count - 1) + ["raw"] * (count - min(exams, count - 1))
    clean = clean_of([f"text {row}" for row in range(count)], labels, roles, customer_metas(customers))
    echoes = shares_group(centres)
    aside = pl.DataFrame({"row_id": [f"q{row}" for row in range(quarantined)]}, schema={"row_id": pl.String})
    aside = aside.with_columns(
        drop=pl.lit("b.csv"), record=pl.int_range(1, pl.len() + 1), line=pl.lit(1, pl.Int64), reason=pl.lit("empty")
    )
    tables = SplitTables(clean, groups_of(clean, echoes), pairs_of(clean, echoes), aside)
    result = split(tables, SplitParams(**KNOBS | {"group_columns": ["customer"]}))
    assert result.split["row_id"].to_list() == clean["row_id"].to_list()
    assert result.split["split"].null_count() == 0
    assert sorted(result.ledger["row_id"]) == sorted([*clean["row_id"], *aside["row_id"]])
    assert result.ledger.filter(pl.col("outcome") == "quarantined").height == quarantined
    assert result.split.filter((pl.col("weight") > 0) & (pl.col("split") == "excluded")).is_empty()
    in_use = result.split.filter(pl.col("split").is_in(list(SIDES)))
    assert set(read_lock(result.lock)) == {text_key(f"text {int(row[1:])}") for row in in_use["row_id"]}


@settings(max_examples=30, deadline=None)
@given(growing(), st.permutations(["a.csv", "b.csv", "z.csv"]), st.integers(0, 3))
def test_renaming_files_moves_no_text(case, names, seed):
    labels, centres, customers, _ = case
    texts = [f"text {row}" for row in range(len(labels))]
    clean, echoes = clean_of(texts, labels, metas=customer_metas(customers)), shares_group(centres)
    first = split_of(clean, echoes, group_columns=["customer"])
    renamed = clean.with_columns(drop=pl.Series([names[row % 3] for row in range(len(labels))]))
    again = split_of(renamed, echoes, lock=first.lock, group_columns=["customer"], seed=seed)
    assert again.split["split"].to_list() == first.split["split"].to_list()
    assert again.lock == first.lock
