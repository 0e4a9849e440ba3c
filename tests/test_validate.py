import subprocess
import sys

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anechoic.files.csv_records import parse
from anechoic.normalize.normalize import normalize
from anechoic.project import io
from anechoic.project.errors import DataError
from anechoic.text.repair import canonicalize, numbers_of
from anechoic.validate.expectations import expect
from anechoic.validate.gate import stop_on_critical
from anechoic.validate.quarantine import quarantine_files
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import validate

PARAMS = io.read_params("validate", ValidateParams)


def intake(labels, exam=None, **raw):
    return validate({f"{name}.csv": text.encode() for name, text in raw.items()}, exam or {}, labels, PARAMS)


def reasons(result):
    return dict(result.quarantine.select("record", "reason").iter_rows())


def test_header_is_recognised_in_any_order_and_never_swallowed_as_data(labels):
    with_header = intake(labels, a='Text,LABEL\n"too dear, sorry",7\n')
    without = intake(labels, a='7,"too dear, sorry"\n')
    assert with_header.rows["text"].to_list() == without.rows["text"].to_list() == ["too dear, sorry"]
    assert with_header.report.drops[0].header
    assert not without.report.drops[0].header
    assert "'text'" in with_header.report.drops[0].evidence


def test_first_row_of_a_file_without_header_is_data(labels):
    assert intake(labels, a="1,unknown\n2,unresponsive\n").rows.height == 2


def test_records_may_hold_line_breaks_and_know_their_line(labels):
    result = intake(labels, a='label,text\n7,"two\nlines"\n6,late\n')
    assert result.rows.select("record", "line").rows() == [(1, 2), (2, 4)]


def test_labels_come_as_id_or_name_in_any_case(labels):
    rows = intake(labels, a="7,a b\nPRICE,c d\n Lead Time ,e f\n").rows
    assert rows["label_id"].to_list() == [7, 7, 6]
    assert rows["label"].to_list() == ["price", "price", "lead time"]


def test_each_planted_fault_is_quarantined_with_its_reason_and_the_clean_rows_are_not(labels):
    text = '7,good one\n7,\n7,"  "\n,no label\n9,unknown id\nprize,typo\n7,a,12\n3,"never closed\n3,good two\n'
    result = intake(labels, a=text)
    assert reasons(result) == {
        2: "empty_text",
        3: "whitespace_only",
        4: "label_missing",
        5: "label_unknown",
        6: "label_unknown",
        7: "ragged_record",
        8: "broken_record",
    }
    assert result.rows["text"].to_list() == ["good one", "good two"]


def test_an_unknown_label_is_told_what_was_meant(labels):
    detail = intake(labels, a="prize,too dear\n").quarantine["detail"][0]
    assert "did you mean 7 price?" in detail


def test_an_unreadable_file_does_not_stop_the_others(labels):
    raw = {
        "bad.csv": b"PK\x03\x04 a workbook",
        "closed.csv": PermissionError(13, "Permission denied"),
        "good.csv": b"7,dear\n6,late\n",
    }
    result = validate(raw, {}, labels, PARAMS)
    assert result.rows.height == 2
    details = result.quarantine["detail"].to_list()
    assert "Excel" in details[0]
    assert "Permission denied" in details[1]


def test_dirty_demo_loses_nothing(labels):
    result = validate({"dirty.csv": b"\xef\xbb\xbflabel,text\r\n7,dear\r\n\r\n8,no credit\r\n"}, {}, labels, PARAMS)
    assert (result.report.records, result.report.valid) == (2, 2)


def test_further_columns_are_kept(labels):
    rows = intake(labels, a="id,label,text\n17,7,too dear\n").rows
    assert rows["meta"].to_list() == ['{"id": "17"}']


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({}, "data/raw/ holds no file"),
        ({"a.csv": b""}, "No valid row"),
        ({"a.csv": b"label,text\n"}, "No valid row"),
        ({"a.csv": b"7,\n"}, "a.csv line 1: nothing to read"),
        ({"a.csv": b"7,one row\n"}, "carries one label, 'price'"),
        ({"a.csv": b"7,dear\n7,steep\n6,late\n"}, "'lead time' 1 \\(first: data/raw/a.csv line 3\\)"),
        ({"a.csv": b"99,a\n98,b\n"}, "label '99' is outside the taxonomy"),
        ({"a.csv": b"%PDF-1.7"}, "a.csv line 1: The file is a PDF: save the table as CSV"),
    ],
)
def test_what_cannot_be_trained_on_stops_the_run_and_says_what_to_do(labels, raw, message):
    result = validate(raw, {}, labels, PARAMS)
    with pytest.raises(DataError, match=message):
        stop_on_critical(result, expect(result, labels, PARAMS), PARAMS)


def test_quarantine_files_name_the_record_and_what_to_do(labels):
    files = quarantine_files(intake(labels, a="7,good\nprize,typo\n").quarantine)
    assert "prize,typo" in files["a.csv"].replace('"', "")
    assert "did you mean" in files["a.csv"]


@given(st.text(alphabet=st.sampled_from('ab7,"\n\r \t;|\x00é'), max_size=60))
def test_no_text_is_lost_in_parsing(text):
    kept = sum(len(record.raw.strip("\r\n")) for record in parse(text))
    ends = sum(text.count(end) for end in "\r\n")
    assert kept <= len(text) <= kept + ends
    assert all(record.problem or record.fields for record in parse(text))


def test_canonical_form_repairs_and_tidies_but_keeps_case():
    assert canonicalize("  The CafÃ©\u0007\t owner ") == "The Café owner"


def test_numbers_are_kept_aside():
    assert numbers_of("14,500 is our ceiling, you are at 16,200.") == ["14,500", "16,200"]


def test_normalize_keeps_every_row_in_order(labels):
    rows = intake(labels, a="7,a b\n6,c d\n").rows
    clean = normalize(rows)
    assert clean.select(rows.columns).equals(rows)
    assert clean["canonical"].dtype == pl.String


def test_the_stage_loads_nothing_heavy_before_it_is_needed():
    heavy = ("great_expectations", "pandas", "scipy", "lingua", "ftfy", "pyarrow", "charset_normalizer", "stdnum")
    code = f"import sys, pipelines.validate; print(*[name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"
