"""Files as people have them: read as a person would, or refused with one sentence that says what they are."""

import gzip
import io as streams
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.files.read import UNKNOWN, label_of, read_drop, text_of
from anechoic.files.taxonomy import Taxonomy

CLASSES = Taxonomy({7: "price", 6: "lead time", 8: "credit", 3: "error"})
ROWS = [
    ("price", "too dear, really"),
    ("lead time", "came late"),
    ("credit", 'they said "no"'),
    ("price", "dear\nagain"),
    ("error", "it's the wrong size"),
]
OBJECTS = [{"label": label, "text": text} for label, text in ROWS]


def read(content: str | bytes, role="raw", taxonomy=CLASSES):
    return read_drop("a", role, content.encode() if isinstance(content, str) else content, taxonomy)


def rows(drop) -> list[tuple[str, str]]:
    return [(label_of(each, drop.layout), text_of(each, drop.layout)) for each in drop.records if not each.problem]


def problems(drop) -> dict[int, str]:
    return {record.line: record.problem for record in drop.records if record.problem}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "whole",
    [
        OBJECTS,
        {"data": OBJECTS},
        {"count": 5, "results": OBJECTS, "next": None},
        {"response": {"items": OBJECTS}},
        {"label": [label for label, _ in ROWS], "text": [text for _, text in ROWS]},
        {name: {str(at): each[name] for at, each in enumerate(OBJECTS)} for name in ("label", "text")},
        {str(at): each for at, each in enumerate(OBJECTS)},
        {"columns": ["label", "text"], "index": [0, 1, 2, 3, 4], "data": [list(row) for row in ROWS]},
        [{"annotation": {"label": [label]}, "data": {"text": text}} for label, text in ROWS],
        [{"text": text, "annotations": [{"result": [{"choices": [label]}]}]} for label, text in ROWS],
    ],
)
def test_json_of_any_shape_gives_the_same_rows(whole, indent):
    drop = read(json.dumps(whole, indent=indent))
    assert rows(drop) == ROWS
    assert not problems(drop)


def test_objects_of_several_lines_one_after_the_other_are_records():
    drop = read("\n".join(json.dumps(each, indent=1) for each in OBJECTS))
    assert rows(drop) == ROWS
    assert [record.line for record in drop.records] == [1, 5, 9, 13, 17]


def test_a_json_label_may_be_a_list_of_none_one_or_several():
    items = [{"label": [], "text": "a"}, {"label": [7], "text": "b"}, {"label": ["price", "credit"], "text": "c"}]
    drop = read(json.dumps([*OBJECTS, *items]))
    assert rows(drop)[5:] == [("", "a"), ("7", "b"), ("price; credit", "c")]


@given(st.integers(1, 400), st.sampled_from([None, 1]), st.sampled_from(["data", None]))
def test_what_a_cut_json_file_still_holds_is_read_and_the_cut_is_told(cut, indent, key):
    whole = json.dumps({key: OBJECTS} if key else OBJECTS, indent=indent)
    drop = read(whole[: -min(cut, len(whole) - 25)])
    found = rows(drop)
    if drop.records[0].problem != "unreadable_file":
        assert found == ROWS[: len(found)]
        assert "what could be read was read" in drop.layout.evidence


def test_one_broken_object_of_a_json_array_costs_itself():
    drop = read(json.dumps(OBJECTS, indent=2).replace('"lead time",', '"lead time"'))
    assert rows(drop) == [ROWS[0], *ROWS[2:]]
    assert problems(drop) == {6: "broken_record"}


def test_fasttext_lines_are_read_whichever_end_their_labels_stand_at():
    text = "__label__price too dear, see __label__x there\ncame late __label__lead_time\n"
    text += "__label__price  __label__credit both\n"
    drop = read(text + "__label__credit no terms\n" * 4 + "no label\n")
    assert rows(drop)[:2] == [("price", "too dear, see __label__x there"), ("lead_time", "came late")]
    assert rows(drop)[-1] == ("", "no label")
    assert rows(drop)[2] == ("price; credit", "both")
    assert not problems(drop)
    assert rows(read('__label__price,too dear\n__label__credit,"no, terms"\n'))[1] == ("credit", "no, terms")


PLAIN = [
    ("price", "too dear, really"),
    ("lead time", 'he said "no" to us'),
    ("credit", "no terms"),
    ("error", "it's"),
]


def written(escape) -> str:
    return "".join(f'"{label}","{escape(text)}"\n' for label, text in PLAIN)


@pytest.mark.parametrize("header", ["", "label,text\n"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (written(lambda text: text.replace('"', '\\"')), "behind a backslash"),
        ("".join('"' + f'"{a}","{b}"'.replace('"', '""') + '"\n' for a, b in PLAIN[:1] + PLAIN[2:]), "as a whole"),
        ("".join("'{}','{}'\n".format(a, b.replace("'", "''")) for a, b in PLAIN), "single quotes"),
        ("".join(f"{a},{b}\n" for a, b in PLAIN * 2), "not quoted"),
        (written(lambda text: text.replace('"', '""')).replace("dear", "de\0ar"), "zero bytes"),
        (written(lambda text: text.replace('"', '""').replace(" to us", "_x0020_to us")), "Excel's codes"),
    ],
)
def test_what_a_program_did_to_the_quotes_is_undone_and_told(text, told, header):
    drop = read(header + text)
    assert set(rows(drop)) >= {PLAIN[0], PLAIN[2], PLAIN[3]}
    assert set(rows(drop)) <= set(PLAIN)
    assert not problems(drop)
    assert told in drop.layout.evidence
    assert [record.raw for record in drop.records] == text.splitlines()


CLEAN = [
    ("price", "see C:\\new\\table.txt and \\\\server\\names"),
    ("credit", "docs\\new, or C:\\dir\\"),
    ("error", "'twas 'wrong', they said"),
    ("price", "so __label__price it is"),
    ("price", "see my_x1234_name there"),
    ("lead time", 'a "quoted" word, a comma'),
    ("credit", "total rubbish"),
    ("price", "it's not right"),
]


@given(st.lists(st.sampled_from(CLEAN), min_size=1, max_size=12), st.booleans())
def test_a_clean_file_is_read_as_it_stands(table, header):
    text = "".join('{},"{}"\n'.format(label, text.replace('"', '""')) for label, text in table)
    drop = read(("label,text\n" if header else "") + text)
    assert rows(drop) == table
    assert not any(record.repair for record in drop.records)


def test_line_breaks_written_as_two_signs_become_line_breaks_and_paths_stay():
    text = (
        "price,too dear.\\nThanks\ncredit,no terms\\nhelp\nerror,see C:\\new\\notes.txt\nprice,docs\\new is new\n"
    )
    drop = read(text)
    told = ["too dear.\nThanks", "no terms\nhelp", "see C:\\new\\notes.txt", "docs\\new is new"]
    assert [text for _, text in rows(drop)] == told
    assert "line break: 2 texts" in drop.layout.evidence


def test_commas_are_put_back_into_a_text_only_where_the_other_columns_are_sure():
    text = "date,text,label\n2023-01-01,too dear, really,price\n2023-01-02,no terms,credit\n"
    drop = read(text + "2023-01-03,late,lead time\n2023-01-03,a, b,nonsense\n2023-01-04,late,lead time,5\n")
    assert rows(drop)[0] == ("price", "too dear, really")
    assert problems(drop) == {5: "ragged_record", 6: "ragged_record"}
    free = "city,label,text\nBerlin,price,dear\nBad Tölz,price,dear\nKöln, am Rhein,price,dear\n"
    assert problems(read(free)) == {4: "ragged_record"}


SURVEY = (
    "StartDate,ResponseId,Q1,Q2\n"
    '"Start Date","Response ID","Why did you cancel?","Tell us, please"\n'
    '"{""ImportId"":""startDate""}","{""ImportId"":""_id""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n'
)
ANSWERED = [(label, f"{text} and we looked elsewhere") for label, text in PLAIN[1:] * 2]
ANSWERS = [f"2023-01-0{at},R_{at},{label},{text}" for at, (label, text) in enumerate(ANSWERED, 1)]


def test_further_header_lines_of_a_survey_are_named():
    drop = read(SURVEY + "\n".join(ANSWERS))
    assert problems(drop) == {2: "no_data_row", 3: "no_data_row"}
    assert rows(drop) == ANSWERED
    assert "further line of the header, as survey tools write it, no record: 2 lines" in drop.layout.evidence
    answer = "Respondent ID,When,Why did you cancel?,What happened?\n,,Response,Open-Ended Response\n"
    again = read(answer + "\n".join(f"9{each}" for each in ANSWERS))
    assert problems(again) == {2: "no_data_row"}
    assert rows(again) == ANSWERED


def test_titles_above_rules_within_and_sums_below_are_named():
    table = "| label | text |\n| --- | --- |\n| price | too dear |\n| credit | no terms |\n"
    assert problems(read(table)) == {2: "no_data_row"}
    titles, below = (
        "Cancellations,,,\nJune 2023,,,\n\nid,day,reason,comment\n",
        "\n\nTotal,6,,\nGenerated on 2023-07-01,,,\n",
    )
    drop = read(titles + "\n".join(ANSWERS) + below)
    assert set(problems(drop).values()) == {"no_data_row"}
    assert list(problems(drop)) == [1, 2, 12, 13]
    assert drop.layout.columns == ("id", "day", "reason", "comment")
    assert rows(drop) == ANSWERED


@pytest.mark.parametrize("header", [True, False])
def test_a_header_whose_column_is_named_like_a_class_is_told_by_the_texts(header):
    text = "price,comment\n" if header else "price,expensive\n"
    drop = read(text + "price,this was too dear\ncredit,my card was declined\nerror,the wrong size came\n")
    assert drop.layout.header is header
    assert len(rows(drop)) == 4 - header


def zipped(*names: str) -> bytes:
    stream = streams.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


MARKDOWN = "# Title\n\nSome words, and more.\n\n- one\n- two, three\n\nSee [here](https://example.com), or not.\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel file"),
        (zipped("word/document.xml"), "a Word file"),
        (zipped("a.csv"), "a zip archive (a.csv)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a picture"),
        (b"GIF89a" + bytes(40), "a picture"),
        (b"SQLite format 3\0" + bytes(40), "an SQLite database"),
        (gzip.compress(b"%PDF-1.7\n"), "a PDF"),
        (b"<!DOCTYPE html>\n<html><body>label,text</body></html>", "an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n", "a Git LFS pointer"),
        (MARKDOWN.encode(), "a Markdown text"),
        (b"import os\nimport sys, re\n\ndef main():\n    print(1)\n", "a program's source"),
        (
            b"It was late.\nIt was the worst, they say.\nAnd then\nthere were none, or so, they said\n",
            "running text",
        ),
        (b"a:\n  b: 1, 2\n  c: x\n  d: 3\n- e: y\n", "a YAML file"),
        (b'{"nbformat": 4, "cells": [{"a": 1}]}', "a Jupyter notebook"),
    ],
)
def test_what_is_no_table_is_called_by_its_kind(content, kind):
    drop = read(content)
    assert [record.problem for record in drop.records] == ["unreadable_file"]
    assert kind in drop.records[0].detail


def test_an_inbox_of_a_text_a_line_is_no_running_text():
    drop = read("the first one\na second, longer\na third\nmore, and more, more\n", role="inbox", taxonomy=UNKNOWN)
    assert [text_of(record, drop.layout) for record in drop.records][1::2] == [
        "a second, longer",
        "more, and more, more",
    ]
    assert not problems(drop)


LINES = st.lists(
    st.sampled_from(
        [
            *(
                "price,too dear",
                "credit,a, b",
                '"error","wrong, size"',
                "label,text",
                "Total,4",
                "A title",
                "",
                "x",
            ),
            *(
                'price,"he said \\"no\\""',
                "'price','dear, so'",
                '"""price"",""dear"""',
                'price,"never closed',
                ",,",
            ),
            *(
                "__label__price dear",
                '{"label": "price", "text": "dear"}',
                "[",
                "]",
                "price,a_x000D_",
                "price,a\\nb",
            ),
        ]
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=300)
@given(LINES, st.booleans())
def test_every_line_belongs_to_one_record_or_the_header_or_the_file_is_set_aside_whole(lines, known):
    text = "\n".join(lines) + "\n"
    drop = read(text, taxonomy=CLASSES if known else UNKNOWN)
    if drop.records and drop.records[0].problem == "unreadable_file":
        return
    covered: list[int] = []
    for record in drop.records:
        covered += range(record.line, record.line + record.raw.count("\n") + 1)
    filled = {number for number, line in enumerate(lines, 1) if line.strip(" ")}
    assert drop.delimiter == "JSON" or len(covered) == len(set(covered))
    brackets = (
        {number for number, line in enumerate(lines, 1) if line in "[]"} if drop.delimiter == "JSON" else set()
    )
    assert len(filled - set(covered) - brackets) <= (
        drop.layout.header and drop.delimiter not in ("JSON", "fastText")
    )


@pytest.mark.parametrize("header", ["label,text", '"label,text"'])
@pytest.mark.parametrize("inner", ["{},{}", '{},""{}""'])
def test_lines_quoted_as_a_whole_below_a_header_are_parted_whatever_is_quoted_inside(inner, header):
    lines = [
        f'"{inner.format(label, text)}"\n' for label, text in [("price", "too dear"), ("price", "far too dear")] * 4
    ]
    drop = read(f"{header}\n" + "".join(lines))
    assert rows(drop) == [("price", "too dear"), ("price", "far too dear")] * 4
    assert "as a whole" in drop.layout.evidence


def test_lines_quoted_as_a_whole_below_named_columns_need_no_label_twice():
    plain = [
        ("price", "too dear"),
        ("lead time", "late"),
        ("error", "clicked twice, by accident"),
        ("credit", "no"),
    ]
    drop = read('"label,text"\n' + "".join(f'"{label},{text}"\n' for label, text in plain))
    assert "as a whole: 5" in drop.layout.evidence
    assert [record.fields[0] for record in drop.records] == [label for label, _ in plain]


@pytest.mark.parametrize("header", ["text", "why, in your own words", '"dear, really"'])
def test_a_column_of_quoted_texts_stays_one(header):
    things = "oven saddle kayak lathe piano tractor tent drill".split()
    drop = read(f"{header}\n" + "".join(f'"the {thing} is dear, the {thing} is late"\n' for thing in things))
    assert "as a whole" not in drop.layout.evidence
