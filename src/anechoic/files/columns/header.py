"""Whether the first record of a file names its columns, and why."""

from statistics import median

from anechoic.files.columns.names import (
    LABEL_NAMES,
    NAME_CHARACTERS,
    TEXT_NAMES,
    Fields,
    folded,
    named,
    reads_like_a_name,
)
from anechoic.files.columns.profiles import Profile, profile
from anechoic.files.taxonomy import Taxonomy
from anechoic.text.shown import shown

HEADER_RECORDS = 3  # fewest below a header of unknown names, so that there is something to tell it from
HEADER_LABEL_SHARE = 0.8  # of a column below such a header that are labels
HEADER_NUMBER_SHARE = 0.95  # of a column below such a header that are numbers
HEADER_LENGTH = 0.7  # such a header's cell above the texts is shorter than this share of their mean length


def is_header(first: Fields, rest: list[Fields], taxonomy: Taxonomy) -> tuple[bool, str]:
    """Whether the first record names the columns, and why; from the surest sign to the weakest."""
    labels, texts = named(first, LABEL_NAMES), named(first, TEXT_NAMES)
    if labels and texts:
        return True, f"first record names the columns {folded(first[labels[0]])!r} and {folded(first[texts[0]])!r}"
    if len(first) == 1 and texts and rest:
        return True, f"first record names the column {folded(first[0])!r}"
    beginning = f"first record {[shown(cell)[:NAME_CHARACTERS] for cell in first[:3]]}"
    below = [row for row in rest if len(row) == len(first)]
    profiles = [profile([row[column] for row in below], taxonomy) for column in range(len(first))]
    if _heads_flags(first, profiles) and len(below) >= HEADER_RECORDS:
        return True, f"{beginning} stands above columns of 0 and 1"
    if len(first) < 2 or not all(map(reads_like_a_name, first)) or len(set(first)) < len(first):
        return False, f"{beginning} does not read like names of columns"
    if any(map(taxonomy.holds, first)):
        return False, f"{beginning} holds a label"
    if (labels or texts) and rest:
        name = folded(first[(labels or texts)[0]])
        return True, f"first record names the column {name!r}, its other fields read like names"
    # Names in a language we do not know: single words, short beside the texts, above a column of labels or numbers.
    single = all(len(cell.split()) == 1 and not taxonomy.is_near(cell) for cell in first)
    if len(below) >= HEADER_RECORDS and single:
        return _heads_values(first, below, profiles, beginning)
    return False, f"{beginning} names no label and text column"


def _heads_flags(first: Fields, profiles: list[Profile]) -> bool:
    """Whether names stand above two columns or more of 0 and 1."""
    return sum(each.binary and any(map(str.isalpha, cell)) for cell, each in zip(first, profiles, strict=True)) > 1


def _heads_values(first: Fields, below: list[Fields], profiles: list[Profile], beginning: str) -> tuple[bool, str]:
    """Whether words stand above a column of labels or of numbers, and a short one above the texts."""
    labels = max(each.labels for each in profiles)
    numbers = max(each.numbers for each in profiles)
    text = max(range(len(first)), key=lambda column: profiles[column].prose)
    typical = median(len(row[text]) for row in below)
    if len(first[text]) < HEADER_LENGTH * typical:
        if labels >= HEADER_LABEL_SHARE:
            return True, f"{beginning} reads like names, and {100 * labels:.0f} % of a column below it are labels"
        if numbers >= HEADER_NUMBER_SHARE:
            return True, f"{beginning} reads like names, and {100 * numbers:.0f} % of a column below it are numbers"
    return False, f"{beginning} names no label and text column"
