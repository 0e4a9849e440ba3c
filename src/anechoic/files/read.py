"""A raw drop becomes records: text, fields, header, label and text columns. Nothing is lost."""

import json
import re
from dataclasses import dataclass, replace
from hashlib import blake2b
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from anechoic.files.columns import Layout, find_layout, names_columns, place
from anechoic.files.csv_records import Record, parse
from anechoic.files.decode import decode, unpack
from anechoic.files.dialect import sniff
from anechoic.files.json_records import as_text, is_json_lines, parse_json_lines
from anechoic.files.schema import DropParams
from anechoic.files.taxonomy import Taxonomy
from anechoic.project.errors import DataError

UNKNOWN = Taxonomy({})
PARQUET = b"PAR1"
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)  # Excel's own way to say it
DISARMED = re.compile(r"'+[=+\-@\t\r]")
ARMED = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True)
class Drop:
    """One raw file, parsed."""

    name: str
    role: str
    records: tuple[Record, ...]  # header excluded
    layout: Layout
    encoding: str = "utf-8"
    delimiter: str = ","


def read_drop(
    name: str,
    role: str,
    content: bytes | OSError,
    taxonomy: Taxonomy = UNKNOWN,
    known: DropParams | None = None,
) -> Drop:
    """Parse a file; one that cannot be read gives a single record that says why.

    The taxonomy helps to tell label column, delimiter and header; `known` is what the user says about the file.
    """
    if isinstance(content, OSError):
        return _unreadable(name, role, f"cannot be opened: {content.strerror}. Mend its permissions.", "")
    try:
        unpacked = unpack(content)
        if unpacked.startswith(PARQUET):
            return _read_parquet(name, role, unpacked, taxonomy, known)
        decoded = decode(unpacked, known.encoding if known else None)
    except DataError as error:
        return _unreadable(name, role, f"The file {error}", content[:200].decode("utf-8", "replace"))
    packed = ", gzip" if unpacked is not content else ""
    text = decoded.text
    if is_json_lines(text):
        columns, records = parse_json_lines(text)
        drop = _with_keys(name, role, tuple(columns), records, taxonomy, known)
        return replace(drop, encoding=decoded.encoding + packed, delimiter="JSON lines")
    return _read_csv(name, role, text, taxonomy, known, decoded.encoding + packed, decoded.evidence)


def _read_csv(
    name: str, role: str, text: str, taxonomy: Taxonomy, known: DropParams | None, encoding: str, decoding: str
) -> Drop:
    said = SEPARATOR_LINE.match(text)
    delimiter, evidence = (said[1], "the file says sep=") if said else sniff(text, taxonomy.holds, names_columns)
    if known and known.delimiter is not None:
        delimiter, evidence = known.delimiter, "params.yaml says so"
    records = list(parse(text, delimiter, taxonomy.holds))[bool(said) :]
    layout = find_layout(records, taxonomy, known)
    first = records[0].record if records else 1
    body = [replace(each, record=each.record - first + (not layout.header)) for each in records[layout.header :]]
    layout = replace(layout, evidence=f"{layout.evidence}; encoding: {decoding}; delimiter: {evidence}")
    checked = tuple(_check(record, layout) for record in body)
    return Drop(name, role, checked, layout, encoding, delimiter)


def _read_parquet(name: str, role: str, content: bytes, taxonomy: Taxonomy, known: DropParams | None) -> Drop:
    try:
        table = pq.ParquetFile(BytesIO(content)).read()
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"is a damaged parquet file ({error}).") from None
    records = [
        Record(at, at, json.dumps(row, ensure_ascii=False, default=str), tuple(map(as_text, row.values())))
        for at, row in enumerate(table.to_pylist(), start=1)
    ]
    drop = _with_keys(name, role, tuple(table.column_names), records, taxonomy, known)
    return replace(drop, encoding="parquet", delimiter="columns")


def _with_keys(
    name: str,
    role: str,
    columns: tuple[str, ...],
    records: list[Record],
    taxonomy: Taxonomy,
    known: DropParams | None,
) -> Drop:
    """A drop whose format names its columns."""
    body = [record.fields for record in records if not record.problem]
    layout = place(True, columns, body, taxonomy, known, "the format names its columns")
    return Drop(name, role, tuple(records), layout)


def _unreadable(name: str, role: str, detail: str, raw: str) -> Drop:
    layout = Layout(False, 0, 1, (), "not read")
    return Drop(name, role, (Record(1, 1, raw, (), "unreadable_file", detail),), layout, encoding="unknown")


def _check(record: Record, layout: Layout) -> Record:
    """The record with what is wrong about its width; empty fields too many (Excel's) are dropped."""
    expected, found = len(layout.columns), len(record.fields)
    if record.problem:
        return record
    if layout.mended:
        record = replace(record, fields=tuple(map(rearm, record.fields)))
    if found > expected and not any(record.fields[expected:]):
        return replace(record, fields=record.fields[:expected])
    if layout.header and found == expected and tuple(map(str.strip, record.fields)) == layout.columns:
        return replace(record, problem="repeated_header", detail="the header stands here again")
    if found == expected:
        return record
    detail = f"{found} fields where the file has {expected}. Quote a text that holds the delimiter."
    return replace(record, problem="ragged_record", detail=detail)


def disarm(field: str) -> str:
    """A field that no spreadsheet takes for a formula: an apostrophe before what starts one."""
    return f"'{field}" if ARMED.match(field) else field


def rearm(field: str) -> str:
    """A field as it was before `disarm`."""
    return field[1:] if DISARMED.match(field) else field


def label_of(record: Record, layout: Layout) -> str:
    """The label field, stripped; empty where there is none."""
    return "" if record.problem or layout.label is None else record.fields[layout.label].strip()


def text_of(record: Record, layout: Layout) -> str:
    """The text field; empty where there is none."""
    return "" if record.problem or layout.text is None else record.fields[layout.text]


def meta_of(record: Record, layout: Layout) -> str:
    """The further columns of a record as a JSON object; a mended record has those of its first file."""
    if record.problem:
        return "{}"
    if layout.mended:
        return record.fields[layout.columns.index("meta")] or "{}"
    further = [at for at in range(len(record.fields)) if at not in (layout.label, layout.text)]
    return json.dumps({layout.columns[at]: record.fields[at] for at in further}, ensure_ascii=False)


def row_ids(drop: Drop) -> list[str]:
    """A stable id for each record: hash of file, raw record and its occurrence number there.

    Inserting or removing other records changes no id. 16 hexadecimal digits: at a million rows the chance of
    any collision is about 3e-8 (birthday bound).
    """
    seen: dict[str, int] = {}
    ids = []
    for record in drop.records:
        occurrence = seen.get(record.raw, 0)
        seen[record.raw] = occurrence + 1
        key = "\x1f".join((drop.role, drop.name, record.raw, str(occurrence)))
        ids.append(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest())
    return ids
