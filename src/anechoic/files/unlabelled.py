"""Unlabelled CSVs: which column is the text, and the records as they came."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from anechoic.files.columns.names import TEXT_NAMES, folded
from anechoic.files.csv_records import Record
from anechoic.files.read import read_drop

SHOWN = 8  # names of columns in a message


@dataclass(frozen=True)
class Inbox:
    """A file to be classified. `problem` says what keeps the whole of it from that, empty where nothing does."""

    name: str
    columns: tuple[str, ...]
    records: tuple[Record, ...]  # header left out
    texts: tuple[str, ...]  # one a record, empty where the record could not be read
    problem: str = ""


def read_inbox(name: str, content: bytes | OSError) -> Inbox:
    """A file that needs no column but a text -> its records and texts; without a header: `id,text`, or a text.

    The text is the column of that name; without a header the one that holds most letters.
    """
    drop = read_drop(name, "inbox", content)
    records, columns = drop.records, drop.layout.columns
    if not records:
        return Inbox(name, columns, (), (), "" if drop.layout.header else "holds no record")
    if all(record.problem == "unreadable_file" for record in records):
        return Inbox(name, (), (), (), records[0].detail)
    if not drop.layout.header and len(records) == 1 and _is_header(records[0]):
        return Inbox(name, tuple(records[0].fields), (), ())
    text = drop.layout.text if drop.layout.header else _most_letters(records)
    texts = tuple(
        record.fields[text] if text is not None and text < len(record.fields) and not record.problem else ""
        for record in records
    )
    words = texts[1:] if len(texts) > 1 else texts  # the first may be a header that names no column we know
    if not any(any(map(str.isalpha, each)) for each in words):
        shown = ", ".join(columns[:SHOWN]) + (" ..." if len(columns) > SHOWN else "")
        return Inbox(name, columns, records, texts, f"no column holds text ({len(columns)} columns: {shown})")
    if not drop.layout.header:
        placeholders = tuple(f"column_{number}" for number in range(1, len(columns) + 1))
        columns = {1: ("text",), 2: ("id", "text")}.get(len(columns), placeholders)
    return Inbox(name, columns, records, texts)


def _is_header(record: Record) -> bool:
    """Whether a record that stands alone names the text: then the file holds no record."""
    return any(folded(field) in TEXT_NAMES for field in record.fields)


def _most_letters(records: Sequence[Record]) -> int:
    """The field, from 0, that holds most letters over all records; ids and codes hold few."""
    letters = Counter[int]()
    for record in records:
        letters.update({column: sum(map(str.isalpha, field)) for column, field in enumerate(record.fields)})
    return max(letters, key=lambda column: (letters[column], -column), default=0)  # the first of equals
