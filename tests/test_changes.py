"""What changed between two states of the rows: laws that hold for any two, and what is told of planted changes."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.changes.changes import KINDS, changes

SCHEMA = {
    "row_id": pl.String, "file": pl.String, "record": pl.Int64, "text": pl.String, "label": pl.String,
    "outcome": pl.String, "reason": pl.String, "group_id": pl.String, "flags": pl.List(pl.String),
    "label_id": pl.Int64,
}  # fmt: skip
LABELS = {"price": 7, "lead time": 6}


def state(*records):
    """Records (file, text, label, outcome, group) -> rows; row_id as intake makes it; a label None: set aside."""
    rows, seen = [], {}
    for file, text, label, outcome, group in records:
        nth = seen[file, text, label] = seen.get((file, text, label), -1) + 1
        at = sum(row["file"] == file for row in rows) + 1
        rows.append(
            {
                "row_id": f"{file}|{text}|{label}|{nth}",
                "file": file,
                "record": at,
                "text": text,
                "label": label,
                "outcome": outcome if label else "quarantined",
                "reason": "",
                "group_id": group if label else None,
                "flags": [] if label else None,
                "label_id": LABELS.get(label),
            }
        )
    place = pl.concat_str("file", pl.lit(":"), "record")
    return pl.DataFrame(rows, schema=SCHEMA).with_columns(place=place)


def kinds(found):
    return {kind: found.of(kind).height for kind in KINDS if found.of(kind).height}


records = st.lists(
    st.tuples(
        st.sampled_from(["a.csv", "b.csv", "c.csv"]), st.sampled_from("uvwxyz"), st.sampled_from([*LABELS, None]),
        st.sampled_from(["train", "test", "echo"]), st.sampled_from("123"),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(records)
def test_the_same_rows_have_no_change_in_any_order_and_under_any_names_of_groups(given_records):
    one = state(*given_records)
    other = one.sample(fraction=1, shuffle=True, seed=3).with_columns("group of " + pl.col("group_id"))
    assert changes(one, other).table.is_empty()


@settings(max_examples=60, deadline=None)
@given(records, records, st.integers(0, 5))
def test_counts_conserve_order_means_nothing_and_exchanging_the_two_turns_it_round(first, second, seed):
    one, other = state(*first), state(*second)
    found = changes(one, other)
    assert found.after == found.before + found.of("came").height - found.of("went").height
    shuffled = [each.sample(fraction=1, shuffle=True, seed=seed) for each in (one, other)]
    assert changes(*shuffled).table.equals(found.table)
    back = changes(other, one)
    turned = {"came": "went", "went": "came"}
    assert {turned.get(kind, kind): count for kind, count in kinds(back).items()} == kinds(found)
    assert set(back.of("went")["row_id_before"]) == set(found.of("came")["row_id"])
    for kind in ("label", "side", "moved"):
        assert sorted(back.of(kind).select("after", "before").rows()) == sorted(
            found.of(kind).select("before", "after").rows()
        )
    held = found.table.filter(~pl.col("kind").is_in(["came", "went"]))
    assert held["row_id"].null_count() == held["row_id_before"].null_count() == 0


@settings(max_examples=60, deadline=None)
@given(records, records)
def test_a_rows_group_changed_where_the_set_of_its_fellows_did(first, second):
    """The definition, row by row, beside the count by cells."""
    one, other = state(*first), state(*second)
    held = one.join(other, on="row_id", suffix="_after").drop_nulls(["group_id", "group_id_after"])
    one, other = (each.join(held, on="row_id", how="semi") for each in (one, other))

    def fellows(rows, row_id):
        group = rows.filter(pl.col("row_id") == row_id)["group_id"][0]
        return set(rows.filter(pl.col("group_id") == group)["row_id"]) - {row_id}

    differ = {row_id for row_id in held["row_id"] if fellows(one, row_id) != fellows(other, row_id)}
    assert set(changes(one, other).of("group")["row_id"]) == differ


A = [("a.csv", text, "price", "train", text) for text in "stuvwxyz"]


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (A, {}),
        (A[1:], {"went": 1}),
        ([*A, ("b.csv", "new", "price", "test", "n")], {"came": 1}),
        ([("a.csv", "s", "lead time", "train", "s"), *A[1:]], {"label": 1}),
        ([("a.csv", "s", "price", "test", "s"), *A[1:]], {"side": 1}),
        ([("a.csv", "s", "price", "train", "t"), *A[1:]], {"group": 2}),
        ([("b.csv", *row[1:]) for row in A], {"moved": 8}),
        ([("b.csv", *row[1:]) for row in A[2:]] + [("b.csv", "s", "lead time", "train", "s")],
         {"moved": 7, "label": 1, "went": 1}),
        ([("b.csv", *A[0][1:]), *A[1:]], {"moved": 1}),
        ([("a.csv", "s", None, "", ""), *A[1:]], {"went": 1, "came": 1}),
    ],
)  # fmt: skip
def test_what_is_planted_is_told_as_what_it_is(after, told):
    assert kinds(changes(state(*A), state(*after))) == told


def test_a_renamed_file_is_told_from_rows_that_were_moved():
    renamed = changes(state(*A), state(*[("b.csv", *row[1:]) for row in A]))
    assert set(renamed.of("moved")["reason"]) == {"its file was renamed"}
    assert renamed.of("moved").row(0, named=True)["before"] == "a.csv:1"
    moved = changes(state(*A), state(("b.csv", *A[0][1:]), *A[1:]))
    assert moved.of("moved")["reason"].to_list() == ["it stands in another file"]


def test_rows_that_came_and_went_in_a_renamed_file_say_so():
    rows = [("b.csv", *row[1:]) for row in A[1:]] + [("b.csv", "new", "price", "train", "n")]
    found = changes(state(*A), state(*rows))
    assert found.of("went")["reason"].to_list() == ["no longer in its file, which was renamed to b.csv"]
    assert found.of("came")["reason"].to_list() == ["new in its file, which was renamed from a.csv"]
    other = changes(state(*A), state(("b.csv", "new", "price", "train", "n")))  # nothing shared: another file
    assert set(other.of("went")["reason"]) == {"its file is gone"}
    assert other.of("came")["reason"].to_list() == ["its file is new"]


def test_a_row_of_a_file_that_is_gone_is_in_another_file_where_its_own_was_renamed_otherwise():
    rows = [("b.csv", *row[1:]) for row in A[1:]] + [("c.csv", *A[0][1:]), ("c.csv", "new", "price", "train", "n")]
    moved = changes(state(*A), state(*rows)).of("moved")
    assert set(moved.filter(after="c.csv:1")["reason"]) == {"it stands in another file"}
    assert set(moved.filter(pl.col("after") != "c.csv:1")["reason"]) == {"its file was renamed"}


def test_a_record_that_is_written_differently_is_the_same_row():
    before = state(*A)
    after = before.with_columns(row_id=pl.lit("other ") + pl.col("row_id"))
    assert kinds(changes(before, after)) == {"rewritten": 8}


def test_a_class_that_got_another_name_and_an_answer_of_the_review_say_so():
    before = state(*A)
    named = before.with_columns(label=pl.lit("cost"))
    assert set(changes(before, named).of("label")["reason"]) == {"the class has another name in params.yaml"}
    answered = before.with_columns(label=pl.lit("cost"), label_id=pl.lit(9), flags=pl.lit(["relabelled"]))
    assert set(changes(before, answered).of("label")["reason"]) == {"answers in data/review/ differ"}


def test_a_record_out_of_quarantine_changed_its_side_and_got_no_other_label():
    aside = state(("a.csv", "s", None, "", ""), *A[1:])
    mended = aside.with_columns(
        pl.col("outcome").replace("quarantined", "train"), label=pl.lit("price"), group_id=pl.col("row_id")
    )
    found = changes(aside, mended)
    assert found.of("side").select("before", "after").row(0) == ("quarantined", "train")
    assert found.of("label").is_empty()


def test_who_joined_and_who_left_is_named_by_the_first():
    before = state(*[("a.csv", text, "price", "train", group) for text, group in zip("stuv", "1122", strict=True)])
    after = state(*[("a.csv", text, "price", "train", group) for text, group in zip("stuv", "1222", strict=True)])
    told = {
        row["place"]: (row["before"], row["after"], row["reason"])
        for row in changes(before, after).table.to_dicts()
    }
    assert told == {
        "a.csv:1": ("with 1 other", "alone", "parted from a.csv:2"),
        "a.csv:2": ("with 1 other", "with 2 others", "joined by a.csv:3 and 1 more; parted from a.csv:1"),
        "a.csv:3": ("with 1 other", "with 2 others", "joined by a.csv:2"),
        "a.csv:4": ("with 1 other", "with 2 others", "joined by a.csv:2"),
    }


@pytest.mark.parametrize(
    ("outcome", "reason", "said"),
    [("echo", "echo", "echo"), ("train", "balanced", "train (balanced)"), ("test", "", "test")],
)
def test_a_side_is_told_with_its_reason_where_that_says_more(outcome, reason, said):
    now = state(("a.csv", "new", "price", outcome, "n")).with_columns(reason=pl.lit(reason))
    assert changes(state(), now).of("came")["after"].to_list() == [said]
