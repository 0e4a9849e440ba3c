"""A CSV text becomes records below a layout: what programs did to it is undone, what is no record is named."""

from collections import Counter
from dataclasses import dataclass, replace
from io import StringIO

from anechoic.files.columns.layout import Heading, Layout, find_layout, layout_of
from anechoic.files.columns.names import names_columns, unique
from anechoic.files.csv_records import Record, counted
from anechoic.files.dialect import sniff
from anechoic.files.formats.fasttext import unmarked
from anechoic.files.formats.foreign import running_text
from anechoic.files.repairs import edges
from anechoic.files.repairs.escapes import excel_signs
from anechoic.files.repairs.readings import SEPARATOR_LINE, read_records, unwrapped
from anechoic.files.repairs.widths import Widths, label_and_text
from anechoic.files.taxonomy import Taxonomy
from anechoic.project.errors import DataError
from anechoic.project.schema import DropParams

NUL = "\0"
TABLE_SHARE = 0.5  # of the records that keep the file's width, below which it is no table
TABLE_RECORDS = 3  # fewest that can tell
LABELLED_SHARE = 0.3  # of the records with a label, from which it is a table all the same


@dataclass(frozen=True)
class CsvTable:
    """The records of a CSV text, header left out, with their layout."""

    records: list[Record]
    layout: Layout
    delimiter: str


@dataclass(frozen=True)
class CsvSource:
    """A CSV text and what is known about it."""

    text: str
    taxonomy: Taxonomy
    known: DropParams | None
    unlabelled: bool  # a file of the inbox


def parse_csv(source: CsvSource) -> CsvTable:
    """A text -> its records. Raises DataError where it is no table at all.

    Records keep the lines and the wording they have in the file, whatever was undone to read them.
    """
    known, taxonomy = source.known, source.taxonomy
    plain, wrapped = unwrapped(source.text.replace(NUL, ""))
    delimiter, why = _delimiter(plain, source)
    records, done = read_records(plain, delimiter, taxonomy.holds)
    if SEPARATOR_LINE.match(plain):
        records = records[1:]
    if plain != source.text:
        records = _as_they_stand(records, source.text)
    if wrapped:
        done.append(f"lines quoted once more as a whole: {wrapped}")
    if zeros := sum(NUL in line for line in StringIO(source.text, newline="")):
        done.append(f"zero bytes taken out: {counted(zeros, 'line')}")
    records, signs = excel_signs(replace(record, fields=tuple(map(unmarked, record.fields))) for record in records)
    if known is None or known.header is None:
        records = label_and_text(records, delimiter, taxonomy)
    titles, layout, body = _laid_out(records, source)
    body = edges.marked(edges.Table(body, layout, taxonomy, source.unlabelled))
    widths = Widths(body, layout, delimiter, taxonomy)
    body = [widths.checked(record) for record in body]
    if not layout.header and known is None:
        _refuse_no_table(source, body, layout)
    body = [replace(record, record=number) for number, record in enumerate([*titles, *body], start=1)]
    done += [signs, *_told(body)]
    evidence = "; ".join(part for part in (f"{layout.evidence}; delimiter: {why}", *done) if part)
    return CsvTable(body, replace(layout, evidence=evidence), delimiter)


def _delimiter(text: str, source: CsvSource) -> tuple[str, str]:
    known, separator = source.known, SEPARATOR_LINE.match(text)
    if known and known.delimiter is not None:
        return known.delimiter, "params.yaml says so"
    return (separator[1], "the file says sep=") if separator else sniff(text, source.taxonomy.holds, names_columns)


def _as_they_stand(records: list[Record], text: str) -> list[Record]:
    """Records of a text that was changed within its lines -> with the lines of the file."""
    lines = list(StringIO(text, newline=""))
    whole = []
    for record in records:
        end = record.line + len(list(StringIO(record.raw, newline=""))) - 1
        whole.append(replace(record, raw="".join(lines[record.line - 1 : end]).rstrip("\r\n") or record.raw))
    return whole


def _laid_out(records: list[Record], source: CsvSource) -> tuple[list[Record], Layout, list[Record]]:
    """Records -> titles above the table, its layout, the records below its header."""
    taxonomy, known = source.taxonomy, source.known
    if known is None or known.header is None:
        for count in edges.titles_above(records, taxonomy):
            layout = find_layout(records[count:], taxonomy, known)
            if layout.header:
                return edges.titles_named(records[:count]), layout, records[count + 1 :]
    layout = find_layout(records, taxonomy, known)
    if not layout.header and records and (known is None or known.header is None):
        table = edges.Table(records[1:], layout, taxonomy, source.unlabelled)
        if reason := edges.heads(records[0], table):
            heading = Heading(header=True, columns=unique(records[0].fields), evidence=reason)
            rows = [record.fields for record in records[1:] if len(record.fields) == len(heading.columns)]
            return [], layout_of(heading, rows, taxonomy, known), records[1:]
    return [], layout, records[1:] if layout.header else records


def _told(records: list[Record]) -> list[str]:
    """How many records were repaired, and how many lines are no record, in words."""
    repairs = Counter(record.repair for record in records if record.repair and not record.problem)
    named = Counter(record.detail.split(":")[0] for record in records if record.problem == edges.NO_DATA)
    return [f"{what}: {counted(count, 'record')}" for what, count in repairs.items()] + [
        f"{what}, no record: {counted(count, 'line')}" for what, count in named.items()
    ]


def _refuse_no_table(source: CsvSource, records: list[Record], layout: Layout) -> None:
    """Raise DataError for a text whose lines are no records of one width."""
    if len(records) < TABLE_RECORDS:
        return
    label, holds = layout.label, source.taxonomy.holds
    whole = [record.fields for record in records if not record.problem and len(record.fields) > 1]
    labelled = sum(label is not None and holds(fields[label]) for fields in whole)
    kind = running_text(source.text)
    is_named = kind != running_text("")
    if labelled >= LABELLED_SHARE * len(records):
        return
    if len(whole) >= TABLE_SHARE * len(records) and not (is_named and source.taxonomy.names and not labelled):
        return
    if source.unlabelled and not is_named:
        return  # a text a line
    raise DataError(
        f"is {kind}: no comma, semicolon, tab or pipe parts its {len(records)} lines into columns. "
        "Give a table with a label and a text."
    )
