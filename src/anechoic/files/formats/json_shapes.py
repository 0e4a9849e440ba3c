"""Where the records stand in a JSON value, and nested fields laid flat."""

from collections.abc import Iterator
from dataclasses import dataclass

Item = dict[str, object]

DEEPEST = 6  # levels of nesting that are laid flat or looked into


@dataclass(frozen=True)
class Found:
    """The records of a JSON object and where they stood, in words."""

    items: list[object]
    evidence: str


def table_of(whole: Item) -> Found | None:
    """A JSON object -> its records, None where it holds none.

    A list of objects under any key (the shallowest, then the longest), rows beside `columns`, columns of equal
    lists or of values by row, rows by id: the last four are what pandas writes (`orient`).
    """
    columns, data = whole.get("columns"), whole.get("data")
    if isinstance(columns, list) and isinstance(data, list) and data and all(_is_row(row, columns) for row in data):
        rows = [dict(zip(map(str, columns), row, strict=True)) for row in data if isinstance(row, list)]
        return Found(list(rows), "rows below 'data', their names below 'columns'")
    lists = sorted(_lists(whole, ()), key=lambda found: (len(found[0]), -len(found[1])))
    if lists:
        path, items = lists[0]
        beside = [key for key in whole if key != path[0]]
        more = f"; beside it, no records: {', '.join(map(repr, beside[:5]))}" if beside else ""
        return Found(items, f"the list under {'.'.join(path)!r} of a JSON object{more}")
    return _of_columns(whole)


def _is_row(row: object, columns: list[object]) -> bool:
    return isinstance(row, list) and len(row) == len(columns)


def _lists(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[object]]]:
    """All lists of objects below an object, each with the keys that lead to it."""
    if not isinstance(value, dict) or len(path) > DEEPEST:
        return
    for key, inner in value.items():
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            yield (*path, key), inner
        else:
            yield from _lists(inner, (*path, key))


def _of_columns(whole: Item) -> Found | None:
    """Columns of equal lists, texts by label, columns of values by row, or rows by id."""
    values = list(whole.values())
    if len(values) < 2:
        return None
    lists = [value for value in values if isinstance(value, list)]
    if len(lists) == len(values) and len(set(map(len, lists))) == 1:
        rows = [dict(zip(whole, row, strict=True)) for row in zip(*lists, strict=True)]
        return Found(list(rows), "a JSON object of columns")
    if len(lists) == len(values) and all(isinstance(text, str) for texts in lists for text in texts):
        texts_by_label = zip(whole, lists, strict=True)
        labelled = [{"label": label, "text": text} for label, texts in texts_by_label for text in texts]
        return Found(list(labelled), "a JSON object of texts by label")
    inner = [value for value in values if isinstance(value, dict)]
    if len(inner) < len(values) or len({tuple(value) for value in inner}) != 1 or not inner[0]:
        return None
    if all(key.isdigit() for key in inner[0]):
        names = inner[0]
        rows_by_id = [{name: column[key] for name, column in zip(whole, inner, strict=True)} for key in names]
        return Found(list(rows_by_id), "a JSON object of columns, each a value by row")
    return Found(list(inner), "a JSON object of records by id")


def flat(item: Item) -> Item:
    """An object -> its nested fields by their path (`annotation.label`), a list of one object like that object.

    As it came where two paths would carry one name.
    """
    pairs = list(_leaves(item, ""))
    laid = dict(pairs)
    return laid if len(laid) == len(pairs) else item


def _leaves(value: Item, path: str, depth: int = 0) -> Iterator[tuple[str, object]]:
    for key, inner in value.items():
        nested = inner[0] if isinstance(inner, list) and len(inner) == 1 else inner
        if isinstance(nested, dict) and nested and depth < DEEPEST:
            yield from _leaves(nested, f"{path}{key}.", depth + 1)
        else:
            yield f"{path}{key}", inner
