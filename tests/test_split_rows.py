import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from typer.testing import CliRunner

import anechoic
from anechoic import EchoGroupSplit, audit_split, split_rows
from anechoic.api.leak_rate import SENSITIVITY, corrected_leak_rate
from anechoic.cli import app
from anechoic.project.errors import DataError

ORIGINALS, REPHRASED = "data/raw/2023-06.csv", "data/raw/2023-07-rephrased.csv"


def frame(path):
    with Path(path).open(encoding="utf-8", newline="") as stream:
        return pl.DataFrame(list(csv.reader(stream)), schema=["label", "text"], orient="row")


@pytest.fixture(scope="module")
def rows():
    return pl.concat([frame(ORIGINALS)[:120], frame(REPHRASED)[:120], frame(ORIGINALS)[:20]])


def sides_of_groups(split):
    return split.group_by("group").agg(pl.col("split").n_unique())["split"]


def test_split_rows_keeps_groups_whole_at_any_shares(rows):
    for shares, names in (({"a": 0.5, "b": 0.5}, {"a", "b"}), (4, {0, 1, 2, 3})):
        split = split_rows(rows, shares=shares)
        assert split.select(rows.columns).equals(rows)
        assert (sides_of_groups(split) == 1).all()
        assert set(split["split"]) == names
        sizes = split.group_by("split").len()["len"]
        assert sizes.max() - sizes.min() <= 4


def test_split_rows_binds_further_columns_and_nulls_bind_nothing(rows):
    customer = [None if at % 2 else f"c{at % 30}" for at in range(rows.height)]
    split = split_rows(rows.with_columns(customer=pl.Series(customer)), groups=["customer"])
    bound = split.drop_nulls("customer").group_by("customer").agg(pl.col("split").n_unique())
    assert (bound["split"] == 1).all()
    assert split["split"].n_unique() == 3


def test_the_order_of_the_rows_decides_nothing(rows):
    order = np.random.default_rng(0).permutation(rows.height)
    split, shuffled = split_rows(rows), split_rows(rows[order])
    assert shuffled["split"].to_list() == split["split"].gather(order).to_list()
    pairs = set(zip(shuffled["group"], split["group"].gather(order), strict=True))
    assert len(pairs) == split["group"].n_unique() == shuffled["group"].n_unique()
    texts, labels = rows["text"].to_numpy(), rows["label"].to_numpy()
    folds = [sorted(test) for _, test in EchoGroupSplit(3).split(texts, labels)]
    again = [sorted(order[test]) for _, test in EchoGroupSplit(3).split(texts[order], labels[order])]
    assert again == folds


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"shares": {"a": 0.7, "b": 0.7}}, "add up to 1.4"),
        ({}, {"text": "comment"}, "no column 'comment'"),
        ({}, {"shares": 500}, "too few for 500 sides"),
        ({"label": None}, {}, "260 rows have no 'label', the first is row 0"),
        ({"text": " "}, {}, "260 rows have no text"),
    ],
)
def test_bad_input_is_named(rows, change, options, message):
    with pytest.raises(DataError, match=message):
        split_rows(rows.with_columns(**{name: pl.lit(value) for name, value in change.items()}), **options)


def test_echo_group_split_serves_scikit_learn(rows):
    texts, labels = rows["text"].to_list(), rows["label"].to_numpy()
    model = make_pipeline(TfidfVectorizer(), LinearSVC())
    cv = EchoGroupSplit(3)
    honest, naive = cross_val_score(model, texts, labels, cv=cv).mean(), cross_val_score(model, texts, labels, cv=3)
    assert honest < naive.mean()
    search = GridSearchCV(model, {"linearsvc__C": [0.1, 1]}, cv=EchoGroupSplit(2, test_size=0.3)).fit(texts, labels)
    assert set(search.best_params_) == {"linearsvc__C"}
    assert clone(search).cv.get_params() == search.cv.get_params()
    assert clone(cv).n_splits == 3


def test_given_groups_stay_whole_and_every_row_is_tested_once():
    groups = np.repeat(np.arange(20), 5)
    labels = np.arange(100) % 4
    tested = []
    for train, test in EchoGroupSplit(4).split(np.zeros((100, 2)), labels, groups):
        assert not set(groups[train]) & set(groups[test])
        tested += list(test)
    assert sorted(tested) == list(range(100))


def test_no_texts_and_no_groups_or_too_few_groups_are_named():
    with pytest.raises(DataError, match="must hold one text a row"):
        next(EchoGroupSplit(2).split(np.zeros((4, 2)), [0, 1, 0, 1]))
    with pytest.raises(DataError, match="2 groups do not make 5 folds"):
        next(EchoGroupSplit(5).split(np.zeros((4, 2)), None, [0, 0, 1, 1]))


def test_planted_leaks_are_listed_and_a_clean_control_is_not():
    rows = frame(ORIGINALS)
    train, test = rows[:200], rows[200:260]
    clean = audit_split(train, test).report
    assert clean.leak_rate <= 0.05
    assert clean.corrected_leak_rate_low == 0
    copies = test[:6].with_columns(pl.col("text").str.to_uppercase())
    planted = audit_split(pl.concat([train, copies, copies]), test)
    exact = planted.leaks.filter(pl.col("kind") == "exact")
    assert sorted(exact["test_row"]) == sorted([*range(6)] * 2)
    assert set(exact["train_row"]) == set(range(200, 212))
    assert planted.report.kinds["exact"] == 6
    assert planted.report.corrected_leak_rate == pytest.approx(0.1, abs=0.05)
    assert planted.report.accuracy_without.rows == 60 - round(60 * planted.report.leak_rate)
    assert planted.report.accuracy_purged.rows == 60


@pytest.mark.parametrize("side", ["train", "test"])
def test_an_empty_side_is_named(side):
    sides = {"train": frame(ORIGINALS)[:5], "test": frame(ORIGINALS)[5:10]}
    with pytest.raises(DataError, match=f"{side} holds no row"):
        audit_split(**sides | {side: sides[side].clear()})


def test_the_correction_undoes_the_detectors_errors():
    recall, fresh = SENSITIVITY, 0.02
    found = round(10_000 * (0.2 * recall + 0.8 * fresh))
    estimate = corrected_leak_rate(0, found, 10_000, fresh, 5_000)
    rate, low, high = estimate.rate, estimate.low, estimate.high
    assert rate == pytest.approx(0.2, abs=0.001)
    assert low < rate < high
    nothing = corrected_leak_rate(0, 200, 10_000, fresh, 5_000)
    assert (nothing.rate, nothing.low) == (0, 0)
    assert corrected_leak_rate(100, 0, 100, fresh, 5_000).rate == 1


def test_the_command_fails_above_the_limit(tmp_path):
    train, test, leaks = tmp_path / "train.csv", tmp_path / "test.csv", tmp_path / "leaks.csv"
    train.write_text("label,text\n" + "7,the saddle was far too dear\n6,it never came in time\n" * 2)
    test.write_text("7,The saddle was far too dear\n1,no reason at all\n")
    done = CliRunner().invoke(app, ["audit", str(train), str(test), "--max-leak", "0.4", "--leaks", str(leaks)])
    assert done.exit_code == 1, done.output
    assert "test line 1: The saddle was far too dear" in done.output
    assert "train line 2: the saddle" in done.output
    assert leaks.read_text().count("\n") == 3
    assert CliRunner().invoke(app, ["audit", str(train), str(test), "--max-leak", "0.5"]).exit_code == 0


def test_the_package_loads_its_library_lazily():
    assert {"split_rows", "audit_split", "EchoGroupSplit"} <= set(dir(anechoic))
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = anechoic.nothing_such
