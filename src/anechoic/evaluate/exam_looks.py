"""How often the exam was looked at: an exam that chooses between models is no exam any more."""

from collections.abc import Iterable

from anechoic.evaluate.schema import ExamLook, ExamLooks
from anechoic.numeric.sketches import same_exam, sketch


def with_look(before: ExamLooks | None, exam_rows: Iterable[str], weights: str) -> tuple[ExamLooks, int]:
    """Looks so far, ids of the exam's rows, hash of the shipped weights -> all looks, and how many at this exam.

    The same weights looking at the same exam again are no new look; an exam that most rows of another are in is the
    same one. Without exam rows nothing is added.
    """
    looks = list(before.looks) if before else []
    rows = sketch(exam_rows)
    if not rows:
        return ExamLooks(looks=looks), 0
    seen = [look for look in looks if same_exam(look.rows, rows)]
    if weights not in {look.weights for look in seen}:
        looks.append(ExamLook(rows=rows, weights=weights))
        seen.append(looks[-1])
    return ExamLooks(looks=looks), len(seen)
