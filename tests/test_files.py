"""Files as people really drop them in: encodings, delimiters, headers, formats."""

import csv
import gzip
import io as streams
import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.files.label_suggestions import implied_labels
from anechoic.files.taxonomy import Taxonomy
from anechoic.project import io
from anechoic.project.errors import DataError
from anechoic.project.schema import DropParams, Label, Labels
from anechoic.validate.quarantine import quarantine_files
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import validate

PARAMS = io.read_params("validate", ValidateParams)
ROWS = [
    ("7", "Much too dear, sorry"),
    ("6", "Lieferung für Köln – zu spät; we can’t wait"),
    ("lead time", 'They said "soon", twice'),
    ("Not-Needed", "The café closed\nfor good"),
    ("3", "Wrong size | wrong colour"),
]
NOTHING = DropParams(header=None, label=None, text=None, delimiter=None, encoding=None)


def table(delimiter=",", end="\n", header=("label", "text"), rows=ROWS) -> str:
    stream = streams.StringIO(newline="")
    quoting = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL  # Python quotes only the line ends it writes
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([header, *rows] if header else rows)
    return stream.getvalue()


def read(content: bytes, labels, name="a.csv", known=None) -> pl.DataFrame:
    drops = {} if known is None else {name: known}
    result = validate({name: content}, {}, labels, PARAMS.model_copy(update={"drops": drops}))
    assert result.report.records == result.rows.height + result.quarantine.height
    return result


def same(result, rows=ROWS) -> bool:
    return result.rows["text"].to_list() == [text for _, text in rows] and not result.report.reasons


@pytest.mark.parametrize("header", [("label", "text"), None, ("Reason", "COMMENT"), (" Intent ", "Body")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_common_dialect_gives_the_same_rows(labels, delimiter, encoding, end, header):
    result = read(table(delimiter, end, header).encode(encoding), labels)
    assert same(result), result.report.drops[0]
    assert result.report.drops[0].delimiter == delimiter
    assert result.report.drops[0].header == (header is not None)
    assert result.rows["label"].to_list() == ["price", "lead time", "lead time", "not needed", "error"]


def test_packed_json_and_parquet_files_give_the_same_rows(labels):
    lines = "\n".join(json.dumps({"text": text, "label": label, "n": 1}) for label, text in ROWS)
    parquet = streams.BytesIO()
    pl.DataFrame(
        {"n": range(5), "comment": [text for _, text in ROWS], "class": [at for at, _ in ROWS]}
    ).write_parquet(parquet)
    for name, content in {
        "a.csv.gz": gzip.compress(table().encode()),
        "a.tsv": table("\t").encode(),
        "a.jsonl": lines.encode(),
        "a.parquet": parquet.getvalue(),
    }.items():
        result = read(content, labels, name)
        assert same(result), name
    assert json.loads(result.rows["meta"][0]) == {"n": "0"}


def test_columns_in_any_order_are_told_by_what_they_hold(labels):
    rows = [(f"2023-0{at}-01", text, label) for at, (label, text) in enumerate(ROWS, 1)]
    for header in (
        None,
        ("Datum", "Anmerkung", "Ursache"),
        ("date", "text", "label"),
        ("date", "note", "silver_label"),
    ):
        result = read(table(header=header, rows=rows).encode(), labels)
        assert same(result), header
        assert result.report.drops[0].header == (header is not None), header
    assert json.loads(result.rows["meta"][0]) == {"date": "2023-01-01"}


def test_no_header_is_swallowed_and_no_data_is_taken_for_one(labels):
    unknown_names = read(b"Grund;Kommentar\n7;zu teuer gewesen\n6;kommt viel zu spaet\n7;wieder zu teuer\n", labels)
    assert unknown_names.report.drops[0].header
    one_bad_label = read(b"prize,way too dear for us\n6,comes far too late\n7,too dear once more\n", labels)
    assert not one_bad_label.report.drops[0].header
    assert one_bad_label.report.reasons == {"label_unknown": 1}
    only_labels = read(b"1,unknown\n2,unresponsive\n", labels)
    assert only_labels.rows.height == 2


def test_what_the_user_says_about_a_file_is_not_questioned(labels):
    content = b"label,text\n7,too dear\n6,too late\n"
    told = read(content, labels, known=NOTHING.model_copy(update={"header": False}))
    assert (told.report.records, told.report.reasons) == (3, {"label_unknown": 1})
    swapped = NOTHING.model_copy(update={"label": 2, "text": "label", "header": True})
    assert read(content, labels, known=swapped).report.reasons == {"label_unknown": 2}
    latin = NOTHING.model_copy(update={"encoding": "cp1251"})
    assert (
        read("7,цена высокая\n6,долго ждать\n".encode("cp1251"), labels, known=latin).rows["text"][0]
        == "цена высокая"
    )


def test_excels_habits(labels):
    result = read(b"sep=;\r\nlabel;text;;\r\n7.0;too dear;;\r\n6.0;too late;;\r\n;;;\r\n", labels)
    assert result.rows["label_id"].to_list() == [7, 6]
    assert sum(result.report.reasons.values()) == 1


def test_stray_quotes_cost_at_most_their_own_record(labels):
    text = (
        'label,text\n7,He said "no" to us\n7,"He said "no", to us"\n6,"5" pipe came late\n'
        '3,"never closed\n6,came late\n7,too dear\n3,"wrong one"\n'
    )
    result = read(text.encode(), labels)
    assert result.report.reasons == {"broken_record": 1}
    assert result.rows["text"].to_list()[:3] == ['He said "no" to us', 'He said "no", to us', '"5" pipe came late']


def test_a_quote_that_closes_records_later_swallows_none(labels):
    result = read(b'7,"never closed\n6,came late\n7,too dear\n3,and a quote" at last\n7,"fine"\n', labels)
    assert result.rows["text"].to_list()[-1] == "fine"
    assert result.rows.height >= 3


def test_a_header_that_stands_again_is_named(labels):
    result = read(b"label,text\n7,too dear\nlabel,text\n6,too late\n", labels)
    assert result.report.reasons == {"repeated_header": 1}


def test_a_few_stray_bytes_do_not_spoil_a_file(labels):
    content = "7,zu teuer für uns\n6,zu spät für Köln\n".encode() + "4,nicht nötig\n".encode("cp1252")
    result = read(content, labels)
    assert result.rows["text"].to_list() == ["zu teuer für uns", "zu spät für Köln", "nicht nötig"]
    assert "utf-8 and cp1252" in result.report.drops[0].encoding


@pytest.mark.parametrize(
    "content",
    [gzip.compress(b"7,a b c\n")[:-9], b"PAR1 no parquet", b"PK\x03\x04", b"%PDF-1.4", bytes(range(256)) * 20],
)
def test_what_is_no_table_is_set_aside_whole(labels, content):
    result = read(content, labels)
    assert set(result.report.reasons) <= {"unreadable_file", "broken_record", "ragged_record", "label_unknown"}
    assert result.rows.is_empty()


def test_labels_are_found_in_any_spelling():
    taxonomy = Taxonomy({-1: "none", 0: "Not Needed", 70: "Lead-Time", 7: "price"})
    for label in ("70", "070", "70.0", "lead time", "LEADTIME", "Lead_Time", "70 lead time", "70: Lead-Time"):
        assert taxonomy.find(label) == 70, label
    assert (taxonomy.find("-1"), taxonomy.find("0")) == (-1, 0)
    for label in ("", "8", "prize", "7 lead time", "70.5"):
        assert taxonomy.find(label) is None, label
    assert "did you mean 7 price?" in taxonomy.advice("prize")


def test_many_classes_with_gaps_are_as_easy_as_eight():
    labels = Labels({at * 10: Label(name=f"class number {at}", meaning="") for at in range(77)})
    text = "".join(f"{at * 10},row {at} of many\nclass number {at},row {at} once more\n" for at in range(77))
    result = validate({"a.csv": text.encode()}, {}, labels, PARAMS)
    assert result.rows.height == 154
    assert set(result.rows["label_id"]) == set(range(0, 770, 10))


def test_a_class_without_rows_is_told(labels):
    report = read(b"7,too dear\n6,too late\n", labels).report
    assert report.unused_labels == ["unknown", "unresponsive", "error", "not needed", "found elsewhere", "credit"]


def test_labels_of_a_text_column_are_refused():
    text = "label,text\n" + "".join(f"some long text number {at},another\n" for at in range(500))
    with pytest.raises(DataError, match="500 different labels"):
        implied_labels({"a.csv": text.encode()})


def test_mended_quarantine_is_read_again(labels):
    text = 'when,text,label\nJune,too dear for us,prize\nJuly,"=cmd|x!A1",7\nMay,fine and late,6\n'
    first = read(text.encode(), labels)
    file = quarantine_files(first.quarantine)["a.csv"]
    assert "'=cmd" in file
    mended = file.replace("prize,", "price,", 1)
    again = read(mended.encode(), labels, "a-mended.csv")
    assert again.rows["text"].to_list() == ["too dear for us"]
    assert json.loads(again.rows["meta"][0]) == {"when": "June"}
    assert again.quarantine["text"].to_list() == ["=cmd|x!A1"]


FIELD = st.text(max_size=12)
ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.lists(FIELD, min_size=1, max_size=4), max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    ENCODINGS,
    st.booleans(),
)
def test_no_record_of_any_dialect_is_lost(labels, rows, delimiter, end, encoding, packed):
    text = table(delimiter, end, None, rows)
    content = text.encode(encoding, "replace")
    result = validate({"a.csv": gzip.compress(content) if packed else content}, {}, labels, PARAMS)
    assert result.report.records == result.rows.height + result.quarantine.height
    if any(any(field.replace("\0", "").strip() for field in row) for row in rows):
        assert result.report.records + result.report.drops[0].header >= 1
