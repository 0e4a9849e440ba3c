"""Sets of row ids as sketches: small enough for a report, and enough to tell how much two sets have in common."""

from collections.abc import Iterable
from hashlib import blake2b

SKETCH = 64  # smallest hashes of row ids that stand for a set (Broder 1997): enough to tell a half in common
SAME = 0.5  # share of the rows in common from which an exam is the same one


def sketch(rows: Iterable[str]) -> list[str]:
    """Row ids -> the smallest of their hashes, in order; of a small set all of them."""
    return sorted({blake2b(row.encode(), digest_size=6).hexdigest() for row in rows})[:SKETCH]


def in_common(one: list[str], other: list[str]) -> float:
    """Two sketches -> the share of the smallest hashes that stand in both, which is about that of the rows."""
    smallest = sorted({*one, *other})[:SKETCH]
    return len({*one} & {*other} & {*smallest}) / len(smallest) if smallest else 0.0


def same_exam(one: list[str], other: list[str]) -> bool:
    """Whether two sketches are those of one exam: most rows stand in both."""
    return in_common(one, other) >= SAME
