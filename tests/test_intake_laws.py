"""Laws of the intake, held against arbitrary input: nothing is lost, nothing escapes, nothing depends on order."""

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from anechoic.files.read import read_drop, row_ids
from anechoic.project import io
from anechoic.project.schema import DropParams
from anechoic.text.formulas import disarm, rearm
from anechoic.text.pii import mask
from anechoic.text.repair import canonicalize, repair
from anechoic.validate.quarantine import quarantine_files
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import validate

PARAMS = io.read_params("validate", ValidateParams)
CSV_LIKE = st.text("ab7,;\"'\n\r\t| =é太\x00\ufeff", max_size=120)
BYTES = st.one_of(
    st.binary(max_size=120),
    CSV_LIKE.flatmap(
        lambda text: st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "utf-16-be"]).map(
            lambda encoding: text.encode(encoding, "replace")
        )
    ),
    st.tuples(
        st.sampled_from([b"PAR1", b"\x1f\x8b\x08", b"sep=", b"{", b"PK\x03\x04"]), st.binary(max_size=60)
    ).map(b"".join),
)
ENCODINGS = ("utf-8", "utf-7", "utf-16", "utf-32", "cp1252", "ascii", "idna", "punycode", "unicode_escape")
KNOWN = st.builds(
    DropParams,
    header=st.sampled_from([None, True, False]),
    label=st.sampled_from([None, 1, 2, 99, 0, "text", "nowhere"]),
    text=st.sampled_from([None, 1, 2, -1, "label"]),
    delimiter=st.sampled_from([None, ",", ";", "\t", " ", "a"]),
    encoding=st.sampled_from([None, *ENCODINGS, "raw_unicode_escape", "base64", "no-such"]),
)
SLOW = settings(deadline=None)  # the first example loads the language models


def conserved(result) -> bool:
    report = result.report
    records = result.rows.height + result.quarantine.height
    counted = report.valid + report.quarantined == report.records == sum(drop.records for drop in report.drops)
    return counted and records == report.records and sum(report.reasons.values()) == report.quarantined


@SLOW
@given(
    st.dictionaries(st.sampled_from(["a.csv", "b.jsonl", "c.tsv"]), BYTES), st.dictionaries(st.just("a.csv"), BYTES)
)
def test_whatever_comes_in_is_rows_or_quarantine(labels, raw, exam):
    result = validate(raw, exam, labels, PARAMS)
    assert conserved(result)
    ids = [*result.rows["row_id"], *result.quarantine["row_id"]]
    assert len(set(ids)) == len(ids)
    assert all(result.quarantine["reason"])
    assert set(quarantine_files(result.quarantine)) >= {"README.md"}


@SLOW
@given(BYTES, KNOWN)
def test_whatever_the_user_says_about_a_file_is_rows_or_quarantine(labels, content, known):
    assert conserved(
        validate({"a.csv": content}, {}, labels, PARAMS.model_copy(update={"drops": {"a.csv": known}}))
    )


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("unicode_escape", b"7,half a character \\ud800 here\n"),
        ("utf-7", b"7,half a character +2AA- here\n"),
        ("undefined", b"7,a\n"),
        ("idna", b"7,xn--\x80\n"),
        ("odd\0name", b"7,a\n"),
        ("rot13", b"7,a\n"),
    ],
)
def test_no_codec_stops_the_run(labels, encoding, content):
    known = DropParams(header=None, label=None, text=None, delimiter=None, encoding=encoding)
    result = validate({"a.csv": content}, {}, labels, PARAMS.model_copy(update={"drops": {"a.csv": known}}))
    assert conserved(result)
    assert result.rows.height == int(b"half" in content)


@pytest.mark.parametrize("delimiter", ['"', "\n", "\r", "", "ab"])
def test_what_cannot_part_fields_is_no_delimiter(delimiter):
    with pytest.raises(ValidationError, match="delimiter"):
        DropParams(header=None, label=None, text=None, delimiter=delimiter, encoding=None)


@SLOW
@given(st.permutations(["a.csv", "b.csv", "c.csv"]))
def test_the_order_of_files_changes_no_id(labels, order):
    content = {"a.csv": b"7,a\n6,b\n7,a\n", "b.csv": b"7,a\n", "c.csv": b"6,b\n6,b\n,c\n"}
    places = ["row_id", "drop", "record"]

    def ids(names):
        result = validate({name: content[name] for name in names}, {}, labels, PARAMS)
        return set(result.rows.select(places).rows()) | set(result.quarantine.select(places).rows())

    assert ids(order) == ids(sorted(order))


ROW = st.tuples(st.sampled_from("67"), st.text("abc", min_size=1, max_size=2)).map(",".join)


@given(st.lists(ROW, max_size=6), st.lists(ROW, max_size=6), st.lists(ROW, max_size=4))
def test_inserting_records_changes_no_other_id(before, after, inserted):
    """An id counts the occurrences of a text before it, so only copies of an inserted record may move up."""

    def ids(rows):
        drop = read_drop("a.csv", "raw", "".join(f"{row}\n" for row in rows).encode())
        return list(zip((record.raw for record in drop.records), row_ids(drop), strict=True))

    assume(not set(inserted) & {*before, *after})
    together = ids([*before, *inserted, *after])
    assert [pair for pair in together if pair[0] not in inserted] == ids([*before, *after])


def test_an_id_belongs_to_its_file_and_role():
    content = b"7,a\n"
    drops = [read_drop(name, role, content) for name, role in (("a", "raw"), ("b", "raw"), ("a", "exam"))]
    assert len({row_ids(drop)[0] for drop in drops}) == 3


@given(st.text())
def test_a_disarmed_field_is_no_formula_and_comes_back(field):
    assert rearm(disarm(field)) == field
    assert not disarm(field).startswith(("=", "+", "-", "@", "\t", "\r"))


TEXT = st.one_of(
    st.text(max_size=80),
    st.text("aÃ©â€™&amp;lt<b>/ \u200b\u0301\x07\x1b[0m@.1234-()", max_size=60),
    st.text("0123456789 .-+()/#@abAT[]", max_size=60),
)


@settings(deadline=None)
@given(TEXT)
def test_repairing_twice_is_repairing_once(text):
    assert repair(repair(text)) == repair(text)


@settings(deadline=None)
@given(TEXT)
def test_masking_twice_is_masking_once(text):
    masked, codes = mask(text)
    assert mask(masked) == (masked, [])
    assert bool(codes) == (masked != text)


@settings(deadline=None)
@given(TEXT)
def test_the_canonical_form_of_a_canonical_form_is_itself(text):
    once = canonicalize(text)
    assert canonicalize(once) == once
    assert repair(once) == once
    assert mask(once) == (once, [])


@pytest.mark.parametrize("escapes", [1, 3, 50, 500])
def test_what_was_escaped_many_times_is_repaired_as_what_was_escaped_once(escapes):
    for entity in ("amp;", "#38;", "#x26;", "AMP;"):
        assert repair(f"too &{entity * escapes}lt;b&{entity * escapes}gt; dear") == "too dear"


def test_what_shows_once_its_neighbour_is_masked_is_masked_and_told():
    assert mask("a@b.co4111111111111111") == ("[email][card]", ["pii_email", "pii_card"])
    assert mask("write to ann [at] example.com") == ("write to [email]", ["pii_email"])


# A CSV has no NUL: one that stands in a file is no part of its text.
TEXTS_WITHOUT_NUL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@SLOW
@given(st.lists(st.tuples(st.sampled_from(["7", "prize", ""]), TEXTS_WITHOUT_NUL), min_size=1, max_size=5))
def test_a_quarantine_file_read_again_gives_the_same_records(labels, rows):
    lines = "".join(json.dumps({"label": label, "text": text}) + "\n" for label, text in rows)
    first = validate({"a.jsonl": lines.encode()}, {}, labels, PARAMS)
    for content in (text for name, text in quarantine_files(first.quarantine).items() if name != "README.md"):
        again = validate({"again.csv": content.encode()}, {}, labels, PARAMS).quarantine
        assert again.select("given_label", "text").rows() == first.quarantine.select("given_label", "text").rows()
