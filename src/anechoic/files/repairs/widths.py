"""Records that have more or fewer fields than their file: a text's own delimiters put back, the rest named."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from anechoic.files.columns.layout import Layout
from anechoic.files.csv_records import Record, stray_quotes
from anechoic.files.taxonomy import Taxonomy

REJOINED = "delimiters inside a text that was not quoted"
DIGITS_SHARE = (
    0.95  # of a column's fields that hold a digit and no space, from which it is one of numbers, dates, ids
)
FEW, REPEATED = (
    20,
    3,
)  # different values at most and times each on average, from which a column is a choice of values
SPACED_SHARE = (
    0.9  # of the fields beyond the second that begin with a space, from which commas are those of sentences
)
LABEL_FIRST_SHARE = 0.9  # of the records whose first field is a label, from which they are `label,text`
LEAST = 5  # records that show it


@dataclass(frozen=True)
class Widths:
    """What a file's well-formed records tell of its columns."""

    records: Sequence[Record]
    layout: Layout
    delimiter: str
    taxonomy: Taxonomy

    def checked(self, record: Record) -> Record:
        """A record -> with what is wrong about its width; empty fields too many (Excel's) are dropped."""
        expected, width = len(self.layout.columns), len(record.fields)
        if record.problem or width == expected:
            return record
        if width > expected and not any(record.fields[expected:]):
            return replace(record, fields=record.fields[:expected])
        if width > expected and (fields := self._rejoined(record)):
            return replace(record, fields=fields, repair=REJOINED)
        detail = f"{width} fields where the file has {expected}. Quote a text that holds the delimiter."
        return replace(record, problem="ragged_record", detail=detail)

    def _rejoined(self, record: Record) -> tuple[str, ...]:
        """The fields with the surplus put back into the text, empty where the others do not fit their columns."""
        text, label = self.layout.text, self.layout.label
        if len(self.layout.columns) == 1:
            return (self.delimiter.join(record.fields),)  # a text a line
        if text is None or label is None:
            return ()
        behind = len(self.layout.columns) - text - 1
        left, right = record.fields[:text], record.fields[len(record.fields) - behind :]
        others = dict(enumerate(left)) | dict(enumerate(right, start=text + 1))
        inside = record.fields[text : len(record.fields) - behind]
        if not all(self._fits(column, field.strip()) for column, field in others.items()) or _holds_more(inside):
            return ()
        if '"' in record.raw and not behind and "\n" not in record.raw:
            again = stray_quotes(record.raw, (self.delimiter, '"'), len(self.layout.columns))
            if tuple(again[:text]) == left:
                return tuple(again)
        return (*left, self.delimiter.join(inside), *right)

    def _fits(self, column: int, field: str) -> bool:
        """Whether a field is one of its column: a label, a number, date or id, one of a few values."""
        if column == self.layout.label and self.taxonomy.names:
            return self.taxonomy.holds(field)
        if column == self.layout.label:
            return field in self._labels
        return self._seen[column](field)

    @cached_property
    def _columns(self) -> list[list[str]]:
        width = len(self.layout.columns)
        whole = [record.fields for record in self.records if not record.problem and len(record.fields) == width]
        return [[fields[column].strip() for fields in whole] for column in range(width)]

    @cached_property
    def _labels(self) -> set[str]:
        """Labels as far as they can be told without a taxonomy: those of two records or more."""
        label = self.layout.label or 0
        from_end = label - len(self.layout.columns) if label > (self.layout.text or 0) else label
        given = [record.fields[from_end].strip() for record in self.records if len(record.fields) > label]
        return {field for field, count in Counter(given).items() if count > 1 and field}

    @cached_property
    def _seen(self) -> list["_Kind"]:
        return [_Kind(fields) for fields in self._columns]


class _Kind:
    """What the fields of a column have in common."""

    def __init__(self, fields: list[str]) -> None:
        given = [field for field in fields if field]
        self.numbered = bool(given) and sum(map(_is_number, given)) >= DIGITS_SHARE * len(given)
        values = set(given)
        self.values = values if len(values) <= FEW and len(given) >= REPEATED * len(values) else set()

    def __call__(self, field: str) -> bool:
        return _is_number(field) if self.numbered else field in self.values


def _is_number(field: str) -> bool:
    """A number, date, time or id: a digit in it, no space but between date and time."""
    return bool(re.fullmatch(r"(?=.*\d)[\w./:+#@-]+(?:[ T][\d:.+-]+(?: ?[AaPp][Mm])?)?", field))


def _holds_more(parts: Sequence[str]) -> bool:
    """Whether a part of what may be one text is a number or date of its own: a field too many, no text."""
    return any(_is_number(part) and not before.rstrip()[-1:].isdigit() for before, part in pairwise(parts))


def label_and_text(records: Sequence[Record], delimiter: str, taxonomy: Taxonomy) -> list[Record]:
    """Records of a file that quotes nothing -> as `label,text` where commas of sentences part its texts.

    Told by: fields beyond the second begin with a space, widths differ, the first field is a label. Any other
    file's records come back as they are.
    """
    whole = [record for record in records if not record.problem]
    beyond = [field for record in whole for field in record.fields[2:]]
    widths = Counter(len(record.fields) for record in whole)
    firsts = Counter(record.fields[0].strip() for record in whole if record.fields)
    if len(whole) < LEAST or len(widths) < 2 or min(widths) != 2 or any('"' in record.raw for record in whole):
        return list(records)
    spaced = sum(field[:1] == " " for field in beyond)
    labels = sum(
        count for first, count in firsts.items() if (taxonomy.holds(first) if taxonomy.names else count > 1)
    )
    if spaced < SPACED_SHARE * len(beyond) or labels < LABEL_FIRST_SHARE * len(whole):
        return list(records)
    return [
        record
        if record.problem or len(record.fields) < 3
        else replace(record, fields=(record.fields[0], delimiter.join(record.fields[1:])), repair=REJOINED)
        for record in records
    ]
