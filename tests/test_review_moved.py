"""Answers are about texts and labels: a renamed file loses none, a changed text or label loses its own."""

import csv
from io import StringIO

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.normalize.normalize import normalize
from anechoic.review.decisions import COLUMNS, obeyed, outcome, read_decisions, relabelled
from anechoic.review.known_rows import known_rows, text_key
from anechoic.review.sheet import merged, read_sheet
from anechoic.validate.validate import validate

TEXTS = [
    "too dear for us",
    "it came too late",
    "call me on 0171 555 1234",
    "we found it elsewhere",
    "was a mistake",
]


@pytest.fixture(scope="module")
def clean_of(labels, validate_params):
    def make(name, records):
        stream = StringIO()
        csv.writer(stream, lineterminator="\n").writerows([("label", "text"), *records])
        return normalize(validate({name: stream.getvalue().encode()}, {}, labels, validate_params).rows)

    return make


def sheet(*answers):
    """A review CSV; an answer: kind, left row, right row or None, decision."""
    lines = [
        {
            "kind": kind,
            "left": left["row_id"],
            "right": right["row_id"] if right else "",
            "left_text": left["text"],
            "right_text": right["text"] if right else "",
            "label": left["label"],
            "suggested": "",
            "why": "",
            "decision": decision,
        }
        for kind, left, right, decision in answers
    ]
    return pl.DataFrame(lines, schema=dict.fromkeys(COLUMNS, pl.String)).write_csv().encode()


def answered(clean):
    rows = clean.to_dicts()
    return sheet(
        ("label", rows[0], None, "relabel:credit"),
        ("label", rows[1], None, "drop"),
        ("label", rows[2], None, "relabel:error"),
        ("pair", rows[0], rows[3], "same"),
        ("pair", rows[2], rows[4], "different"),
        ("conflict", rows[3], rows[4], "relabel:unknown"),
    )


def meant(decisions, clean):
    """What the obeyed answers say, in texts and labels."""
    row = {each["row_id"]: (each["canonical"], each["label"]) for each in clean.to_dicts()} | {"": ("", "")}
    held = decisions.filter(pl.col("problem") == "")
    lines = held.select("left", "right", "decision", "label_id").iter_rows()
    return sorted((row[left], row[right], answer, label_id or 0) for left, right, answer, label_id in lines)


RECORDS = list(zip([7, 6, 2, 5, 3], TEXTS, strict=True))


def test_a_renamed_file_loses_no_answer(clean_of, labels):
    before, after = clean_of("a.csv", RECORDS), clean_of("b.csv", RECORDS)
    assert set(before["row_id"]).isdisjoint(after["row_id"])
    files = {"old.csv": answered(before)}
    there, moved = read_decisions(files, before, labels), read_decisions(files, after, labels)
    assert outcome(moved).applied == 6
    assert outcome(moved).stale == []
    assert meant(moved, after) == meant(there, before)
    assert (
        relabelled(after, moved, labels)["label"].to_list() == relabelled(before, there, labels)["label"].to_list()
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([6, 7, 8]), st.sampled_from(TEXTS)), min_size=2, max_size=8),
    st.data(),
)
def test_renaming_changes_no_answers_meaning_copies_included(clean_of, labels, records, data):
    before, after = clean_of("a.csv", records), clean_of("b.csv", records)
    rows = before.to_dicts()
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), unique=True, min_size=1))
    decision = st.sampled_from(["drop", "relabel:error", "relabel:unknown"])
    files = {"old.csv": sheet(*(("label", rows[row], None, data.draw(decision)) for row in chosen))}
    there, moved = read_decisions(files, before, labels), read_decisions(files, after, labels)
    assert outcome(moved) == outcome(there)
    assert meant(moved, after) == meant(there, before)


def test_an_answer_in_masked_texts_holds_as_one_in_texts_as_dropped_in(clean_of, labels):
    clean = clean_of("b.csv", RECORDS)
    row = clean.row(2, named=True)
    assert row["canonical"] == "call me on [phone]"
    for text in (row["text"], row["canonical"]):
        files = {"a.csv": sheet(("label", row | {"row_id": "gone", "text": text}, None, "drop"))}
        assert obeyed(read_decisions(files, clean, labels), "drop")["left"].to_list() == [row["row_id"]]


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([(7, "too dear for me"), *RECORDS[1:]], "is gone ('too dear for us')"),
        ([(8, TEXTS[0]), *RECORDS[1:]], "is gone, and 'too dear for us' is labelled credit now, not price"),
    ],
)
def test_an_answer_whose_text_or_label_changed_is_reported_not_applied(clean_of, labels, records, message):
    before, after = clean_of("a.csv", RECORDS), clean_of("b.csv", records)
    files = {"old.csv": sheet(("label", before.row(0, named=True), None, "drop"))}
    (stale,) = outcome(read_decisions(files, after, labels)).stale
    assert message in stale


def test_a_corrected_row_still_holds_its_answer_when_it_is_looked_up_again(clean_of, labels):
    before, after = clean_of("a.csv", RECORDS), clean_of("b.csv", RECORDS)
    files = {"old.csv": answered(before)}
    corrected = relabelled(after, read_decisions(files, after, labels), labels)
    assert outcome(read_decisions(files, corrected, labels)).stale == []


def test_of_a_new_answer_and_a_moved_one_about_the_same_text_the_new_one_holds(clean_of, labels):
    before, after = clean_of("a.csv", RECORDS), clean_of("b.csv", RECORDS)
    old, new = before.row(0, named=True), after.row(0, named=True)
    files = {"review.csv": sheet(("label", new, None, "relabel:credit"), ("label", old, None, "drop"))}
    decisions = read_decisions(files, after, labels)
    assert obeyed(decisions, "drop").is_empty()
    assert obeyed(decisions, "relabel")["left"].to_list() == [new["row_id"]]


def test_a_changed_mind_about_a_pair_goes_before_the_moved_answer(clean_of, labels):
    old, new = (clean_of(name, RECORDS).to_dicts() for name in ("a.csv", "b.csv"))
    files = {"review.csv": sheet(("pair", old[0], old[1], "same"), ("pair", new[0], new[1], "different"))}
    decisions = read_decisions(files, clean_of("b.csv", RECORDS), labels)
    assert decisions.filter(pl.col("problem") == "")["decision"].to_list() == ["different"]
    assert "line 3 answers 'different' for the same texts" in outcome(decisions).stale[0]


def test_an_answer_about_a_pair_takes_no_row_from_an_answer_about_its_label(clean_of, labels):
    before, after = clean_of("a.csv", RECORDS), clean_of("b.csv", RECORDS)
    rows = before.to_dicts()
    files = {"old.csv": sheet(("pair", rows[0], rows[3], "same"), ("label", rows[0], None, "drop"))}
    assert outcome(read_decisions(files, after, labels)).stale == []


def test_a_question_that_moved_is_laid_out_with_its_answer_once(clean_of):
    before, after = clean_of("a.csv", RECORDS), clean_of("b.csv", RECORDS)
    old = read_sheet("old", answered(before))
    queue = read_sheet("queue", answered(after)).with_columns(decision=pl.lit(""))
    both = merged(queue, old)
    assert both["left"].to_list() == queue["left"].to_list()
    assert both["decision"].to_list() == old["decision"].to_list()
    assert merged(queue.clear(), old).drop("left_text").equals(old.drop("left_text"))


def test_copies_share_a_key_and_other_texts_do_not(clean_of):
    known = known_rows(clean_of("a.csv", [(7, "Too  dear"), (6, "too dear"), (7, "so dear")]))
    assert sorted(map(len, known.rows_by_key.values())) == [1, 2]
    assert text_key("Call 0171 555 1234") == text_key("call [phone]")
