"""The CSV reader held against Python's own on well-formed files, and what becomes of malformed ones."""

import csv
import io as streams

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anechoic.files.csv_records import parse

FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12) | st.text(
    'ab7,;"\n\r\t| ', max_size=12
)
WIDTH = st.integers(1, 4)
TABLE = WIDTH.flatmap(lambda width: st.lists(st.lists(FIELD, min_size=width, max_size=width), max_size=8))
DELIMITER = st.sampled_from(",;\t|")


def written(rows, delimiter, end) -> str:
    stream = streams.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return stream.getvalue()


@given(TABLE, DELIMITER, st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_well_formed_file_reads_as_python_reads_it(rows, delimiter, end):
    text = written(rows, delimiter, end)
    records = list(parse(text, delimiter))
    assert [list(record.fields) for record in records] == rows
    assert rows == list(csv.reader(streams.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    assert not any(record.problem for record in records)


@given(TABLE, DELIMITER)
def test_quotes_only_where_they_are_needed_read_the_same(rows, delimiter):
    plain = [[field.replace("\r", " ") for field in row] for row in rows if any(field.strip() for field in row)]
    stream = streams.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(plain)
    assert [list(record.fields) for record in parse(stream.getvalue(), delimiter)] == plain


@given(TABLE, DELIMITER)
def test_records_count_from_one_and_know_the_line_they_start_on(rows, delimiter):
    text = written(rows, delimiter, "\n")
    records = list(parse(text, delimiter))
    assert [record.record for record in records] == list(range(1, len(rows) + 1))
    lines = list(streams.StringIO(text, newline=""))
    for record in records:
        assert record.raw.startswith(lines[record.line - 1].rstrip("\r\n"))


@given(st.text('ab7,"\n', max_size=60))
def test_a_problem_is_named_and_the_lines_after_it_are_read(text):
    records = list(parse(f'{text}\n"never closed\n7,the last line\n'))
    assert records[-1].fields[-1:] == ("the last line",) or records[-1].problem == "broken_record"
    assert all(bool(record.problem) == bool(record.detail) for record in records)


@pytest.mark.parametrize("blank", ["\n", "\r\n", "\n\n\n"])
def test_blank_lines_are_no_records(blank):
    assert [record.line for record in parse(f"7,a{blank}{blank}6,b{blank}")] == [1, 1 + 2 * blank.count("\n")]


def test_a_field_may_be_longer_than_pythons_own_limit():
    assert [len(record.fields[1]) for record in parse(f"7,{'a' * 300_000}\n")] == [300_000]
