"""A raw drop becomes records: text, fields, header, label and text columns. Nothing is lost."""

import json
import re
from dataclasses import dataclass, replace
from hashlib import blake2b
from io import BytesIO

from anechoic.files.columns.layout import Heading, Layout, find_layout, layout_of
from anechoic.files.columns.names import names_columns
from anechoic.files.columns.profiles import is_one
from anechoic.files.csv_records import Record, parse
from anechoic.files.decode import Decoded, decode, unpack
from anechoic.files.dialect import sniff
from anechoic.files.json_records import as_text, is_json_lines, parse_json_lines
from anechoic.files.taxonomy import Taxonomy
from anechoic.project.errors import DataError
from anechoic.project.schema import DropParams
from anechoic.text.formulas import rearm

UNKNOWN = Taxonomy({})
PARQUET = b"PAR1"
EXCERPT = 200  # bytes of an unreadable file that its record shows
SEPARATOR_LINE = re.compile(r'sep=([^"\r\n])\r?\n?', re.IGNORECASE)  # Excel's own way to say it


@dataclass(frozen=True, kw_only=True)
class Drop:
    """One raw file, parsed."""

    name: str
    role: str
    records: tuple[Record, ...]  # header excluded
    layout: Layout
    encoding: str = "utf-8"
    delimiter: str = ","


@dataclass(frozen=True, kw_only=True)
class _File:
    """What is known of a file before it is parsed."""

    name: str
    role: str
    taxonomy: Taxonomy
    known: DropParams | None


def read_drop(
    name: str,
    role: str,
    content: bytes | OSError,
    taxonomy: Taxonomy = UNKNOWN,
    known: DropParams | None = None,
) -> Drop:
    """The bytes of a file -> its records; one that cannot be read gives a single record that says why.

    The taxonomy helps to tell label column, delimiter and header; `known` is what the user says about the file.
    """
    file = _File(name=name, role=role, taxonomy=taxonomy, known=known)
    if isinstance(content, OSError):
        return _unreadable(file, f"cannot be opened: {content.strerror}. Mend its permissions.", "")
    try:
        unpacked = unpack(content)
        if unpacked.startswith(PARQUET):
            return _read_parquet(file, unpacked)
        decoded = decode(unpacked, known.encoding if known else None)
    except DataError as error:
        return _unreadable(file, f"The file {error}", content[:EXCERPT].decode("utf-8", "replace"))
    drop = _read_json(file, decoded.text) if is_json_lines(decoded.text) else _read_csv(file, decoded)
    packed = "" if unpacked is content else ", gzip"
    return replace(drop, encoding=f"{decoded.encoding}{packed}")


def _read_csv(file: _File, decoded: Decoded) -> Drop:
    known, text = file.known, decoded.text
    separator = SEPARATOR_LINE.match(text)
    if known and known.delimiter is not None:
        delimiter, evidence = known.delimiter, "params.yaml says so"
    elif separator:
        delimiter, evidence = separator[1], "the file says sep="
    else:
        delimiter, evidence = sniff(text, file.taxonomy.holds, names_columns)
    records = list(parse(text, delimiter, file.taxonomy.holds))
    if separator:
        records = records[1:]
    layout = find_layout(records, file.taxonomy, known)
    body = records[1:] if layout.header else records
    numbered = (replace(record, record=number) for number, record in enumerate(body, start=1))
    evidence = f"{layout.evidence}; encoding: {decoded.evidence}; delimiter: {evidence}"
    return Drop(
        name=file.name,
        role=file.role,
        records=tuple(_with_width_checked(record, layout) for record in numbered),
        layout=replace(layout, evidence=evidence),
        delimiter=delimiter,
    )


def _read_json(file: _File, text: str) -> Drop:
    columns, records = parse_json_lines(text)
    return replace(_with_keys(file, tuple(columns), records), delimiter="JSON lines")


def _read_parquet(file: _File, content: bytes) -> Drop:
    import pyarrow as pa  # loaded when the first such file is met
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(BytesIO(content)).read()
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"is a damaged parquet file ({error}).") from None
    records = [
        Record(number, number, json.dumps(row, ensure_ascii=False, default=str), tuple(map(as_text, row.values())))
        for number, row in enumerate(table.to_pylist(), start=1)
    ]
    drop = _with_keys(file, tuple(table.column_names), records)
    return replace(drop, encoding="parquet", delimiter="columns")


def _with_keys(file: _File, columns: tuple[str, ...], records: list[Record]) -> Drop:
    """A drop whose format names its columns."""
    body = [record.fields for record in records if not record.problem]
    heading = Heading(header=True, columns=columns, evidence="the format names its columns")
    layout = layout_of(heading, body, file.taxonomy, file.known)
    return Drop(name=file.name, role=file.role, records=tuple(records), layout=layout)


def _unreadable(file: _File, detail: str, raw: str) -> Drop:
    layout = Layout(header=False, label=0, text=1, columns=(), evidence="not read")
    record = Record(1, 1, raw, (), "unreadable_file", detail)
    return Drop(name=file.name, role=file.role, records=(record,), layout=layout, encoding="unknown")


def _with_width_checked(record: Record, layout: Layout) -> Record:
    """The record with what is wrong about its width; empty fields too many (Excel's) are dropped."""
    expected, width = len(layout.columns), len(record.fields)
    if record.problem:
        return record
    if layout.mended:
        record = replace(record, fields=tuple(map(rearm, record.fields)))
    if width > expected and not any(record.fields[expected:]):
        return replace(record, fields=record.fields[:expected])
    if width != expected:
        detail = f"{width} fields where the file has {expected}. Quote a text that holds the delimiter."
        return replace(record, problem="ragged_record", detail=detail)
    if layout.header and tuple(map(str.strip, record.fields)) == layout.columns:
        return replace(record, problem="repeated_header", detail="the header stands here again")
    return record


def label_of(record: Record, layout: Layout) -> str:
    """The label field, stripped, or the one-hot columns that hold a 1; empty where there is none."""
    if record.problem or not layout.labelled:
        return ""
    if layout.label is None:
        return "; ".join(name for column, name in layout.one_hot if is_one(record.fields[column]))
    return record.fields[layout.label].strip()


def text_of(record: Record, layout: Layout) -> str:
    """The text field; empty where there is none."""
    return "" if record.problem or layout.text is None else record.fields[layout.text]


def meta_of(record: Record, layout: Layout) -> str:
    """The further columns of a record as a JSON object; a mended record has those of its first file."""
    if record.problem:
        return "{}"
    if layout.mended:
        return record.fields[layout.columns.index("meta")] or "{}"
    read = {layout.label, layout.text, *(column for column, _ in layout.one_hot)}
    further = {
        name: field
        for column, (name, field) in enumerate(zip(layout.columns, record.fields, strict=True))
        if column not in read
    }
    return json.dumps(further, ensure_ascii=False)


def row_ids(drop: Drop) -> list[str]:
    """A drop -> a stable id for each record: hash of role, file, raw record and its occurrence number there.

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
