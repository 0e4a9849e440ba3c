"""Which column of a drop is what, whether its first record is a header, and the evidence for both."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

from anechoic.files.csv_records import Record
from anechoic.files.schema import DropParams
from anechoic.files.taxonomy import Taxonomy

# In the order of how surely a column of that name is meant.
LABEL_NAMES = (
    *("label", "labels", "labelid", "class", "classid", "intent", "reason", "category", "target", "tag", "topic"),
    *("grund", "kategorie", "klasse", "motivo", "categoria", "categoría", "razón", "motif", "raison", "catégorie"),
)
TEXT_NAMES = (
    *("text", "comment", "comments", "message", "body", "description", "utterance", "sentence", "query"),
    *("feedback", "remark", "remarks", "content", "review", "note", "notes", "tweet", "kommentar", "nachricht"),
    *("beschreibung", "texto", "comentario", "mensaje", "texte", "commentaire", "testo", "tekst", "opmerking"),
)
QUARANTINE_COLUMNS = ("label", "text", "meta", "record", "line", "reason", "detail", "raw")
SAMPLE = 2000  # records that are enough to tell the columns

Fields = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Which field of a record is what, and how that was found out. None: there is no such column."""

    header: bool
    label: int | None
    text: int | None
    columns: Fields
    evidence: str
    mended: bool = False  # a file of data/quarantine/, dropped in again


def names_columns(fields: Fields) -> bool:
    """Whether a record names both a label and a text column: then it is a header."""
    return _named(fields, LABEL_NAMES) is not None and _named(fields, TEXT_NAMES) is not None


def find_layout(records: Sequence[Record], taxonomy: Taxonomy, known: DropParams | None = None) -> Layout:
    """The layout of a parsed file.

    A first record is a header where it names the label and the text column, or one of them beside other names,
    or where it reads like names and no label stands in a column of labels. Otherwise it is data. What `known`
    says is not questioned.
    """
    rows = [record.fields for record in records[:SAMPLE] if not record.problem]
    if not rows:
        return Layout(False, 0, 1, ("label", "text"), "no record that can be read")
    first = rows[0] if not records[0].problem else ()
    header, evidence = _is_header(first, rows[1:] if first else rows, taxonomy)
    if known and known.header is not None:
        header, evidence = known.header, f"params.yaml says header: {str(known.header).lower()}"
    width = len(first) if header else Counter(map(len, rows)).most_common(1)[0][0]
    columns = (
        _unique(first) if header else ("label", "text", *(f"column_{at}" for at in range(3, width + 1)))[:width]
    )
    body = [row for row in rows[header:] if len(row) == width]
    return place(header, columns, body, taxonomy, known, evidence)


def place(
    header: bool, columns: Fields, body: list[Fields], taxonomy: Taxonomy, known: DropParams | None, evidence: str
) -> Layout:
    """The layout of columns whose names, where `header`, are the file's own: which is the label, which the text."""
    if header and set(QUARANTINE_COLUMNS) <= set(columns):
        at = columns.index
        return Layout(True, at("label"), at("text"), columns, "columns of a quarantine file, mended", mended=True)
    label = _chosen(known.label if known else None, columns)
    text = _chosen(known.text if known else None, columns)
    shares = _label_shares(columns, body, taxonomy)
    if label is None:
        label = _label_column(columns if header else (), shares, body, text)
    if text is None:
        text = _text_column(columns if header else (), body, label, len(columns))
    if not header and label is not None and text is not None:  # placeholders follow what the columns hold
        named = [f"column_{at}" for at in range(1, len(columns) + 1)]
        named[label], named[text] = "label", "text"
        columns = tuple(named)
    evidence += f"; label: column {_shown(label, columns, header)}, text: column {_shown(text, columns, header)}"
    if label is not None and taxonomy.names:
        evidence += f"; {shares[label]:.0%} of the label column are labels"
    return Layout(header, label, text, columns, evidence)


def _shown(at: int | None, columns: Fields, header: bool) -> str:
    if at is None:
        return "none"
    return f"{at + 1} {columns[at]!r}" if header else str(at + 1)


def _is_header(first: Fields, rest: list[Fields], taxonomy: Taxonomy) -> tuple[bool, str]:
    label, text = _named(first, LABEL_NAMES), _named(first, TEXT_NAMES)
    if label is not None and text is not None:
        return True, f"first record names the columns {_folded(first[label])!r} and {_folded(first[text])!r}"
    shown = f"first record {[cell[:40] for cell in first[:3]]}"
    if len(first) < 2 or not all(map(_reads_like_a_name, first)) or len(set(first)) < len(first):
        return False, f"{shown} does not read like names of columns"
    if any(map(taxonomy.holds, first)):
        return False, f"{shown} holds a label"
    named = label if label is not None else text
    if named is not None and rest:
        return True, f"first record names the column {_folded(first[named])!r}, its other fields read like names"
    same = [row for row in rest if len(row) == len(first)]
    if len(same) >= 3 and all(len(cell.split()) == 1 and not taxonomy.is_near(cell) for cell in first):
        shares = _label_shares(first, same, taxonomy)
        at = _text_column((), same, shares.index(max(shares)), len(first))
        if max(shares) >= 0.8 and at is not None and len(first[at]) < 0.7 * median(len(row[at]) for row in same):
            return True, f"{shown} reads like names, and {max(shares):.0%} of a column below it are labels"
    return False, f"{shown} names no label and text column"


def _reads_like_a_name(cell: str) -> bool:
    """A name of a column: one to three words of letters, digits and underscores, no sentence."""
    return bool(re.fullmatch(r"(?=.*[^\W\d])[\w ./()#-]{1,40}", cell.strip())) and len(cell.split()) <= 3


def _folded(cell: str) -> str:
    return cell.strip().strip("\ufeff").casefold()


def _named(cells: Fields, names: tuple[str, ...]) -> int | None:
    """The column whose name is, or else ends in, the earliest of the known names."""
    keys = [re.sub(r"[\W_]", "", _folded(cell)) for cell in cells]
    words = [re.split(r"[\W_]+", _folded(cell)) for cell in cells]
    exact = [keys.index(name) for name in names if name in keys]
    last = [at for name in names for at, each in enumerate(words) if 1 < len(each) <= 3 and each[-1] == name]
    return next(iter(exact + last), None)


def _unique(cells: Fields) -> Fields:
    """Names for all columns: given ones, numbered where they stand twice or are empty."""
    seen = Counter[str]()
    found: list[str] = []
    for at, cell in enumerate(cells, start=1):
        name = cell.strip().strip("\ufeff") or f"column_{at}"
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(found) if len(set(found)) == len(found) else tuple(f"{name}#{at}" for at, name in enumerate(found))


def _chosen(wanted: str | int | None, columns: Fields) -> int | None:
    """The column a user names, by number from 1 or by name in any case; None where there is no such column."""
    if isinstance(wanted, int):
        return wanted - 1 if 0 < wanted <= len(columns) else None
    names = [_folded(name) for name in columns]
    return names.index(_folded(wanted)) if wanted is not None and _folded(wanted) in names else None


def _label_shares(columns: Fields, body: list[Fields], taxonomy: Taxonomy) -> list[float]:
    """For each column the share of its non-empty fields that are labels."""
    shares = []
    for at in range(len(columns)):
        given = [row[at] for row in body if row[at].strip()]
        shares.append(mean(map(taxonomy.holds, given)) if given else 0.0)
    return shares


def _label_column(names: Fields, shares: list[float], body: list[Fields], text: int | None) -> int | None:
    """By name where there is one and no other column holds more labels; else the one that is most like labels."""
    others = [at for at in range(len(shares)) if at != text]
    if len(shares) < 2 or not others:
        return _named(names, LABEL_NAMES)
    named = _named(names, LABEL_NAMES)
    best = max(others, key=lambda at: shares[at])
    if named is not None and shares[named] >= 0.5 * shares[best]:
        return named
    if shares[best] >= 0.3:
        return best
    if named is not None:
        return named
    unlike_text = [at for at in others if at != _named(names, TEXT_NAMES)]
    variety = {at: len({row[at] for row in body}) for at in unlike_text}
    return min(unlike_text, key=lambda at: variety[at]) if unlike_text else None


def _text_column(names: Fields, body: list[Fields], label: int | None, width: int) -> int | None:
    """By name where there is one; else the column with the longest fields."""
    named = _named(names, TEXT_NAMES)
    if named is not None and named != label:
        return named
    others = [at for at in range(width) if at != label]
    lengths = {at: mean(len(row[at]) for row in body) if body else 0.0 for at in others}
    return max(others, key=lambda at: lengths[at]) if others else None
