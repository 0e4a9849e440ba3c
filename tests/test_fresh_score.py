"""The one accuracy that is quoted, from the better witness; and how often the exam was looked at."""

import numpy as np
import polars as pl
import pytest

from anechoic.evaluate.breakdown import Side
from anechoic.evaluate.exam_looks import with_look
from anechoic.evaluate.fresh import fresh_score
from anechoic.project.schema import Score


def score(rows, width=0.1, accuracy=0.8):
    ends = {"accuracy_low": accuracy - width / 2, "accuracy_high": accuracy + width / 2}
    return Score(accuracy=accuracy, macro_f1=0.8, rows=rows, **ends)


def side(rows, classes=2):
    truth = np.arange(rows) % classes
    empty = pl.DataFrame({"row_id": [str(row) for row in range(rows)]})
    return Side(rows=empty, truth=truth, predicted=truth, groups=np.arange(rows), classes=2)


def quoted(test=None, exam=None, exam_classes=2, *, leaking=False, refitted=False):
    scores = {name: each for name, each in (("test", test), ("exam", exam)) if each}
    sides = {"test": side(test.rows if test else 0), "exam": side(exam.rows if exam else 0, exam_classes)}
    return fresh_score(scores, sides, leaking=leaking, refitted=refitted)


def test_the_larger_of_test_and_exam_speaks_however_narrow_the_others_interval():
    assert quoted(score(50, 0.1), score(90, 0.2)).side == "exam"
    few = quoted(score(90, 0.2), score(24, 0.02, 0.99))
    assert few.side == "test"
    assert "it holds fewer different ones" in few.why


def test_an_exam_that_lacks_a_class_does_not_speak_unless_the_test_leaks():
    assert "lacks classes" in quoted(score(50, 0.2), score(90, 0.1), exam_classes=1).why
    assert quoted(score(50, 0.1), score(50, 0.2), exam_classes=1, leaking=True).side == "exam"


def test_without_one_the_other_speaks_and_without_both_nothing():
    assert quoted(exam=score(9)).side == "exam"
    alone = quoted(test=score(9), refitted=True)
    assert (alone.side, alone.rows) == ("test", 9)
    assert "there is no exam" in alone.why
    assert "learned from fewer rows" in alone.why
    assert quoted() is None


def test_looks_count_models_at_one_exam_each_once():
    looks, count = with_look(None, ["a", "b"], "one")
    assert count == 1
    looks, count = with_look(looks, ["b", "a"], "one")
    assert count == 1
    looks, count = with_look(looks, ["a", "b"], "two")
    assert count == 2
    looks, count = with_look(looks, ["a", "b", "c"], "three")  # one row more is the same exam
    assert count == 3
    looks, count = with_look(looks, ["x", "y", "z"], "three")
    assert count == 1
    assert len(looks.looks) == 4


def test_a_large_exam_is_known_again_by_a_sketch_of_its_rows():
    rows = [f"row {at}" for at in range(2000)]
    looks, _ = with_look(None, rows, "one")
    assert len(looks.looks[0].rows) < 100
    assert with_look(looks, rows[:1800], "two")[1] == 2
    assert with_look(looks, [*rows[:400], *[f"other {at}" for at in range(1600)]], "two")[1] == 1


@pytest.mark.parametrize("before", [None, "two"])
def test_no_exam_is_no_look(before):
    looks = with_look(None, ["a"], before)[0] if before else None
    after, count = with_look(looks, [], "one")
    assert (len(after.looks), count) == (1 if before else 0, 0)
