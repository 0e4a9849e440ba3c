"""fastText lines become records: labels marked by `__label__` before or behind the text."""

import re
from io import StringIO

from anechoic.files.csv_records import Record

MARK = "__label__"
LABEL = rf"{MARK}[^\s,;|]+"
BEFORE = re.compile(rf"\s*((?:{LABEL}(?:\s+|$))+)")
BEHIND = re.compile(rf"((?:\s+{LABEL})+)\s*$")
WHOLE = re.compile(LABEL)
MARKED_SHARE = 0.8  # of the lines, from which a file is of this kind
BETWEEN_LABELS = "; "  # of one record, as in a field of a table


def is_fasttext(text: str) -> bool:
    """Whether nearly all lines begin or end with labels so marked, space beside them."""
    if MARK not in text:
        return False
    lines = [line for line in StringIO(text) if line.strip()]
    marked = sum(bool(BEFORE.match(line) or BEHIND.search(line)) for line in lines)
    return marked >= MARKED_SHARE * len(lines)


def parse_fasttext(text: str) -> list[Record]:
    """A text of such lines -> records of label and text; a mark in the middle of a text stays there."""
    records: list[Record] = []
    for number, line in enumerate(StringIO(text, newline=""), start=1):
        raw = line.rstrip("\r\n")
        if not raw.strip():
            continue
        before = BEFORE.match(raw)
        rest = raw[before.end() :] if before else raw
        behind = BEHIND.search(rest)
        rest = rest[: behind.start()] if behind else rest
        labels = [label[len(MARK) :] for found in (before, behind) if found for label in found[1].split()]
        labels = list(dict.fromkeys(labels))
        fields = (BETWEEN_LABELS.join(labels), rest.strip())
        records.append(Record(len(records) + 1, number, raw, fields))
    return records


def unmarked(field: str) -> str:
    """A field that is one marked label -> the label; any other as it is."""
    return field.strip()[len(MARK) :] if MARK in field and WHOLE.fullmatch(field.strip()) else field
