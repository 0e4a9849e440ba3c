"""How often the exam was looked at: an exam that chooses between models is no exam any more."""

from collections.abc import Iterable
from hashlib import blake2b

from anechoic.evaluate.schema import ExamLook, ExamLooks


def with_look(before: ExamLooks | None, exam_rows: Iterable[str], weights: str) -> tuple[ExamLooks, int]:
    """Looks so far, ids of the exam's rows, hash of the shipped weights -> all looks, and how many at this exam.

    The same weights looking at the same rows again are no new look. Without exam rows nothing is added.
    """
    looks = list(before.looks) if before else []
    rows = sorted(exam_rows)
    exam = blake2b("\n".join(rows).encode(), digest_size=12).hexdigest()
    look = ExamLook(exam=exam, weights=weights)
    if rows and look not in looks:
        looks.append(look)
    return ExamLooks(looks=looks), sum(each.exam == exam for each in looks)
