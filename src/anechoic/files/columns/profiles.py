"""What the columns of a file hold: labels, class names, numbers, prose; and which of them are one-hot."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from anechoic.files.columns.names import LABEL_NAMES, Fields
from anechoic.files.taxonomy import Taxonomy

ONES = frozenset("1 1.0 true yes x ja oui si sí wahr vrai".split())
ZEROS = frozenset("0 0.0 false no nein non falsch faux".split()) | {"", "-"}
DATE = re.compile(r"\d{1,4}[-/. ](?:\d{1,2}|[^\W\d_]{3,9}\.?)[-/. ,]+\d{2,4}(?:[T ].*)?")
MACHINE_WORD = re.compile(r"\S*(?:\d|://|www\.|@)\S*")  # a code, an address: no word of a message
PREFIX = re.compile(r"[_:.=]|\s+-\s+|\s")  # between the stem of a one-hot column's name and its class
STEMS = {*LABEL_NAMES, "is", "has", "y", "cat"}
EXCLUSIVE_SHARE = 0.5  # of the records that hold exactly one 1 in columns that part the classes among them
LABELLED_SHARE = 0.95  # of the records that hold one or more, where the columns' names are no known classes
ONE_HOT_COLUMNS = 3  # fewest, where their names are no classes that are known: two may be any two flags


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a column holds; shares are of its fields that are not blank and stand for a value."""

    filled: int  # fields that hold a value
    different: int
    labels: float  # share that are labels of the taxonomy
    names: float  # share that are labels by their name, not an id alone
    numbers: float  # share without a letter, or dates
    dates: float
    binary: bool  # nothing but 0 and 1, or what says so
    prose: float  # mean letters of messages, codes and addresses not counted; a field without counts 0

    @property
    def is_flag(self) -> bool:
        """Whether it holds 0 and 1, and not as ids of the taxonomy."""
        return self.binary and self.labels < 1

    @property
    def variety(self) -> float:
        """Different fields as a share of all that hold a value."""
        return self.different / max(1, self.filled)


def profile(fields: Sequence[str], taxonomy: Taxonomy) -> Profile:
    """The fields of a column -> what it holds."""
    counts = Counter(field.strip() for field in fields)
    given = {field: count for field, count in counts.items() if not taxonomy.lacks(field)}
    total = sum(given.values())

    def share(holding: dict[str, bool]) -> float:
        return sum(given[field] for field, held in holding.items() if held) / total if total else 0.0

    labels = {field: taxonomy.holds(field) or bool(taxonomy.several(field)) for field in given}
    names = {field: held and not taxonomy.is_id(field) for field, held in labels.items()}
    dates = {field: bool(DATE.fullmatch(field)) for field in given}
    numbers = {field: dates[field] or not any(map(str.isalpha, field)) for field in given}
    folded = {field.casefold() for field in counts}
    return Profile(
        filled=total,
        different=len(given),
        labels=share(labels),
        names=share(names),
        numbers=share(numbers),
        dates=share(dates),
        binary=bool(folded - {"", "-"}) and folded <= ONES | ZEROS,
        prose=sum(prose(field) * count for field, count in given.items()) / max(1, len(fields)),
    )


def prose(field: str) -> int:
    """Letters of a field that reads like a message; 0 for a code, a date, an address of a page or of mail."""
    if MACHINE_WORD.fullmatch(field) or DATE.fullmatch(field):
        return 0
    return sum(map(str.isalpha, field))


def is_one(field: str) -> bool:
    """Whether a field of a one-hot column says that the record is of its class."""
    return field.strip().casefold() in ONES


def one_hot(
    names: Fields, profiles: Sequence[Profile], body: Sequence[Fields], taxonomy: Taxonomy
) -> tuple[int, ...]:
    """The columns, called like classes, of which most records hold a 1 in exactly one; none where there are none.

    Where the taxonomy does not know their names, there must be three or more side by side, and nearly all records
    must hold a 1.
    """
    binary = [column for column, each in enumerate(profiles) if each.binary]
    classes = class_names(names, binary)
    known = [column for column in binary if taxonomy.holds(names[column]) or taxonomy.holds(classes[column])]
    if len(known) > 1 and _share_of_ones(known, body)[1] >= EXCLUSIVE_SHARE:
        return tuple(known)
    runs: list[list[int]] = []
    for column in binary:
        if runs and runs[-1][-1] == column - 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    longest = max(runs, key=len, default=[])
    some, exactly_one = _share_of_ones(longest, body)
    if len(longest) >= ONE_HOT_COLUMNS and some >= LABELLED_SHARE and exactly_one >= EXCLUSIVE_SHARE:
        return tuple(longest)
    return ()


def _share_of_ones(columns: Sequence[int], body: Sequence[Fields]) -> tuple[float, float]:
    """Shares of the records that hold a 1 in some of these columns, and in exactly one."""
    ones = [sum(is_one(row[column]) for column in columns) for row in body]
    return (mean(count > 0 for count in ones), mean(count == 1 for count in ones)) if ones else (0.0, 0.0)


def class_names(names: Fields, columns: Sequence[int]) -> dict[int, str]:
    """The classes that one-hot columns are called after, without a `label_` or `is_` that all begin with."""
    parts = {column: PREFIX.split(names[column].strip(), maxsplit=1) for column in columns}
    stems = {each[0].casefold() for each in parts.values()}
    if len(stems) == 1 and stems <= STEMS and all(len(each) > 1 and each[1].strip() for each in parts.values()):
        return {column: each[1].strip() for column, each in parts.items()}
    return {column: names[column].strip() for column in columns}
