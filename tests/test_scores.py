import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

import anechoic
from anechoic.evaluate.baselines import majority, tfidf_svm
from anechoic.leakage.leakage import leakage
from anechoic.leakage.schema import LeakageParams
from anechoic.numeric.scores import difference, gap, macro_f1, score


def test_scores_and_cheap_models():
    truth, groups = np.array([0, 0, 1, 1]), np.arange(4)
    perfect = score(truth, truth, groups, 200, 1)
    assert (perfect.accuracy, perfect.macro_f1, perfect.rows) == (1, 1, 4)
    assert difference(truth == truth, truth == 0, groups, 200, 1)[0] == 0.5
    assert majority(np.array([2, 2, 1]), 2).tolist() == [2, 2]
    texts = ["too expensive", "price too high", "came late", "late delivery"]
    assert tfidf_svm(texts, truth, ["expensive price", "late"]).tolist() == [0, 1]


ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40)


@given(ROWS)
def test_macro_f1_is_the_mean_over_the_classes_of_the_truth(rows):
    truth, predicted = np.array(rows).T
    expected = f1_score(truth, predicted, labels=np.unique(truth), average="macro", zero_division=0)
    assert macro_f1(truth, predicted) == pytest.approx(expected)


@given(ROWS, st.randoms())
def test_a_score_does_not_hang_on_the_codes_of_labels_and_groups(rows, random):
    truth, predicted = np.array(rows).T
    groups = np.arange(len(rows)) // 2
    names = np.array(random.sample(range(100), 5))
    plain = score(truth, predicted, groups, 100, 1)
    assert score(names[truth], names[predicted], 7 * groups + 3, 100, 1).model_dump() == pytest.approx(
        plain.model_dump()
    )
    assert plain.accuracy_low <= plain.accuracy <= plain.accuracy_high


def test_a_class_that_is_only_predicted_is_not_one_more_class():
    assert macro_f1(np.array([0, 0, 0, 0]), np.array([0, 0, 0, 1])) == pytest.approx(6 / 7)


def test_gap_and_difference_are_zero_between_equals_and_have_a_sign():
    right, wrong = np.ones(50, dtype=bool), np.zeros(50, dtype=bool)
    half = np.arange(50) % 2 == 0
    assert gap(right, wrong)[0] == gap(right, wrong)[2] == 1
    assert gap(right, right)[1:] == pytest.approx(
        (-0.071, 0.071), abs=0.001
    )  # fifty all right are not all there is
    middle, low, high = gap(half, half)
    assert (middle, low < 0 < high) == (0, True)
    assert gap(half[:48], right) == pytest.approx((-0.5, -0.637, -0.345), abs=0.005)
    assert difference(half, half, np.arange(50), 100, 1)[0] == 0
    assert difference(wrong, half, np.arange(50), 100, 1)[0] == -0.5


# The stage leakage and audit_split score as everybody: two classes to learn, an examination of one of them where
# another is predicted once.


def clusters(sides):
    """Vectors of length 1 in two directions, with labels: (1, 0) is class 1, (0, 1) class 2."""
    return np.array([[1, 0] if side == 1 else [0, 1] for side in sides], dtype=np.float32)


def test_leakage_scores_the_exam_as_everybody():
    learned, examined = [1] * 10 + [2] * 10, [1, 1, 1, 2]
    height = len(learned) + len(examined)
    ids = [f"{row:02}" for row in range(height)]
    roles = ["raw"] * len(learned) + ["exam"] * len(examined)
    clean = pl.DataFrame({"row_id": ids, "role": roles, "label_id": learned + [1] * len(examined)})
    vectors = pl.Series(clusters(learned + examined).tolist(), dtype=pl.List(pl.Float32))
    embeddings = pl.DataFrame({"row_id": ids, "vector": vectors, "encoder": "planted"})
    groups = pl.DataFrame({"row_id": ids, "group_id": ids})
    sides = ["train"] * len(learned) + ["exam"] * len(examined)
    split = pl.DataFrame({"row_id": ids, "split": sides, "weight": [1.0] * height, "reason": ""})
    knobs = {
        "folds": 2,
        "repeats": 1,
        "most_rows": 100,
        "bootstraps": 100,
        "bands": [0.5],
        "stress": [0.9],
        "seed": 1,
    }
    report = leakage(clean, embeddings, groups, split, LeakageParams.model_validate(knobs))
    assert report.exam.accuracy == 0.75
    assert report.exam.macro_f1 == pytest.approx(6 / 7)


def test_an_audit_scores_as_everybody():
    price = ["the price is too high", "far too expensive", "costs too much money", "the quote was over budget"]
    late = ["it arrived three weeks late", "delivery takes too long", "still waiting for the parcel", "backordered"]
    train = pl.DataFrame({"text": price + late, "label": ["price"] * 4 + ["late"] * 4})
    test = pl.DataFrame({"text": ["shipping fees are too expensive", "I got tired of waiting"], "label": "price"})
    report = anechoic.audit_split(train, test).report
    assert report.accuracy.accuracy == 0.5
    assert report.accuracy.macro_f1 == pytest.approx(2 / 3)
