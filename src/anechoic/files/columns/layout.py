"""Which column of a drop is what, and the evidence for it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from anechoic.files.columns.choice import Columns, echoes_of, label_column, rivals, text_column
from anechoic.files.columns.header import is_header
from anechoic.files.columns.names import LABEL_NAMES, Fields, folded, unique
from anechoic.files.columns.profiles import class_names, one_hot, profile
from anechoic.files.csv_records import Record
from anechoic.files.taxonomy import Taxonomy
from anechoic.project.schema import DropParams

QUARANTINE_COLUMNS = ("label", "text", "meta", "record", "line", "reason", "detail", "raw")
PICKED_COLUMNS = ("file", "record", "text", "why", "predicted", "confidence", "label")  # of label-next.csv
SAMPLE = 2000  # records, from all over the file, that are enough to tell the columns
Item = TypeVar("Item")
SHOWN = 5  # columns that a sentence names


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
    disarmed: bool = False  # written by us for a spreadsheet: its formulas stand behind apostrophes
    one_hot: tuple[tuple[int, str], ...] = ()  # columns that hold a 1 for their class, and its name; label is None
    doubt: str = ""  # what else the labels may be, where they were guessed

    @property
    def labelled(self) -> bool:
        """Whether the file has labels at all."""
        return self.label is not None or bool(self.one_hot)


def find_layout(records: Sequence[Record], taxonomy: Taxonomy, known: DropParams | None = None) -> Layout:
    """The records of a file, a header among them -> its layout.

    A first record is a header where it names the label and the text column, or one of them beside other names,
    or where it reads like names and no label stands in a column of labels. Otherwise it is data. What `known`
    says is not questioned.
    """
    sample = [*records[:1], *_sampled(records[1:])]
    rows = [record.fields for record in sample if not record.problem]
    if not rows:
        return Layout(
            header=False, label=0, text=1, columns=("label", "text"), evidence="no record that can be read"
        )
    first = rows[0] if not records[0].problem else ()
    header, evidence = is_header(first, rows[1:] if first else rows, taxonomy)
    if known and known.header is not None:
        header, evidence = known.header, f"params.yaml says header: {str(known.header).lower()}"
    body = rows[1:] if header else rows
    if header:
        columns = unique(first)
    else:  # label and text are where most files have them, until `layout_of` knows better
        width = Counter(map(len, rows)).most_common(1)[0][0]
        columns = ("label", "text", *(f"column_{number}" for number in range(3, width + 1)))[:width]
    body = [row for row in body if len(row) == len(columns)]
    return layout_of(Heading(header=header, columns=columns, evidence=evidence), body, taxonomy, known)


def layout_of(heading: Heading, body: list[Fields], taxonomy: Taxonomy, known: DropParams | None) -> Layout:
    """The names of the columns and the rows below them -> which column is the label, which the text."""
    header, names = heading.header, heading.columns
    if header and set(QUARANTINE_COLUMNS) <= set(names):
        return Layout(
            header=True,
            label=names.index("label"),
            text=names.index("text"),
            columns=names,
            evidence="columns of a quarantine file, mended",
            mended=True,
            disarmed=True,
        )
    if header and set(PICKED_COLUMNS) <= set(names):
        return Layout(
            header=True,
            label=names.index("label"),
            text=names.index("text"),
            columns=names,
            evidence="columns of a file of rows to label next, filled in",
            disarmed=True,
        )
    body = _sampled(body)
    columns = Columns(
        names=names if header else (),
        profiles=[profile([row[column] for row in body], taxonomy) for column in range(len(names))],
        body=body,
        taxonomy=taxonomy,
    )
    label = _chosen(known.label if known else None, names)
    text = _chosen(known.text if known else None, names)
    told = label is not None
    if text is None:
        text = text_column(columns, label)
    if label is None:
        label = label_column(columns, text)
    if not header and label is not None and text is not None:  # placeholders follow what the columns hold
        placeholders = [f"column_{number}" for number in range(1, len(names) + 1)]
        placeholders[label], placeholders[text] = "label", "text"
        names = tuple(placeholders)
    layout = Layout(header=header, label=label, text=text, columns=names, evidence=heading.evidence)
    if told:
        return replace(layout, evidence=_evidence(layout, columns, ""))
    layout = _with_one_hot(layout, columns)
    others = layout.doubt or _other_readings(layout, columns)
    doubt = others if _is_guessed(layout, columns) else ""
    return replace(layout, evidence=_evidence(layout, columns, others), doubt=doubt)


def _is_guessed(layout: Layout, columns: Columns) -> bool:
    """Whether the labels are told neither by their column's name nor by names of classes in it."""
    if layout.label is None:
        return not layout.one_hot
    return layout.label not in columns.called(LABEL_NAMES) and not columns.profiles[layout.label].names


def _sampled(items: Sequence[Item]) -> list[Item]:
    """Items from all over: a file may be sorted by its labels."""
    return list(items[:: -(-len(items) // SAMPLE)] if items else ())


def _with_one_hot(layout: Layout, columns: Columns) -> Layout:
    """The layout with columns of 0 and 1 as its labels, where no column holds names of classes."""
    label, taxonomy = layout.label, columns.taxonomy
    flags = one_hot(layout.columns, columns.profiles, columns.body, taxonomy)
    if not flags:
        return layout
    if label is not None and label not in flags:
        named = label in columns.called(LABEL_NAMES) or columns.profiles[label].names > 0
        if not layout.header or (named and not columns.is_called_otherwise(label)):
            return layout
    if not layout.header:
        doubt = f"{len(flags)} columns of 0 and 1 are a class each, and no header names them: write one"
        return replace(layout, label=None, doubt=doubt)
    bare = class_names(layout.columns, flags)
    names = {c: layout.columns[c] if taxonomy.holds(layout.columns[c]) else bare[c] for c in flags}
    return replace(layout, label=None, one_hot=tuple(names.items()))


def _other_readings(layout: Layout, columns: Columns) -> str:
    """What else could be the labels, in words; empty where nothing could."""
    others = () if layout.one_hot else rivals(columns, layout.label, layout.text)
    if not others:
        return ""
    shown = ", ".join(
        f"{_shown(column, layout)}{_held(columns.profiles[column].labels, columns)}" for column in others[:SHOWN]
    )
    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    return f"column {shown}{more} could be read as the labels too"


def _held(share: float, columns: Columns) -> str:
    return f" ({100 * share:.0f} % are classes or ids)" if columns.taxonomy.names else ""


def _evidence(layout: Layout, columns: Columns, others: str) -> str:
    label, text = _shown(layout.label, layout), _shown(layout.text, layout)
    if layout.one_hot:
        shown = ", ".join(name for _, name in layout.one_hot[:SHOWN])
        more = f" and {len(layout.one_hot) - SHOWN} more" if len(layout.one_hot) > SHOWN else ""
        flags = f"{len(layout.one_hot)} columns of 0 and 1 ({shown}{more})"
        return f"{layout.evidence}; label: {flags}, text: column {text}"
    evidence = f"{layout.evidence}; label: column {label}, text: column {text}"
    if layout.label is not None and columns.taxonomy.names:
        evidence += f"; {100 * columns.profiles[layout.label].labels:.0f} % of the label column are labels"
        for column in echoes_of(columns, layout.label, layout.text):
            evidence += f"; column {_shown(column, layout)} says the same"
    return f"{evidence}; {others}" if others else evidence


def _shown(column: int | None, layout: Layout) -> str:
    if column is None:
        return "none"
    return f"{column + 1} {layout.columns[column]!r}" if layout.header else str(column + 1)


def _chosen(wanted: str | int | None, columns: Fields) -> int | None:
    """The column a user names, by number from 1 or by name in any case; None where there is no such column."""
    if isinstance(wanted, int):
        return wanted - 1 if 0 < wanted <= len(columns) else None
    names = [folded(name) for name in columns]
    return names.index(folded(wanted)) if wanted is not None and folded(wanted) in names else None
