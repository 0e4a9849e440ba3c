"""How often the exam was looked at: an exam that chooses between models is no exam any more."""

from collections.abc import Iterable
from hashlib import blake2b

from anechoic.evaluate.schema import ExamLook, ExamLooks

SKETCH = 64  # smallest hashes of row ids that stand for an exam (Broder 1997): enough to tell a half in common
SAME = 0.5  # share of the rows in common from which an exam is the same one


def with_look(before: ExamLooks | None, exam_rows: Iterable[str], weights: str) -> tuple[ExamLooks, int]:
    """Looks so far, ids of the exam's rows, hash of the shipped weights -> all looks, and how many at this exam.

    The same weights looking at the same exam again are no new look; an exam that most rows of another are in is the
    same one. Without exam rows nothing is added.
    """
    looks = list(before.looks) if before else []
    rows = sorted(blake2b(row.encode(), digest_size=6).hexdigest() for row in exam_rows)[:SKETCH]
    if not rows:
        return ExamLooks(looks=looks), 0
    seen = [look for look in looks if _in_common(look.rows, rows) >= SAME]
    if weights not in {look.weights for look in seen}:
        looks.append(ExamLook(rows=rows, weights=weights))
        seen.append(looks[-1])
    return ExamLooks(looks=looks), len(seen)


def _in_common(one: list[str], other: list[str]) -> float:
    """The share of the smallest hashes of both that stand in both, which is about that of the rows."""
    smallest = sorted({*one, *other})[:SKETCH]
    return len({*one} & {*other} & {*smallest}) / len(smallest) if smallest else 0.0
