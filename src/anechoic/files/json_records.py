"""JSON lines become records."""

import json
from io import StringIO

from anechoic.files.csv_records import Record
from anechoic.files.decode import whole_characters

BEGINNING = 1_000_000  # characters in which the first object must end


def parse_json_lines(text: str) -> tuple[list[str], list[Record]]:
    """A file of one JSON object a line -> its columns (all keys, in the order of first use) and its records."""
    columns: dict[str, None] = {}
    items: list[tuple[int, str, dict[str, object], str]] = []
    for number, line in enumerate(StringIO(text, newline=""), start=1):
        raw = line.rstrip("\r\n")
        if not raw.strip():
            continue
        item, detail = _json_object(raw)
        columns |= dict.fromkeys(item)
        items.append((number, raw, item, detail))
    records = [
        Record(
            record,
            line_number,
            raw,
            tuple(as_text(item.get(name)) for name in columns),
            "broken_record" if detail else "",
            detail,
        )
        for record, (line_number, raw, item, detail) in enumerate(items, start=1)
    ]
    return list(columns), records


def _json_object(raw: str) -> tuple[dict[str, object], str]:
    try:
        item = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return {}, f"no JSON: {error}"
    if not isinstance(item, dict):
        return {}, "no JSON object. Write one {...} a line."
    return {whole_characters(key): value for key, value in item.items()}, ""


def as_text(value: object) -> str:
    """A value of a JSON or parquet cell as the text of a field."""
    if value is None:
        return ""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # labels that a missing value turned into floats
    try:
        return whole_characters(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError):
        return whole_characters(str(value))


def is_json_lines(text: str) -> bool:
    """Whether the first line that is not blank is a JSON object."""
    first = next((line for line in StringIO(text[:BEGINNING]) if line.strip()), "").strip()
    return first.startswith("{") and bool(_json_object(first)[0])
