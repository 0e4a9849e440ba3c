"""A raw drop becomes records: text, fields, header, label and text columns. Nothing is lost."""

import json
from dataclasses import dataclass, replace
from hashlib import blake2b
from io import BytesIO

from anechoic.files.columns.layout import Heading, Layout, layout_of
from anechoic.files.columns.profiles import is_one
from anechoic.files.csv_records import Record
from anechoic.files.csv_table import CsvSource, parse_csv
from anechoic.files.decode import decode, unpack
from anechoic.files.formats.fasttext import BETWEEN_LABELS, is_fasttext, parse_fasttext
from anechoic.files.formats.foreign import kind_of_bytes, kind_of_text
from anechoic.files.formats.json_records import as_text, parse_json
from anechoic.files.repairs.escapes import line_breaks
from anechoic.files.taxonomy import Taxonomy
from anechoic.project.errors import DataError
from anechoic.project.schema import DropParams
from anechoic.text.formulas import rearm
from anechoic.text.shown import shown_name

UNKNOWN = Taxonomy({})
PARQUET = b"PAR1"
EXCERPT = 200  # bytes of an unreadable file that its record shows
INBOX = "inbox"  # the role of files without labels


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
    file = _File(name=shown_name(name), role=role, taxonomy=taxonomy, known=known)
    if isinstance(content, OSError):
        return _unreadable(file, f"cannot be opened: {content.strerror}. Mend its permissions.", "")
    try:
        unpacked = unpack(content)
        if kind := kind_of_bytes(unpacked):
            raise DataError(f"is {kind}.")
        if unpacked.startswith(PARQUET):
            return _read_parquet(file, unpacked)
        decoded = decode(unpacked, known.encoding if known else None)
        drop = _of_text(file, decoded.text)
    except DataError as error:
        return _unreadable(file, f"The file {error}", content[:EXCERPT].decode("utf-8", "replace"))
    packed = "" if unpacked is content else ", gzip"
    evidence = f"{drop.layout.evidence}; encoding: {decoded.evidence}"
    layout = replace(drop.layout, evidence=evidence)
    return replace(drop, layout=layout, encoding=f"{decoded.encoding}{packed}")


def _of_text(file: _File, text: str) -> Drop:
    """A text -> its records, as what it holds says: JSON, fastText, else CSV. Raises DataError for no table."""
    if kind := kind_of_text(text):
        raise DataError(f"is {kind}.")
    if is_fasttext(text):
        drop = _with_keys(file, ("label", "text"), parse_fasttext(text), "fastText lines")
        return replace(drop, delimiter="fastText")
    if table := parse_json(text):
        drop = _with_keys(file, table.columns, table.records, table.evidence)
        return replace(drop, delimiter=table.delimiter)
    csv = parse_csv(CsvSource(text, file.taxonomy, file.known, file.role == INBOX))
    records, breaks = (csv.records, "") if csv.layout.disarmed else line_breaks(csv.records, csv.layout.text)
    if csv.layout.disarmed:
        records = [replace(record, fields=tuple(map(rearm, record.fields))) for record in records]
    layout = replace(csv.layout, evidence="; ".join(filter(None, (csv.layout.evidence, breaks))))
    named = tuple(_repeated_header_named(record, layout) for record in records)
    return Drop(name=file.name, role=file.role, records=named, layout=layout, delimiter=csv.delimiter)


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
    drop = _with_keys(file, tuple(table.column_names), records, "the format names its columns")
    return replace(drop, encoding="parquet", delimiter="columns")


def _with_keys(file: _File, columns: tuple[str, ...], records: list[Record], evidence: str) -> Drop:
    """A drop whose format names its columns; a label that is a list of several is a field of several."""
    body = [record.fields for record in records if not record.problem]
    layout = layout_of(Heading(header=True, columns=columns, evidence=evidence), body, file.taxonomy, file.known)
    records, breaks = line_breaks(records, layout.text)
    layout = replace(layout, evidence="; ".join(filter(None, (layout.evidence, breaks))))
    named = tuple(_labels_joined(record, layout) for record in records)
    return Drop(name=file.name, role=file.role, records=named, layout=layout)


def _unreadable(file: _File, detail: str, raw: str) -> Drop:
    layout = Layout(header=False, label=0, text=1, columns=(), evidence="not read")
    record = Record(1, 1, raw, (), "unreadable_file", detail)
    return Drop(name=file.name, role=file.role, records=(record,), layout=layout, encoding="unknown")


def _repeated_header_named(record: Record, layout: Layout) -> Record:
    if layout.header and not record.problem and tuple(map(str.strip, record.fields)) == layout.columns:
        return replace(record, problem="repeated_header", detail="the header stands here again")
    return record


def _labels_joined(record: Record, layout: Layout) -> Record:
    """A record whose label is a JSON list of more than one -> the same with a field of several labels."""
    if record.problem or layout.label is None or not record.fields[layout.label].startswith("["):
        return record
    try:
        labels = json.loads(record.fields[layout.label])
    except ValueError:
        return record
    joined = BETWEEN_LABELS.join(map(as_text, labels))
    return replace(record, fields=(*record.fields[: layout.label], joined, *record.fields[layout.label + 1 :]))


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
