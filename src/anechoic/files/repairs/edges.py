"""Lines around a table that are no records: titles above it, second headers, totals and notes below."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median, mode

from anechoic.files.columns.layout import Layout
from anechoic.files.columns.names import TEXT_NAMES, Fields, names_columns
from anechoic.files.csv_records import Record
from anechoic.files.taxonomy import Taxonomy

NO_DATA = "no_data_row"
TITLES = 12  # lines at most above a header
HEADERS = 3  # lines at most below a header that belong to it
SAMPLE = 500  # records that are enough to tell what a column holds
TYPED_SHARE = 0.9  # of a column's fields that hold digits, from which a field without is no record's
LABELLED_SHARE = 0.8  # of the label column that are labels, from which a field that is none may be a header's
LONGER = 1.5  # times the name of a column, from which the texts below it are no names
LEAST = 3  # records below, so that there is something to tell a header line from
IMPORT_ID = re.compile(r'\s*\{\s*"ImportId"\s*:.*\}\s*', re.DOTALL)  # Qualtrics writes one below each question
ANSWER = frozenset(
    ("response", "open-ended response", "other (please specify)", "antwort", "offene antwort", "réponse")
)
# What a line of sums or a note begins with.
BELOW = re.compile(
    r"\s*(?:[\W_]*(?:(?:grand|sub|sub-|overall|running)\s?)?totals?\b|sums?\b|averages?\b|mean\b|count\b"
    r"|(?:zwischen)?summen?\b|gesamt\w*|insgesamt\b|mittelwert\b|anzahl\b|totaux\b|total général|somme\b|moyenne\b"
    r"|suma\b|promedio\b|totale\b|somma\b|media\b|totaal\b|aantal\b|razem\b|(?:#|number|no\.?) of\b"
    r"|(?:end|ende) (?:of|der?s?)\b|(?:report |file |data )?(?:generated|exported|created|printed)\b"
    r"|(?:erstellt|exportiert)\b"
    r"|source\s?:|quelle\s?:|notes?\s?:|page \d|seite \d|copyright\b|©|\(c\) |confidential\b|vertraulich\b"
    r"|\(?\d[\d,. ]* (?:rows?|records?|responses?|entries|lines?|results?|zeilen|datensätze|einträge)\b)",
    re.IGNORECASE,
)
RULE = re.compile(r":?-{2,}:?")  # below the header of a table in Markdown
NUMBER = re.compile(r"[\s\d.,:%€$£()+-]*")
NOTE_CHARACTERS = 80  # at most, of a note below a table


@dataclass(frozen=True)
class Table:
    """The records of a file with its layout, as far as lines around the table are concerned."""

    records: Sequence[Record]  # header left out
    layout: Layout
    taxonomy: Taxonomy
    unlabelled: bool = False  # nothing in it is a label, so that a record like `Total rubbish,3` may be one

    @cached_property
    def _labels(self) -> Counter[str]:
        label = self.layout.label
        given = [
            record.fields[label] for record in self.records if label is not None and label < len(record.fields)
        ]
        return Counter(map(str.strip, given))

    def is_note(self, record: Record) -> bool:
        """Whether what a line holds may be a note: short, at its beginning alone, and no label in it."""
        filled = [field.strip() for field in record.fields if field.strip()]
        if not filled or len(filled[0]) > NOTE_CHARACTERS or not all(map(NUMBER.fullmatch, filled[1:])):
            return False
        label, text = self.layout.label, self.layout.text
        whole = len(record.fields) == len(self.layout.columns)
        if whole and text is not None and not record.fields[text].strip() and BELOW.match(filled[0]):
            return True  # `Total,7,`: the number is no label
        if label is not None and whole:
            filled = [record.fields[label].strip()]
        if self.taxonomy.names:
            return not any(map(self.taxonomy.holds, filled))
        return not any(self._labels[field] > 1 for field in filled if field)

    def is_sum(self, record: Record) -> bool:
        """Whether a record is a word for a sum and numbers: `Total,412`."""
        filled = [field for field in record.fields if field.strip()]
        return self.is_note(record) and bool(BELOW.match(filled[0]))


def titles_above(records: Sequence[Record], taxonomy: Taxonomy) -> Iterator[int]:
    """Records of a file -> how many of the first may be titles above a header, the fewest first.

    A title leaves columns empty and holds no label; the record below fills the usual width, each field once.
    """
    widths = [len(record.fields) for record in records[:SAMPLE] if not record.problem]
    usual = mode(widths) if widths else 0
    sparse = True  # so far
    for number, record in enumerate(records[:TITLES] if usual > 1 else ()):
        given = [field.strip() for field in record.fields if field.strip()]
        whole = len(given) == len(record.fields) >= usual and len(set(given)) == len(given)
        if number and whole and (sparse or names_columns(record.fields)):
            yield number
        if any(map(taxonomy.holds, given)):
            break
        sparse = sparse and len(given) < usual


def marked(table: Table) -> list[Record]:
    """The records of a table -> with `no_data_row` and what it is on each line that is no record."""
    layout, records = table.layout, list(table.records)
    headers = _headers_below(table) if layout.header else 0
    for row in range(headers):
        records[row] = _named(records[row], "a further line of the header, as survey tools write it")
    if len(layout.columns) < 2:
        return records
    for row in range(headers, len(records)):
        if not table.unlabelled and not records[row].problem and table.is_sum(records[row]):
            records[row] = _named(records[row], "a line of sums or a note")
    for row in range(len(records) - 1, max(headers, 1) - 1, -1):  # notes stand below, a blank line between
        record, above = records[row], records[row - 1]
        gap = record.line - above.line - above.raw.count("\n") > 1
        sparse = len(record.fields) < len(layout.columns)
        if record.problem != NO_DATA and not (table.is_note(record) and (gap or (sparse and table.is_sum(record)))):
            break
        records[row] = _named(record, "a note below the table")
    return records


def titles_named(records: Sequence[Record]) -> list[Record]:
    """Titles above a table -> records that say so."""
    return [_named(record, "a title above the table") for record in records]


def _named(record: Record, detail: str) -> Record:
    if record.problem == NO_DATA:
        return record
    return replace(record, problem=NO_DATA, detail=f"{detail}: {record.raw[:60]!r}. It is no record.")


def heads(first: Record, table: Table) -> str:
    """Why a first record that names no known column is a header all the same: `Why did you cancel?`; else empty."""
    if first.problem or len(first.fields) < 2:
        return ""
    if any(IMPORT_ID.fullmatch(field) for record in table.records[:HEADERS] for field in record.fields):
        return "the first record stands above a line of ImportIds"
    if _names_the_text(first.fields, table):
        return "the first record names the text column, the texts below are longer"
    return "the first record is unlike those below it" if _stands_out(first.fields, table) else ""


def _headers_below(table: Table) -> int:
    """How many of the first records belong to the header."""
    beginning = table.records[:HEADERS]
    for number, record in enumerate(beginning, start=1):
        if any(map(IMPORT_ID.fullmatch, record.fields)):
            return number
    count = 0
    for record in beginning:
        filled = {field.strip().casefold() for field in record.fields if field.strip()}
        if filled and all(map(RULE.fullmatch, filled)):
            return count + 1
        if record.problem or not ((filled and filled <= ANSWER) or _stands_out(record.fields, table)):
            break
        count += 1
    return count


def _names_the_text(fields: Fields, table: Table) -> bool:
    """Whether the field above the texts is a known name: `price,comment`, where `price` happens to be a class."""
    text = table.layout.text
    below = [record.fields for record in table.records[:SAMPLE] if len(record.fields) == len(fields)]
    if text is None or text >= len(fields) or len(below) < LEAST:
        return False
    name = fields[text].strip().casefold()
    typical = median(len(row[text]) for row in below)
    return name in TEXT_NAMES and not table.taxonomy.holds(name) and LONGER * len(name) <= typical


def _stands_out(fields: Fields, table: Table) -> bool:
    """Whether a first record is unlike those below: no label, and a question or words above numbers and dates."""
    layout, taxonomy = table.layout, table.taxonomy
    width = len(layout.columns)
    below = [record.fields for record in table.records[1:SAMPLE] if len(record.fields) == width]
    if layout.label is None or len(fields) != width or len(below) < LEAST or not fields[layout.label].strip():
        return False
    labels = [row[layout.label].strip() for row in below]
    own = fields[layout.label].strip()
    if taxonomy.names:
        held = sum(map(taxonomy.holds, labels))
        if held < LABELLED_SHARE * len(labels) or taxonomy.holds(own) or taxonomy.is_near(own):
            return False
    elif own in labels or len(set(labels)) > len(labels) / 2:
        return False
    if fields[layout.label].rstrip().endswith("?"):
        return True
    others = [column for column in range(width) if column not in (layout.label, layout.text)]
    return any(_is_typed(below, column) and _is_words(fields[column]) for column in others)


def _is_words(field: str) -> bool:
    return any(map(str.isalpha, field)) and not any(map(str.isdigit, field))


def _is_typed(below: list[Fields], column: int) -> bool:
    given = [row[column] for row in below if row[column].strip()]
    digits = sum(any(map(str.isdigit, field)) for field in given)
    return len(given) >= LEAST and digits >= TYPED_SHARE * len(given)
