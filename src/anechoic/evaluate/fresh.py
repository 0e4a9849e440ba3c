"""The one accuracy that is quoted: what the shipped model will do on comments that nobody has seen yet."""

from collections.abc import Mapping

import numpy as np

from anechoic.evaluate.breakdown import Side
from anechoic.evaluate.schema import FreshScore
from anechoic.project.schema import Score


def fresh_score(
    scores: Mapping[str, Score], sides: Mapping[str, Side], *, leaking: bool, refitted: bool
) -> FreshScore | None:
    """Scores and rows of test and exam -> the accuracy to quote, from the better witness; None without either.

    The exam was read by the shipped weights and comes from elsewhere, as fresh comments do, so it speaks, unless
    it holds fewer echo groups than the test or lacks a class which the test has. It speaks in any case where
    the test surely promises more than the exam keeps (`leaking`). refitted: the shipped weights learned from more
    rows than those which read the test.
    """
    test, exam = scores.get("test"), scores.get("exam")
    if not test and not exam:
        return None
    enough = _covers(sides) and _witnesses(sides["exam"]) >= _witnesses(sides["test"])
    if exam and (test is None or leaking or enough):
        return _quoted("exam", exam, "the shipped weights read them, and no training saw them")
    if test is None:
        raise AssertionError("one of the two is there")
    why = "no copy or rewording of them was trained on"
    if refitted:
        why += "; they were read by weights that learned from fewer rows than the shipped ones"
    if exam is None:
        return _quoted("test", test, f"{why}; there is no exam")
    other = "it holds fewer different ones" if _covers(sides) else "it lacks classes that the test has"
    return _quoted("test", test, f"{why}; the exam ({exam.rows} rows) does not speak, as {other}")


def _quoted(side: str, score: Score, why: str) -> FreshScore:
    return FreshScore(
        accuracy=score.accuracy,
        accuracy_low=score.accuracy_low,
        accuracy_high=score.accuracy_high,
        rows=score.rows,
        side=side,
        why=f"measured on the {score.rows} rows of the {side}: {why}",
    )


def _covers(sides: Mapping[str, Side]) -> bool:
    """Whether the exam holds each class that the test holds."""
    counts = zip(sides["test"].counts(), sides["exam"].counts(), strict=True)
    return all(exam for test, exam in counts if test)


def _witnesses(side: Side) -> int:
    """Echo groups. Not the width of an interval: that is narrow where few rows happen to be all right."""
    return len(np.unique(side.groups))
