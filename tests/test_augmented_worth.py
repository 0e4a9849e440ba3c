"""What rows made from others did to the accuracy, on planted ones of known worth; and that they examine nothing."""

import numpy as np
import polars as pl
import pytest
from test_leakage import CLASSES, report_of, rows_of, unit
from test_split_sides import clean_of

from anechoic.augmented.declared import declared
from anechoic.augmented.ties import folds_of_originals, units_of
from anechoic.diversity.accuracy_change import accuracy_changes, training_weights
from anechoic.diversity.augmented_worth import augmented_worth, taking_part
from anechoic.diversity.drop_worth import changes_by_drop, labelled_vectors
from anechoic.diversity.learning_curve import measure
from anechoic.numeric.linear_probe import LabelledVectors, fold_parts, out_of_fold
from anechoic.project.errors import DataError

DIMENSION = 24


def planted(originals=120, fresh=0, copies=0, turned=0.0, seed=0):
    """Originals, fresh rows and rewordings of the first originals, the last two kinds declared.

    turned: share of the declared rows that carry another label.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(originals + fresh) % CLASSES
    vectors = unit(np.eye(DIMENSION)[labels] + 0.45 * rng.normal(size=(len(labels), DIMENSION)))
    again = unit(vectors[:copies] + 0.05 * rng.normal(size=(copies, DIMENSION)))
    labels, groups = np.append(labels, labels[:copies]), np.append(np.arange(len(labels)), np.arange(copies))
    made = np.arange(len(labels)) >= originals
    wrong = made & (rng.random(len(labels)) < turned)
    labels = np.where(wrong, (labels + 1) % CLASSES, labels)
    return LabelledVectors(np.vstack([vectors, again]), labels, groups, made, groups)


def test_fresh_meanings_help():
    worth = augmented_worth(planted(60, fresh=400), "keep_one", 3)
    assert worth.accuracy_change_low > 0
    assert (worth.rows, worth.counting) == (400, 400)
    assert "they help, +" in worth.verdict


@pytest.mark.parametrize("policy", ["keep_one", "weight", "keep_all"])
def test_fresh_meanings_under_other_labels_hurt(policy):
    worth = augmented_worth(planted(120, fresh=240, turned=0.9), policy, 3)
    assert worth.accuracy_change_high < 0
    assert "they hurt, -" in worth.verdict


@pytest.mark.parametrize("policy", ["keep_one", "weight", "keep_all"])
@pytest.mark.parametrize("turned", [0, 0.9])
def test_rewordings_change_nothing_that_shows_whatever_their_labels(policy, turned):
    worth = augmented_worth(planted(120, copies=120, turned=turned), policy, 3)
    assert worth.accuracy_change_low <= 0 <= worth.accuracy_change_high
    assert "no change that can be shown" in worth.verdict
    if policy == "keep_one":
        assert (worth.accuracy_change, worth.counting) == (0, 0)
        assert "for originals say what they say" in worth.verdict


def test_what_cannot_be_measured_says_why_and_nothing_declared_is_null():
    assert "not measured, there are fewer than 20" in augmented_worth(planted(120, fresh=19), "keep_one", 3).verdict
    assert "fewer than 20 other echo groups" in augmented_worth(planted(19, fresh=60), "keep_one", 3).verdict
    assert "no other rows" in augmented_worth(planted(0, fresh=60), "keep_one", 3).verdict
    assert augmented_worth(planted(60), "keep_one", 3) is None


def test_weights_are_those_of_the_split():
    data = LabelledVectors(
        np.zeros((7, 2), dtype=np.float32),
        np.array([0, 0, 1, 1, 1, 0, 1]),
        np.array([0, 0, 0, 1, 1, 2, 2]),
        np.array([False, True, True, True, True, True, True]),
    )
    every = np.ones(7, dtype=bool)
    weights = {
        policy: training_weights(data, every, ~data.made, policy) for policy in ("keep_one", "weight", "keep_all")
    }
    assert weights["keep_one"].tolist() == [1, 0, 0, 1, 0, 0, 0]  # the last group is tied, and no original decides
    assert weights["weight"].tolist() == [0.5, 0.5, 0, 0.5, 0.5, 0, 0]
    assert weights["keep_all"].tolist() == [1, 1, 0, 1, 1, 0, 0]


def test_a_made_row_is_in_no_test_and_trains_where_nothing_that_it_is_tied_to_is_tested():
    data = planted(60, fresh=20, copies=40)
    fold = folds_of_originals(data.labels, data.unit(), data.made, 5, 1)
    assert (fold[60:80] == -1).all()
    tested = []
    for train, test in fold_parts(fold, data.made):
        assert not data.made[test].any()
        assert not set(data.groups[train]) & set(data.groups[test])
        assert set(range(60, 80)) <= set(train)
        tested += test.tolist()
    assert sorted(tested) == list(range(60))
    assert (out_of_fold(data.vectors, data.labels, fold, data.made)[60:] == -1).all()
    alone = folds_of_originals(data.labels[:60], data.groups[:60], data.made[:60], 5, 1)
    assert (fold[:60] == alone).all()  # as if nothing had been made of them


def test_a_named_source_ties_a_row_to_it():
    metas = [{}, {}, {}, {"made_from": "text 1"}]
    clean = clean_of([f"text {at}" for at in range(4)], metas=metas)
    rows = clean.with_columns(group_id=pl.Series(["a", "b", "c", "d"]))
    units = units_of(rows, declared(clean, [], "made_from"))
    assert units[3] == units[1]
    assert len(set(units)) == 3


def tables(data):
    """The tables of these rows, made ones named by a column within one file."""
    count = len(data.labels)
    metas = [{"made_from": f"text {data.groups[at]}"} if data.made[at] else {} for at in range(count)]
    clean = clean_of([f"text {at}" for at in range(count)], labels=data.labels.tolist(), metas=metas)
    embeddings = pl.DataFrame({"row_id": clean["row_id"], "vector": pl.Series(list(data.vectors))})
    groups = pl.DataFrame({"row_id": clean["row_id"], "group_id": [f"g{group:04}" for group in data.groups]})
    return clean, embeddings, groups


def test_rows_that_a_column_declares_within_a_file_are_measured():
    data = planted(120, copies=120)
    clean, embeddings, groups = tables(data)
    made = declared(clean, [], "made_from")
    found = labelled_vectors(clean, embeddings, groups, made)
    assert (found.made == data.made).all()
    assert augmented_worth(found, "keep_one", 3) == augmented_worth(data, "keep_one", 3)
    assert changes_by_drop(clean, found, 3)["a.csv"].reason == "there are no other rows to test on"


def test_rows_that_a_person_a_flag_or_a_lost_source_keeps_out_take_no_part():
    clean, _, _ = tables(planted(10, copies=4))
    clean = clean.with_columns(
        meta=pl.when(pl.col("row_id") == "r0013").then(pl.lit('{"made_from": "gone"}')).otherwise("meta")
    )
    reasons = {"r0010": "augmented", "r0011": "review_drop", "r0003": "gibberish"}
    split = pl.DataFrame({"row_id": list(reasons), "split": ["excluded"] * 3, "reason": list(reasons.values())})
    left = set(clean["row_id"]) - set(taking_part(clean, split, declared(clean, [], "made_from"))["row_id"])
    assert left == {"r0003", "r0011", "r0013"}


def test_a_file_is_examined_on_originals_alone():
    data = planted(60, fresh=40)
    other = np.arange(100) < 30
    spoilt = LabelledVectors(data.vectors, np.where(data.made, 3, data.labels), data.groups, data.made, data.groups)
    for each in (data, spoilt):
        (change,) = accuracy_changes(each, [other], 3)
        assert change.low is not None
    without = LabelledVectors(
        data.vectors[:40], data.labels[:40], data.groups[:40], data.made[:40], data.groups[:40]
    )
    assert "fewer than 20 other" in accuracy_changes(without, [other[:40]], 3)[0].reason


def test_the_learning_curve_is_that_of_the_originals():
    data = planted(40, fresh=20, copies=20)
    found, alone = measure(data, 1), measure(data.of(~data.made), 1)
    assert found.distinct == alone.distinct == 40
    assert (found.hits == alone.hits).all()


def leaked(fresh_labels=None, made=None, **knobs):
    vectors, labels, groups = rows_of(120, 3, copies=60)
    labels = labels if fresh_labels is None else np.append(labels[:120], fresh_labels)
    return report_of(vectors, labels, groups, made=made, stress=[], **knobs)


def made_of(first, count):
    ids = [f"r{row:04}" for row in range(first, count)]
    return pl.DataFrame(
        {"row_id": ids, "source": pl.Series([None] * len(ids), dtype=pl.String), "lost": [False] * len(ids)}
    )


def test_the_price_tag_examines_originals_alone():
    report = leaked(made=made_of(120, 180))
    assert (report.rows, report.only_trained) == (180, 60)
    assert sum(band.rows for band in report.bands) == pytest.approx(120)
    assert "60 rows made from others only train" in " ".join(report.sentences())
    assert leaked().only_trained == 0


def test_copies_in_training_pretend_points_and_are_not_there_in_the_honest_test():
    report = leaked(made=made_of(120, 180))
    alone = report_of(*(each[:120] for each in rows_of(120, 3, copies=60)), stress=[])
    assert report.inflation_low > 0
    assert report.honest_accuracy == pytest.approx(alone.honest_accuracy, abs=0.05)


def test_wrong_labels_of_made_rows_are_no_right_answers():
    """All made rows carry one label: were they examined, a model that says so would be right on them."""
    spoilt = leaked(fresh_labels=np.zeros(60, dtype=int), made=made_of(120, 180))
    examined = leaked(fresh_labels=np.zeros(60, dtype=int))
    assert sum(band.rows for band in spoilt.bands) < sum(band.rows for band in examined.bands)
    clean, turned = (
        leaked(made=made_of(120, 180)),
        leaked(fresh_labels=np.zeros(60, dtype=int), made=made_of(120, 180)),
    )
    assert turned.honest_accuracy < clean.honest_accuracy


def test_a_lost_source_is_in_neither_arm_and_declaring_all_is_refused():
    lost = made_of(120, 180).with_columns(lost=pl.lit(value=True))
    assert leaked(made=lost).rows == 120
    with pytest.raises(DataError, match="All 180 rows are declared as made from others"):
        leaked(made=made_of(0, 180))


def test_a_file_beside_declared_rows_alone_is_not_measured_and_says_why():
    data = planted(120, copies=60)
    (change,) = accuracy_changes(data, [~data.is_made()], 3)
    assert change.change is None
    assert "fewer than 20 other" in change.reason


def test_a_file_that_is_all_declared_has_one_value():
    data = planted(120, fresh=100, copies=60)
    (of_file,) = accuracy_changes(data, [data.is_made()], 3, "keep_one")
    assert of_file.change == augmented_worth(data, "keep_one", 3).accuracy_change
