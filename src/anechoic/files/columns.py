"""Which column of a drop is what, whether its first record is a header, and the evidence for both."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean, median

from anechoic.files.csv_records import Record
from anechoic.files.taxonomy import Taxonomy
from anechoic.project.schema import DropParams
from anechoic.text.shown import shown

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
NAME_WORDS, NAME_CHARACTERS = 3, 40  # at most, of a cell that reads like a column's name
HEADER_RECORDS = 3  # fewest below a header of unknown names, so that there is something to tell it from
HEADER_LABEL_SHARE = 0.8  # of a column below such a header that are labels
HEADER_LENGTH = 0.7  # such a header's cell above the texts is shorter than this share of their median
LABEL_SHARE = 0.3  # of a column without a known name, from which it is taken for the labels
NAMED_LABEL_SHARE = 0.5  # of the labels in the best column, which a column named `label` must hold to be believed

COLUMN_NAME = re.compile(rf"(?=.*[^\W\d])[\w ./()#-]{{1,{NAME_CHARACTERS}}}")

Fields = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The names of a file's columns; without a header they are placeholders."""

    header: bool
    columns: Fields
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which field of a record is what, and how that was found out. None: there is no such column."""

    header: bool  # the first record names the columns, or the format does
    label: int | None  # from 0
    text: int | None  # from 0
    columns: Fields
    evidence: str
    mended: bool = False  # a file of data/quarantine/, dropped in again


def names_columns(fields: Fields) -> bool:
    """Whether a record names both a label and a text column: then it is a header."""
    return _named(fields, LABEL_NAMES) is not None and _named(fields, TEXT_NAMES) is not None


def find_layout(records: Sequence[Record], taxonomy: Taxonomy, known: DropParams | None = None) -> Layout:
    """The records of a file, a header among them -> its layout.

    A first record is a header where it names the label and the text column, or one of them beside other names,
    or where it reads like names and no label stands in a column of labels. Otherwise it is data. What `known`
    says is not questioned.
    """
    rows = [record.fields for record in records[:SAMPLE] if not record.problem]
    if not rows:
        return Layout(
            header=False, label=0, text=1, columns=("label", "text"), evidence="no record that can be read"
        )
    first = rows[0] if not records[0].problem else ()
    header, evidence = _is_header(first, rows[1:] if first else rows, taxonomy)
    if known and known.header is not None:
        header, evidence = known.header, f"params.yaml says header: {str(known.header).lower()}"
    body = rows[1:] if header else rows
    if header:
        columns = unique_names(first)
    else:  # label and text are where most files have them, until `layout_of` knows better
        width = Counter(map(len, rows)).most_common(1)[0][0]
        columns = ("label", "text", *(f"column_{number}" for number in range(3, width + 1)))[:width]
    body = [row for row in body if len(row) == len(columns)]
    return layout_of(Heading(header=header, columns=columns, evidence=evidence), body, taxonomy, known)


def layout_of(heading: Heading, body: list[Fields], taxonomy: Taxonomy, known: DropParams | None) -> Layout:
    """The names of the columns and the rows below them -> which column is the label, which the text."""
    header, columns = heading.header, heading.columns
    if header and set(QUARANTINE_COLUMNS) <= set(columns):
        return Layout(
            header=True,
            label=columns.index("label"),
            text=columns.index("text"),
            columns=columns,
            evidence="columns of a quarantine file, mended",
            mended=True,
        )
    label = _chosen(known.label if known else None, columns)
    text = _chosen(known.text if known else None, columns)
    shares = _label_shares(len(columns), body, taxonomy)
    names = columns if header else ()
    if label is None:
        label = _label_column(names, shares, body, text)
    if text is None:
        text = _text_column(names, body, label, len(columns))
    if not header and label is not None and text is not None:  # placeholders follow what the columns hold
        placeholders = [f"column_{number}" for number in range(1, len(columns) + 1)]
        placeholders[label], placeholders[text] = "label", "text"
        columns = tuple(placeholders)
    heading = replace(heading, columns=columns)
    evidence = f"{heading.evidence}; label: column {_shown(label, heading)}, text: column {_shown(text, heading)}"
    if label is not None and taxonomy.names:
        evidence += f"; {shares[label]:.0%} of the label column are labels"
    return Layout(header=header, label=label, text=text, columns=columns, evidence=evidence)


def _shown(column: int | None, heading: Heading) -> str:
    if column is None:
        return "none"
    return f"{column + 1} {heading.columns[column]!r}" if heading.header else str(column + 1)


def _is_header(first: Fields, rest: list[Fields], taxonomy: Taxonomy) -> tuple[bool, str]:
    """Whether the first record names the columns, and why; from the surest sign to the weakest."""
    label, text = _named(first, LABEL_NAMES), _named(first, TEXT_NAMES)
    if label is not None and text is not None:
        return True, f"first record names the columns {_folded(first[label])!r} and {_folded(first[text])!r}"
    beginning = f"first record {[shown(cell)[:NAME_CHARACTERS] for cell in first[:3]]}"
    if len(first) < 2 or not all(map(_reads_like_a_name, first)) or len(set(first)) < len(first):
        return False, f"{beginning} does not read like names of columns"
    if any(map(taxonomy.holds, first)):
        return False, f"{beginning} holds a label"
    named = label if label is not None else text
    if named is not None and rest:
        return True, f"first record names the column {_folded(first[named])!r}, its other fields read like names"
    # Names in a language we do not know: single words, short beside the texts, above a column of labels.
    same_width = [row for row in rest if len(row) == len(first)]
    single = all(len(cell.split()) == 1 and not taxonomy.is_near(cell) for cell in first)
    if len(same_width) >= HEADER_RECORDS and single:
        shares = _label_shares(len(first), same_width, taxonomy)
        column = _text_column((), same_width, shares.index(max(shares)), len(first))
        if max(shares) >= HEADER_LABEL_SHARE and column is not None:
            typical = median(len(row[column]) for row in same_width)
            if len(first[column]) < HEADER_LENGTH * typical:
                return True, f"{beginning} reads like names, and {max(shares):.0%} of a column below it are labels"
    return False, f"{beginning} names no label and text column"


def _reads_like_a_name(cell: str) -> bool:
    """A name of a column: one to three words of letters, digits and underscores, no sentence."""
    return bool(COLUMN_NAME.fullmatch(cell.strip())) and len(cell.split()) <= NAME_WORDS


def _folded(cell: str) -> str:
    return cell.strip().strip("\ufeff").casefold()


def _named(cells: Fields, names: tuple[str, ...]) -> int | None:
    """The column whose name is, or else ends in, the earliest of the known names."""
    keys = [re.sub(r"[\W_]", "", _folded(cell)) for cell in cells]
    words = [re.split(r"[\W_]+", _folded(cell)) for cell in cells]
    exact = [keys.index(name) for name in names if name in keys]
    last = [
        column
        for name in names
        for column, each in enumerate(words)
        if 1 < len(each) <= NAME_WORDS and each[-1] == name
    ]
    return next(iter(exact + last), None)


def unique_names(cells: Fields) -> Fields:
    """Names for all columns: given ones, numbered where they stand twice or are empty."""
    seen = Counter[str]()
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = cell.strip().strip("\ufeff") or f"column_{number}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    if len(set(names)) == len(names):
        return tuple(names)
    return tuple(f"{name}#{column}" for column, name in enumerate(names))  # `a, a, a_2` became `a, a_2, a_2`


def _chosen(wanted: str | int | None, columns: Fields) -> int | None:
    """The column a user names, by number from 1 or by name in any case; None where there is no such column."""
    if isinstance(wanted, int):
        return wanted - 1 if 0 < wanted <= len(columns) else None
    names = [_folded(name) for name in columns]
    return names.index(_folded(wanted)) if wanted is not None and _folded(wanted) in names else None


def _label_shares(width: int, body: list[Fields], taxonomy: Taxonomy) -> list[float]:
    """For each of `width` columns the share of its non-empty fields that are labels."""
    shares = []
    for column in range(width):
        given = [row[column] for row in body if row[column].strip()]
        shares.append(mean(map(taxonomy.holds, given)) if given else 0.0)
    return shares


def _label_column(names: Fields, shares: list[float], body: list[Fields], text: int | None) -> int | None:
    """By name where there is one and no other column holds more labels; else the one that is most like labels."""
    others = [column for column in range(len(shares)) if column != text]
    if len(shares) < 2 or not others:
        return _named(names, LABEL_NAMES)
    named = _named(names, LABEL_NAMES)
    best = max(others, key=lambda column: shares[column])
    if named is not None and shares[named] >= NAMED_LABEL_SHARE * shares[best]:
        return named
    if shares[best] >= LABEL_SHARE:
        return best
    if named is not None:
        return named
    # No column holds labels we know: classes repeat, so the column with the fewest different fields.
    unlike_text = [column for column in others if column != _named(names, TEXT_NAMES)]
    variety = {column: len({row[column] for row in body}) for column in unlike_text}
    return min(unlike_text, key=lambda column: variety[column]) if unlike_text else None


def _text_column(names: Fields, body: list[Fields], label: int | None, width: int) -> int | None:
    """By name where there is one; else the column with the longest fields."""
    named = _named(names, TEXT_NAMES)
    if named is not None and named != label:
        return named
    others = [column for column in range(width) if column != label]
    lengths = {column: mean(len(row[column]) for row in body) if body else 0.0 for column in others}
    return max(others, key=lambda column: lengths[column]) if others else None
