"""Which delimiter a CSV text uses, and the evidence for it."""

from collections import Counter
from collections.abc import Callable
from itertools import islice

from anechoic.files.csv_records import IsLabel, parse

DELIMITERS = (",", ";", "\t", "|")
SNIFFED = 300  # records that are enough to tell a delimiter


def sniff(text: str, is_label: IsLabel, is_header: Callable[[tuple[str, ...]], bool]) -> tuple[str, str]:
    """The delimiter and the evidence for it: equal widths, a column of labels, a header that names columns."""
    scores = {delimiter: _score(text, delimiter, is_label, is_header) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])  # the first of equals
    if scores[best] == 0:
        return ",", "no delimiter found"
    return best, f"{best!r} gives records of one width"


def _score(text: str, delimiter: str, is_label: IsLabel, is_header: Callable[[tuple[str, ...]], bool]) -> float:
    """From 0 (not this one): share of records of the commonest width, plus how label-like a column is."""
    if delimiter not in text:
        return 0.0
    sample = text[:1_000_000]
    rows = [record.fields for record in islice(parse(sample, delimiter), SNIFFED) if not record.problem]
    if len(sample) < len(text):
        rows = rows[:-1] or rows
    if not rows:
        return 0.0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    if width < 2:
        return 0.0
    columns = list(zip(*(row for row in rows if len(row) == width), strict=True))
    labels = max(sum(is_label(field) for field in column) / len(column) for column in columns)
    repeats = max(1 - len(set(column)) / len(column) for column in columns)
    return count / len(rows) + labels + 0.5 * repeats + 2 * is_header(rows[0])
