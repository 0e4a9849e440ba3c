"""Which delimiter a CSV text uses, and the evidence for it."""

from collections import Counter
from collections.abc import Callable
from itertools import islice

from anechoic.files.csv_records import IsLabel, parse

DELIMITERS = (",", ";", "\t", "|")
SNIFFED_RECORDS = 300  # enough to tell a delimiter
SNIFFED_CHARACTERS = 1_000_000  # in which they must stand
REPEATS_WEIGHT = 0.5  # of a column whose fields repeat, as labels do, beside one of known labels
HEADER_WEIGHT = 2.0  # of a first record that names label and text: more than all the rest together


def sniff(text: str, is_label: IsLabel, is_header: Callable[[tuple[str, ...]], bool]) -> tuple[str, str]:
    """A CSV text -> its delimiter and why: equal widths, a column of labels, a header that names columns."""
    scores = {delimiter: _score(text, delimiter, is_label, is_header) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])  # the first of equals
    if scores[best] == 0:
        return ",", "no delimiter found"
    return best, f"{best!r} gives records of one width"


def _score(text: str, delimiter: str, is_label: IsLabel, is_header: Callable[[tuple[str, ...]], bool]) -> float:
    """How well a delimiter fits, from 0 (not at all) to 4.5.

    Adds up the share of records of the commonest width, the share of known labels in the best column, how much a
    column repeats itself, and whether the first record names columns.
    """
    if delimiter not in text:
        return 0.0
    sample = text[:SNIFFED_CHARACTERS]
    rows = [record.fields for record in islice(parse(sample, delimiter), SNIFFED_RECORDS) if not record.problem]
    if len(sample) < len(text):  # the last record may be cut
        rows = rows[:-1] or rows
    if not rows:
        return 0.0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    if width < 2:
        return 0.0
    columns = list(zip(*(row for row in rows if len(row) == width), strict=True))
    labels = max(sum(is_label(field) for field in column) / len(column) for column in columns)
    repeats = max(1 - len(set(column)) / len(column) for column in columns)
    header = HEADER_WEIGHT if is_header(rows[0]) else 0.0
    return count / len(rows) + labels + REPEATS_WEIGHT * repeats + header
