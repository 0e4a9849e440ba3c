"""Rows that were made from others, as declared: never an exam, and what they brought is told."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_split_sides import KNOBS, clean_of, groups_of, lock_of, pairs_of, side_and_reason, split_of

from anechoic.project.errors import DataError
from anechoic.project.tables import Quarantine
from anechoic.split.lock import read_lock
from anechoic.split.schema import SplitParams
from anechoic.split.split import SplitTables, split
from anechoic.text.same_text import text_key


def with_made(originals, made, metas=None, labels=None):
    """Originals in a.csv and rows made from them in made.csv."""
    clean = clean_of([*originals, *made], metas=metas, labels=labels)
    drop = pl.when(pl.int_range(pl.len()) < len(originals)).then(pl.lit("a.csv")).otherwise(pl.lit("made.csv"))
    return clean.with_columns(drop=drop, line=pl.int_range(1, pl.len() + 1).over(drop))


TEN = [f"text {at}" for at in range(10)]


def test_made_rows_train_beside_their_sources_and_never_examine():
    clean = with_made(TEN, [f"made {at}" for at in range(10)])
    result = split_of(clean, [(at, at + 10) for at in range(10)], augmented=["made.csv"])
    sides = result.split["split"].to_list()
    assert {"train", "test"} <= set(sides[:10])
    for own, made in zip(sides[:10], sides[10:], strict=True):
        assert made == ("train" if own == "train" else "excluded")
    assert result.report.cross_split_echoes == 0
    assert result.split["weight"][10:].sum() == 0  # the original is the row of its group that counts


def test_undeclared_ones_do_examine():
    clean = with_made(TEN, [f"made {at}" for at in range(10)])
    assert {"test", "validation"} & set(split_of(clean).split["split"][10:])


def test_a_made_row_that_says_something_new_trains_and_counts():
    clean = with_made(TEN, ["something else"])
    result = split_of(clean, augmented=["made.csv"])
    assert side_and_reason(result)[10] == ("train", "augmented")
    assert result.split["weight"][10] == 1
    assert result.report.augmented.new_meanings == 1
    assert sum(result.report.counts["train"].values()) == result.split["split"].to_list().count("train")
    assert result.report.achieved == split_of(clean[:10]).report.achieved


@pytest.mark.parametrize("name", ["r0000", "a.csv:1", "data/raw/a.csv:1", "text 0", " TEXT 0 "])
def test_a_column_names_the_source_by_id_place_or_text(name):
    metas = [{}, *[{"made_from": ""}] * 9, {"made_from": name}]
    clean = with_made(TEN, ["unlike all"], metas=metas)
    for side in ("train", "test", "validation"):
        result = split_of(clean, source_column="made_from", lock=lock_of(**{"text 0": side}))
        expected = "train" if side == "train" else "excluded"
        assert side_and_reason(result)[10] == (expected, "augmented"), side
        assert result.report.augmented.with_source == 1


@pytest.mark.parametrize("name", ["r9999", "a.csv:99", "nothing such", "r0010"])
def test_a_row_whose_source_is_not_there_is_kept_out_and_counted(name):
    clean = with_made(TEN, ["unlike all"], metas=[*[{}] * 10, {"made_from": name}])
    result = split_of(clean, source_column="made_from")
    assert side_and_reason(result)[10] == ("excluded", "augmented")
    assert (result.report.augmented.source_missing, result.report.augmented.with_source) == (1, 0)
    assert "1 name a source that is not there" in result.report.augmented.sentence()


def test_a_chain_of_sources_leads_to_its_original():
    metas = [*[{}] * 10, {"made_from": "text 0"}, {"made_from": "made 0"}]
    clean = with_made(TEN, ["made 0", "made of made"], metas=metas)
    for side, expected in (("train", "train"), ("test", "excluded")):
        result = split_of(clean, source_column="made_from", lock=lock_of(**{"text 0": side}))
        assert side_and_reason(result)[10:] == [(expected, "augmented")] * 2


def test_what_echoes_the_exam_or_an_excluded_row_is_kept_out():
    clean = with_made(["exam", "dropped", *TEN], ["of the exam", "of the dropped"])
    clean = clean.with_columns(role=pl.when(pl.col("canonical") == "exam").then(pl.lit("exam")).otherwise("role"))
    result = split_of(clean, [(0, 12), (1, 13)], augmented=["made.csv"], decided={"r0001": "review_drop"})
    assert side_and_reason(result)[12:] == [("excluded", "augmented")] * 2


def test_a_made_row_of_a_customer_who_examines_is_kept_out():
    metas = [{"customer": "a"}, *[{}] * 9, {"customer": "a"}]
    clean = with_made(TEN, ["unlike all"], metas=metas)
    result = split_of(clean, group_columns=["customer"], augmented=["made.csv"], lock=lock_of(**{"text 0": "test"}))
    assert side_and_reason(result)[10] == ("excluded", "augmented")


def test_a_text_that_once_examined_does_not_train_when_it_is_declared():
    clean = with_made(TEN, ["made"])
    result = split_of(clean, augmented=["made.csv"], lock=lock_of(made="test"))
    assert side_and_reason(result)[10] == ("excluded", "augmented")


def test_made_rows_are_not_remembered():
    clean = with_made(TEN, ["made"])
    assert text_key("made") not in read_lock(split_of(clean, augmented=["made.csv"]).lock)


def test_labels_that_a_rewording_lost_are_counted_and_shown():
    clean = with_made(TEN, ["made 0", "made 1"], labels=[0] * 11 + [1])
    lock = lock_of(**{"text 0": "train", "text 1": "train"})
    told = split_of(clean, [(0, 10), (1, 11)], augmented=["made.csv"], lock=lock).report.augmented
    assert (told.with_source, told.label_kept) == (2, 1)
    shown = {(each.text, each.label, each.source_text, each.source_label) for each in told.examples}
    assert shown == {("made 0", "0", "text 0", "0"), ("made 1", "1", "text 1", "0")}
    assert "1 of 2 carry their source's label" in told.sentence()


def test_examples_are_masked():
    clean = with_made(["write to a.b@example.com now", *TEN], ["mail a.b@example.com"])
    told = split_of(clean, [(0, 11)], augmented=["made.csv"]).report.augmented
    assert "example.com" not in told.model_dump_json()


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(DataError, match=r"split.augmented names 'b.csv', no file of data/raw/ .*: a.csv, made.csv"):
        split_of(with_made(TEN, ["made"]), augmented=["b.csv", "made.csv"])


def test_what_a_person_or_a_flag_keeps_out_stays_out():
    clean = with_made(TEN, ["made 0", "made 1", "made 2"])
    flagged = pl.when(pl.col("row_id") == "r0011").then(pl.lit(["gibberish"])).otherwise("flags")
    knobs = {"augmented": ["made.csv"], "excluded_flags": ["gibberish"], "decided": {"r0010": "review_drop"}}
    found = side_and_reason(split_of(clean.with_columns(flags=flagged), **knobs))[10:]
    assert found == [("excluded", "review_drop"), ("excluded", "gibberish"), ("train", "augmented")]


def test_a_table_of_made_rows_alone_trains():
    result = split_of(with_made([], ["one", "two"]), augmented=["made.csv"])
    assert set(result.split["split"]) == {"train"}


def test_without_a_declaration_the_report_is_silent():
    assert split_of(clean_of(TEN)).report.augmented is None


echoed = st.lists(st.integers(0, 11), min_size=8, max_size=8)


@settings(deadline=None, max_examples=25)
@given(echoed, st.integers(0, 3))
def test_originals_stand_as_if_nothing_had_been_made_of_them(sources, seed):
    originals, made = [f"text {at}" for at in range(12)], [f"made {at}" for at in range(8)]
    clean = with_made(originals, made)
    members = {at: (at, *(12 + row for row, source in enumerate(sources) if source == at)) for at in range(12)}
    echoes = [each for each in members.values() if len(each) > 1]
    whole = split_of(clean, echoes, augmented=["made.csv"], seed=seed)
    tables = SplitTables(clean[:12], groups_of(clean[:12]), pairs_of(clean[:12]), Quarantine.create_empty())
    alone = split(tables, SplitParams(**KNOBS | {"seed": seed}))
    assert (
        whole.split.head(12)
        .select("row_id", "split", "weight")
        .equals(alone.split.select("row_id", "split", "weight"))
    )
    assert whole.lock == alone.lock
    assert not set(whole.split["split"][12:]) & {"validation", "test", "exam"}
    assert whole.report.cross_split_echoes == 0
    again = split_of(clean, echoes, augmented=["made.csv"], seed=seed, lock=whole.lock)
    assert again.split.select("split", "weight").equals(whole.split.select("split", "weight"))
