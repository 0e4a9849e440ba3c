"""Which column is the label and which the text: what a person would say of files as people have them."""

from collections import Counter

import pytest

from anechoic.files.read import UNKNOWN, Drop, label_of, meta_of, read_drop, text_of
from anechoic.files.taxonomy import Taxonomy

NAMES = {1: "unknown", 2: "wrong item", 3: "lead time", 4: "price"}
TAXONOMY = Taxonomy(NAMES)
TEXTS = [
    f"the {noun} was {said} for order {row}"
    for row in range(20)
    for noun in ("van", "fee")
    for said in ("bad", "odd")
]
IDS = [1 + row % 4 for row in range(80)]
ROWS = range(80)
WRONG = [1 + row % 3 for row in ROWS]  # ids of classes that are none: an annotator, a rating
FLAGS = [[int(label == label_id) for label_id in NAMES] for label in IDS]


def drop(header: str, *columns: list, taxonomy=TAXONOMY) -> Drop:
    lines = [",".join(map(str, fields)) for fields in zip(*columns, strict=True)]
    return read_drop("a.csv", "raw", "\n".join([*([header] if header else []), *lines]).encode(), taxonomy)


def labels(read: Drop) -> list[int | None]:
    return [TAXONOMY.find(label_of(record, read.layout)) for record in read.records]


def texts(read: Drop) -> list[str]:
    return [text_of(record, read.layout) for record in read.records]


NAMED = [NAMES[label] for label in IDS]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("label,text", (IDS, TEXTS)),
        ("annotator,category,comment", (WRONG, NAMED, TEXTS)),
        ("class,cause,text", (WRONG, NAMED, TEXTS)),
        ("Sterne,Ursache,Freitext", (WRONG, NAMED, TEXTS)),
        ("stars,code,text", (WRONG, IDS, TEXTS)),
        ("", (WRONG, NAMED, TEXTS)),
        ("", (WRONG, IDS, TEXTS)),
        ("", (IDS, WRONG, TEXTS)),
        ("", (IDS, list(range(1, 81)), TEXTS)),
        ("label,name of class,text", (IDS, NAMED, TEXTS)),
        ("label,its name,text", ([label % 4 + 1 for label in IDS], NAMED, TEXTS)),  # ids of another list
        ("category,subcategory,text", (["late" if label == 3 else "other" for label in IDS], NAMED, TEXTS)),
        ("code,reason", (IDS, TEXTS)),
        ("label,vip,urgent,text", (IDS, [row % 2 for row in ROWS], [row % 3 % 2 for row in ROWS], TEXTS)),
        ("Grund,Kommentar", ([f"{label}.0" for label in IDS], TEXTS)),
    ],
)
def test_the_label_is_the_column_of_classes_and_not_numbers_that_happen_to_be_ids(header, columns):
    read = drop(header, *columns)
    assert labels(read) == IDS, read.layout.evidence
    assert texts(read) == TEXTS, read.layout.evidence


@pytest.mark.parametrize(
    ("header", "columns", "other"),
    [
        ("", (WRONG, IDS, TEXTS), "column 1 (100 % are classes or ids) could be read as the labels too"),
        ("rating,label,text", (WRONG, NAMED, TEXTS), "column 1 'rating' (100 % are classes or ids)"),
        ("label,called,text", (IDS, NAMED, TEXTS), "column 2 'called' says the same"),
    ],
)
def test_the_evidence_names_the_other_reading(header, columns, other):
    assert other in drop(header, *columns).layout.evidence


@pytest.mark.parametrize(
    "name", ["stars", "rating", "turn", "annotator_id", "helpful votes", "Bewertung", "Puntuación"]
)
def test_numbers_that_are_called_something_else_are_no_labels(name):
    read = drop(f"{name},text", WRONG, TEXTS)
    assert not read.layout.labelled
    assert "could be read as the labels too" in read.layout.evidence
    assert texts(read) == TEXTS


def test_a_column_named_label_is_believed_beside_numbers_even_if_no_class_of_it_is_known():
    given = [f"class {label}" for label in IDS]
    read = drop("turn,label,text", [row % 20 for row in ROWS], given, TEXTS)
    assert [label_of(record, read.layout) for record in read.records] == given


@pytest.mark.parametrize("taxonomy", [TAXONOMY, UNKNOWN])
@pytest.mark.parametrize(
    "header",
    ["unknown,wrong item,lead time,price", "label_unknown,label_wrong item,label_lead time,label_price"],
)
@pytest.mark.parametrize("one", ["1", "1.0", "True", "x"])
def test_one_hot_columns_are_their_classes(taxonomy, header, one):
    zero = {"1": "0", "1.0": "0.0", "True": "False", "x": ""}[one]
    flags = [[one if flag else zero for flag in column] for column in zip(*FLAGS, strict=True)]
    read = drop(f"stars,{header},comment", WRONG, *flags, TEXTS, taxonomy=taxonomy)
    assert labels(read) == IDS
    assert texts(read) == TEXTS
    assert meta_of(read.records[0], read.layout) == '{"stars": "1"}'
    assert "4 columns of 0 and 1" in read.layout.evidence


def test_a_record_of_several_ones_has_several_labels_and_one_of_none_has_no_label():
    flags = [list(column) for column in zip(*FLAGS, strict=True)]
    flags[3][0] = 1
    flags[1][1] = 0
    read = drop("unknown,wrong item,lead time,price,comment", *flags, TEXTS)
    given = [label_of(record, read.layout) for record in read.records]
    assert given[0] == "unknown; price"
    assert given[1] == ""


def test_one_hot_columns_without_names_are_refused_and_flags_beside_a_label_are_none():
    bare = drop("", *zip(*FLAGS, strict=True), TEXTS)
    assert not bare.layout.labelled
    assert "no header names them" in bare.layout.evidence
    beside = drop("label,a,b,c,d,text", NAMED, *zip(*FLAGS, strict=True), TEXTS)
    assert labels(beside) == IDS


@pytest.mark.parametrize("taxonomy", [TAXONOMY, UNKNOWN])
@pytest.mark.parametrize("name", ["content", "note", "feedback", "review", "comment", "body"])
@pytest.mark.parametrize(
    "values", [[row % 2 for row in ROWS], ["web" if row % 2 else "mail" for row in ROWS], [""] * 80]
)
def test_a_column_named_like_texts_that_holds_none_is_not_the_text(taxonomy, name, values):
    read = drop(f"{name},label,what they wrote", values, NAMED, TEXTS, taxonomy=taxonomy)
    assert texts(read) == TEXTS, read.layout.evidence
    assert labels(read) == IDS, read.layout.evidence


def test_a_longer_column_is_not_the_text_where_one_is_named_so_or_where_it_repeats():
    about = [f"A product that is described at some length number {row % 3} and then at some more" for row in ROWS]
    assert texts(drop("description of it,comment,label", about, TEXTS, NAMED)) == TEXTS
    assert texts(drop("", about, TEXTS, NAMED)) == TEXTS


@pytest.mark.parametrize("taxonomy", [TAXONOMY, UNKNOWN])
@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("text", (TEXTS,)),
        ("id,text", (range(5000, 5080), TEXTS)),
        ("", (range(5000, 5080), TEXTS)),
        (
            "date,customer,text",
            ([f"2023-06-{row % 28 + 1:02}" for row in ROWS], [f"Ann {row} B" for row in ROWS], TEXTS),
        ),
    ],
)
def test_a_file_without_labels_has_no_label_column(taxonomy, header, columns):
    read = drop(header, *columns, taxonomy=taxonomy)
    assert not read.layout.labelled, read.layout.evidence
    assert texts(read) == TEXTS
    assert read.layout.header == bool(header)


def test_of_code_and_name_the_names_are_taken_where_no_class_is_known():
    read = drop("label,label_name,text", IDS, NAMED, TEXTS, taxonomy=UNKNOWN)
    assert Counter(label_of(record, read.layout) for record in read.records) == dict.fromkeys(NAMES.values(), 20)


def test_a_file_sorted_by_its_labels_is_read_as_one_that_is_not():
    ids = sorted(1 + row % 4 for row in range(12_000))
    read = drop(
        "stars,code,text",
        [row % 5 for row in range(12_000)],
        ids,
        [f"came late by {row} days" for row in range(12_000)],
    )
    assert labels(read) == ids
