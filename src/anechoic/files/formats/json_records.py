"""JSON of any common shape becomes records: a line each, an array, a list under a key, columns of lists."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from anechoic.files.csv_records import Record
from anechoic.files.decode import whole_characters
from anechoic.files.formats.json_shapes import flat, table_of
from anechoic.project.errors import DataError

BEGINNING = 1_000_000  # characters in which the first object must end
OPENS = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{"\]])')  # what JSON of records begins with
LIST_OPENS = re.compile(r'"(?:[^"\\\n]|\\.)*"\s*:\s*\[(?=\s*\{)')  # a key whose list holds objects
KEY = re.compile(r'\s*[\[{]\s*(?:\{\s*)?"[^"\n]*"\s*:')
BETWEEN = re.compile(r"[\s,]*")
PAST_END = re.compile(r"[\s,\]}]*(?:\[(?=\s*\{))?")  # of a list, where more may follow
DECODER = json.JSONDecoder(strict=False)  # a line break inside a string is no reason to lose a record

Item = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a file of JSON holds."""

    columns: tuple[str, ...]  # all keys, in the order of first use
    records: list[Record]
    delimiter: str
    evidence: str  # its shape in words


@dataclass(frozen=True)
class _Piece:
    """A value of a list and where it stands; `detail` says why it could not be read."""

    start: int
    end: int
    value: object
    detail: str = ""


def parse_json(text: str) -> Table | None:
    """A text -> its records where it is JSON of any common shape, None where it is something else.

    Shapes: an object a line, one array, objects one after the other, a list of objects under any key, columns of
    lists as pandas writes them. What cannot be read of a cut or broken file is one `broken_record`. Raises
    DataError for JSON that holds no records.
    """
    if not OPENS.match(text[:BEGINNING]):
        return None
    first = next((line for line in StringIO(text[:BEGINNING]) if line.strip()), "").strip()
    one_line = not text.strip()[len(first) :].strip()
    if isinstance(_loaded(first), dict) and _loaded(first) and not one_line:
        return _json_lines(text)
    whole = _loaded(text)
    return _of_object(text, whole) if isinstance(whole, dict) else _of_list(text, whole)


def _loaded(text: str) -> object:
    try:
        return DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        return None


def _json_lines(text: str) -> Table:
    """One JSON object a line; a line that is none costs itself alone."""
    pieces, offset = [], 0
    for line in StringIO(text, newline=""):
        raw = line.strip()
        if raw:
            start = offset + line.index(raw)
            pieces.append(_piece(text, start, start + len(raw)))
        offset += len(line)
    return _table(text, pieces, "one JSON object a line", delimiter="JSON lines")


def _piece(text: str, start: int, end: int) -> _Piece:
    try:
        value = DECODER.decode(text[start:end])
    except (ValueError, RecursionError) as error:
        return _Piece(start, end, None, f"no JSON: {error}")
    return _Piece(start, end, value)


def _of_object(text: str, whole: Item) -> Table:
    """A file that is one object: a list of objects in it, columns, or a single record."""
    if "nbformat" in whole:
        raise DataError("is a Jupyter notebook: save the table it makes as CSV.")
    found = table_of(whole)
    if found is None and any(isinstance(value, str) for value in whole.values()):
        return _table(text, list(_scanned(text, 0)), "one JSON object")
    if found is None:
        keys = ", ".join(map(repr, list(whole)[:5])) or "none"
        raise DataError(f"is one JSON object without a list of records (its keys: {keys}). Give a list of objects.")
    for match in LIST_OPENS.finditer(text):  # where the list stands, so that each record knows its line
        pieces = list(_scanned(text, match.end()))
        if [piece.value for piece in pieces] == found.items:
            return _table(text, pieces, found.evidence)
    pieces = [_Piece(0, 0, item) for item in found.items]
    return _table(text, pieces, found.evidence)


def _of_list(text: str, whole: object) -> Table | None:
    """An array, objects one after the other, or what is left of either where the file is cut or broken."""
    start = len(text) - len(text.lstrip())
    if text[start] == "[":
        shape, begin = "one JSON array", start + 1
    elif opened := LIST_OPENS.search(text):
        shape, begin = (
            f"the list under {opened[0].split(chr(34))[1]!r} of a JSON object that breaks off",
            opened.end(),
        )
    else:
        shape, begin = "JSON objects one after the other", start
    pieces = list(_scanned(text, begin, past_end=whole is None))
    broken = [piece for piece in pieces if piece.detail]
    if whole is None and not any(isinstance(piece.value, dict | list) for piece in pieces):
        if broken and KEY.match(text):
            raise DataError(f"is JSON that cannot be read: {broken[0].detail}")
        return None
    if begin == start and any(text[piece.start] != "{" for piece in broken):
        return None  # a CSV whose first field is a JSON object
    if not pieces:
        raise DataError("is a JSON array without records.")
    if broken:
        where = text.count("\n", 0, broken[0].start) + 1
        shape += f"; broken at line {where}, what could be read was read"
    elif whole is None and begin > start:
        shape += "; its end is missing, what could be read was read"
    return _table(text, pieces, shape)


def _scanned(text: str, position: int, *, past_end: bool = False) -> Iterator[_Piece]:
    """The values from a place on, to the end of their list, or past it to the end of the text.

    After one that cannot be read it goes on at the next line that begins as that one's line did, if there is one.
    """
    while True:
        between = (PAST_END if past_end else BETWEEN).match(text, position)
        start = between.end() if between else position
        if start >= len(text) or text[start] in "]}":
            return
        try:
            value, position = DECODER.raw_decode(text, start)
            yield _Piece(start, position, value)
        except (ValueError, RecursionError) as error:
            margin = text[text.rfind("\n", 0, start) + 1 : start]
            again = text.find(f"\n{margin}{text[start]}", start + 1) if not margin.strip() else -1
            position = again if again > 0 else len(text)
            detail = f"no JSON: {error}. The file breaks off or a sign is missing here."
            yield _Piece(start, start + len(text[start:position].rstrip()), None, detail)


def _table(text: str, pieces: list[_Piece], evidence: str, delimiter: str = "JSON") -> Table:
    """Pieces -> records, with all their keys as columns."""
    columns: dict[str, None] = {}
    items: list[tuple[_Piece, Item, str]] = []
    for piece in pieces:
        item, detail = _named(piece)
        columns |= dict.fromkeys(item)
        items.append((piece, item, detail))
    records, line, counted = [], 1, 0
    for number, (piece, item, detail) in enumerate(items, start=1):
        line, counted = line + text.count("\n", counted, piece.start), max(counted, piece.start)
        raw = text[piece.start : piece.end] or json.dumps(piece.value, ensure_ascii=False)
        fields = tuple(as_text(item.get(name)) for name in columns)
        records.append(Record(number, line, raw, fields, "broken_record" if detail else "", detail))
    return Table(columns=tuple(columns), records=records, delimiter=delimiter, evidence=evidence)


def _named(piece: _Piece) -> tuple[Item, str]:
    """The fields of a value by name, and what is wrong with it."""
    if piece.detail:
        return {}, piece.detail
    if isinstance(piece.value, list):
        return {f"column_{number}": value for number, value in enumerate(piece.value, start=1)}, ""
    if not isinstance(piece.value, dict):
        return {}, "no JSON object. Write one {...} a record."
    return {whole_characters(key): value for key, value in flat(piece.value).items()}, ""


def as_text(value: object) -> str:
    """A value of a JSON or parquet cell as the text of a field; a list of one is that one, of none is empty."""
    if value is None or value == []:
        return ""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list | dict):
        return as_text(value[0])
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # labels that a missing value turned into floats
    try:
        return whole_characters(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError):
        return whole_characters(str(value))
