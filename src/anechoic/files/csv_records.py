"""Text becomes records: CSV of any common delimiter. No record is lost.

A record that cannot be parsed is given with its problem, and reading goes on at the line after its first, so
that one stray quote costs one record, not the rest of the file.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO

csv.field_size_limit(2**31 - 1)  # a field may be as long as its file

IsLabel = Callable[[str], bool]

STRAY_QUOTES = "quotes that were not doubled"
SWALLOWED_SHARE = 0.6  # of the lines inside a quoted field, from which they are records and the quote never closed
SWALLOWED_LINES = 2  # fewest of them: one line that starts like a record may be part of a text


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a drop. `problem` names what keeps it from being read, empty where nothing does."""

    record: int  # 1-based, header not counted
    line: int  # 1-based, where it starts
    raw: str
    fields: tuple[str, ...]
    problem: str = ""
    detail: str = ""
    repair: str = ""  # what was done so that it could be read, empty where nothing was


def counted(count: int, noun: str) -> str:
    """A number and what it counts: `1 line`, `2 lines`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def no_label(_: str) -> bool:
    """Nothing is known about labels."""
    return False


def parse(text: str, delimiter: str = ",", is_label: IsLabel = no_label, quote: str = '"') -> Iterator[Record]:
    """A CSV text -> its records in order (RFC 4180), blank lines left out.

    Quotes that stand inside a field without being doubled are taken as they are where the record keeps the
    width of the first. `is_label` knows the taxonomy: a quote that swallows whole labelled records never closed.
    """
    lines = _Lines(list(StringIO(text, newline="")))
    reader = csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True)
    number = width = 0
    while lines.next < len(lines.all):
        start, detail, repair = lines.next, "", ""  # a record may end lines later
        fields: list[str] = []
        try:
            fields = next(reader, [])
            inside = lines.all[start + 1 : lines.next]
            if len(inside) > 1 and _swallows(inside, len(fields), (delimiter, quote), is_label):
                raise csv.Error("a quote opens here and closes only records later")
        except csv.Error as error:
            # Take the first line alone and read on at the second: a stray quote costs one record, not all the rest.
            fields = stray_quotes(lines.all[start].rstrip("\r\n"), (delimiter, quote), width)
            detail, repair = ("", STRAY_QUOTES) if fields else (str(error), "")
            lines.next = start + 1
            reader = csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True)
        if fields or detail:
            number += 1
            width = width or len(fields)
            raw = "".join(lines.all[start : lines.next]).rstrip("\r\n")
            detail = detail and f"{detail}. Double each quote inside a quoted text."
            yield Record(number, start + 1, raw, tuple(fields), "broken_record" if detail else "", detail, repair)


class _Lines:
    """Lines handed to the CSV reader one by one; `next`, the row of the next line, can be set back."""

    def __init__(self, lines: list[str]) -> None:
        self.all, self.next = lines, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.next >= len(self.all):
            raise StopIteration
        self.next += 1
        return self.all[self.next - 1]


def _swallows(lines: list[str], width: int, marks: tuple[str, str], is_label: IsLabel) -> bool:
    """Whether most lines inside a quoted field are labelled records of their own; marks: delimiter and quote."""
    delimiter, quote = marks
    rows = [line.rstrip("\r\n").split(delimiter) for line in lines]
    labelled = [row for row in rows if len(row) >= width and any(is_label(field.strip(quote)) for field in row)]
    return len(labelled) >= max(SWALLOWED_LINES, SWALLOWED_SHARE * len(lines))


def stray_quotes(line: str, marks: tuple[str, str], width: int) -> list[str]:
    """The fields of a line whose quotes are not doubled, empty where that gives another width or no end.

    marks: delimiter and quote; width: of the file, 0 where it is not known yet.
    """
    delimiter, quote = marks
    fields: list[str] = []
    rest = line
    while rest.startswith(quote) or delimiter in rest:
        if len(fields) == width - 1:
            break  # the last field takes what is left, delimiters included
        if rest.startswith(quote):
            end = rest.find(f"{quote}{delimiter}", 1)
            if end < 0:
                break
            field, rest = rest[1:end], rest[end + 2 :]
        else:
            field, _, rest = rest.partition(delimiter)
        fields.append(field.replace(quote * 2, quote))
    if rest.startswith(quote):
        closed = len(rest) > 1 and rest.endswith(quote)
        if rest.count(quote) % 2 and not (closed and quote == "'"):
            return []  # never closed; apostrophes come one at a time
        rest = rest[1:-1] if closed else rest
    fields.append(rest.replace(quote * 2, quote))
    return fields if len(fields) == (width or max(2, len(fields))) else []
