from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import tiny

from anechoic.classifier.classifier import Classifier
from anechoic.diversity.schema import NextRows, WorthReport
from anechoic.evaluate import reliability
from anechoic.evaluate.evaluate import Before, ProjectTables, evaluate
from anechoic.evaluate.schema import EvaluateParams
from anechoic.project import model_store
from anechoic.project.schema import Labels
from anechoic.project.tables import PREDICTIONS
from anechoic.train.train import train

EVALUATE = EvaluateParams(bootstraps=200, bands=[0.6, 0.8], mistakes=5, widest=0.5, gap=0.05, seed=1)


# What the stage diversity says of rows whose curve is flat and whose labels show no fault.
FLAT = NextRows(rows=100, gain=0.0, gain_low=0.0, gain_high=0.002)
CALM = WorthReport(
    drops=[],
    drift=[],
    curve=[],
    next_rows=FLAT,
    doubled=FLAT,
    curve_reason="",
    ceiling=0.99,
    ceiling_low=0.95,
    ceiling_high=1.0,
)


def before(report, data=CALM, looks=None, weights="w"):
    return Before(train=report, data=data, looks=looks, weights=weights)


def tables_of(project):
    return ProjectTables(
        clean=project.clean, embeddings=project.embeddings, split=project.split, groups=project.groups
    )


def evaluated(project, **tables):
    return evaluate(replace(tables_of(project), **tables), project.classifier, before(project.report), EVALUATE)


@pytest.fixture(scope="module")
def project():
    return tiny.project()


@pytest.fixture(scope="module")
def result(project):
    return evaluated(project)


def test_calibration_error_of_an_honest_and_of_a_boasting_model():
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.5, 1, 20_000)
    right = rng.random(20_000) < confidence
    assert reliability.expected_calibration_error(reliability.reliability(confidence, right)) < 0.02
    boasting = reliability.reliability(np.full(100, 0.99), np.arange(100) < 50)
    assert reliability.expected_calibration_error(boasting) == pytest.approx(0.49)


def test_a_bin_holds_its_rows_and_its_interval_their_share():
    confidence = np.array([0.05, 0.07, 1.0, 0.95])
    bins = reliability.reliability(confidence, np.array([True, False, True, True]))
    assert [(each.from_, each.to, each.rows) for each in bins] == [(0, 0.1, 2), (0.9, 1, 2)]
    assert all(each.accuracy_low <= each.accuracy <= each.accuracy_high for each in bins)


def test_every_row_is_predicted_and_the_contract_kept(project, result):
    assert result.predictions.height == project.clean.height
    PREDICTIONS.schema.validate(result.predictions, cast=True)
    sums = result.predictions["probabilities"].list.sum().to_numpy()
    assert np.allclose(sums, 1, atol=1e-4)


def test_the_seeds_faults_are_caught(result):
    report = result.report
    advice = " ".join(report.advice)
    assert "The exam holds 1 of 2 classes: it says nothing about lead time." in advice
    assert "The exam repeats itself: 6 rows are 1 different things" in advice
    assert report.exam.rows == 2


def test_scores_stand_beside_cheap_models_and_the_worth_is_told(result):
    report = result.report
    assert set(report.baselines) == {"majority", "tfidf_svm", "probe"}
    assert report.baselines["tfidf_svm"].test.accuracy > report.baselines["majority"].test.accuracy
    assert [worth.side for worth in report.worth] == ["test", "exam", "test and exam"]
    assert len({worth.beside for worth in report.worth}) == 1
    assert sum(sentence.startswith("Fine-tuning") for sentence in report.advice) == 1
    assert sum(map(sum, report.confusion)) == report.test.rows == 24
    for by in ("similarity", "length", "drop"):
        parts = [each.rows for each in report.slices if each.by == by and each.side == "test"]
        assert sum(parts) in (0, 24)  # none where one part would hold them all
        assert 24 not in parts


def test_a_train_row_is_not_its_own_nearest(result):
    predictions = result.predictions
    assert predictions.filter(pl.col("split") == "train")["similarity_to_train"].max() < 0.9999


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"widest": 0.01}, "too_little_data"),
        ({}, "good"),
    ],
)
def test_verdicts_of_a_model_that_learned(project, change, verdict):
    raw = replace(tables_of(project), clean=project.clean.filter(pl.col("role") == "raw"))
    params = EVALUATE.model_copy(update=change)
    assert evaluate(raw, project.classifier, before(project.report), params).report.verdict == verdict


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, "no fault of training, amount or labels shows: use it"),
        ({"ceiling_high": 0.992}, "no fault of training or amount shows; labels that are wrong leave 99 % at most"),
        ({"ceiling": None, "ceiling_low": None, "ceiling_high": None}, "no fault of training or amount shows"),
        ({"next_rows": None, "doubled": None}, "no fault of training or labels shows"),
    ],
)  # fmt: skip
def test_no_fault_is_denied_that_was_found_or_not_looked_for(project, change, told):
    raw = replace(tables_of(project), clean=project.clean.filter(pl.col("role") == "raw"))
    report = evaluate(
        raw, project.classifier, before(project.report, CALM.model_copy(update=change)), EVALUATE
    ).report
    assert report.verdict == "good"
    assert told in report.verdict_reason


def test_planted_faults_are_judged(project):
    clean, embeddings, split, groups = project.clean, project.embeddings, project.split, project.groups
    flipped = 13 - pl.col("label_id")

    def judged(where, exam=False):
        rows = clean.filter(pl.col("role") == "raw")
        if exam:
            more = rows.with_columns(row_id="x" + pl.col("row_id"), role=pl.lit("exam"))
            sides = split.join(rows, on="row_id", how="semi")
            sealed = more.select("row_id", split=pl.lit("exam"), weight=pl.lit(1.0), group_id="row_id")
            sides = pl.concat([sides, sealed])
            vectors = pl.concat([embeddings, embeddings.with_columns(row_id="x" + pl.col("row_id"))])
            named = pl.concat(
                [groups, groups.with_columns(row_id="x" + pl.col("row_id"), group_id="x" + pl.col("group_id"))]
            )
            rows = pl.concat([rows, more])
        else:
            sides, vectors, named = split, embeddings, groups
        wrong = rows["row_id"].is_in(sides.filter(where)["row_id"].to_list())
        rows = rows.with_columns(label_id=pl.when(wrong).then(flipped).otherwise(pl.col("label_id")))
        return evaluated(project, clean=rows, embeddings=vectors, split=sides, groups=named).report.verdict

    assert judged(pl.col("split") == "test") == "overfit"
    assert judged(pl.col("split") == "exam", exam=True) == "leaking"


@pytest.mark.parametrize("kept", [0, 2])
def test_a_test_of_nearly_one_class_is_not_called_chance(project, kept):
    """price alone, or price and two rows of the other class: a model that is right is no worse for it."""
    rare = pl.col("label_id") == 6
    raw = project.clean.filter(pl.col("role") == "raw")
    tested = raw.join(project.split.filter(pl.col("split") == "test"), on="row_id", how="semi")
    gone = tested.filter(rare)["row_id"].to_list()[kept:]
    weight = pl.when(pl.col("row_id").is_in(gone)).then(0.0).otherwise("weight")
    report = evaluated(project, clean=raw, split=project.split.with_columns(weight=weight)).report
    assert "saying one class always" not in report.verdict_reason


def test_no_test_and_no_exam_is_said(project):
    weight = pl.when(pl.col("split").is_in(["test", "exam"])).then(0.0).otherwise("weight")
    report = evaluated(project, split=project.split.with_columns(weight=weight)).report
    assert (report.test, report.exam, report.verdict) == (None, None, "too_little_data")


def test_classes_without_rows_stop_nothing_and_are_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    labels = Labels.model_validate(tiny.LABELS.model_dump() | {9: {"name": "credit", "meaning": ""}})
    clean, split = tiny.tables(rows=40, validation=1, test=3)
    trained = train(clean, split, labels, tiny.params(tiny.checkpoint(tmp_path / "bert"), epochs=1))
    model_store.write_model(f"{tmp_path}/classifier", trained.save)
    tables = ProjectTables(
        clean=clean,
        embeddings=clean.select("row_id", tiny.vectors(clean.height)),
        split=split,
        groups=clean.select("row_id", group_id="row_id"),
    )
    report = evaluate(tables, Classifier.load(f"{tmp_path}/classifier"), before(trained.report), EVALUATE).report
    told = " ".join(report.advice)
    assert "No training row is of credit: the model cannot know what belongs there." in told
    assert "Validation holds no row of price, credit" in told
    assert "Validation holds 1 rows" in told
    assert "The test holds 2 of 3 classes: it says nothing about credit." in told
    assert report.verdict == "too_little_data"
    assert 0.5 < report.temperature < 2


def answered_by(project, below, wanted, *, reached=True):
    classifier = replace(
        project.classifier, card=project.classifier.card.model_copy(update={"abstain_below": below})
    )
    change = {"answered_accuracy": wanted, "answered_accuracy_reached": reached}
    return evaluate(
        tables_of(project), classifier, before(project.report.model_copy(update=change)), EVALUATE
    ).report


def test_a_share_right_that_is_not_kept_is_said_to_be_missed(project):
    kept = answered_by(project, 0.0, 0.5)
    test, exam = kept.answered
    assert (test.side, test.answered, test.verdict, exam.side) == ("test", 24, "reached", "exam")
    assert not any(each.startswith("Missed") for each in kept.advice)
    few = answered_by(project, 0.0, 0.99)
    assert few.answered[0].verdict == "open"
    assert "so few rows leave it open" in " ".join(few.advice)
    never = answered_by(project, 1.0, 0.9, reached=False)
    assert never.answered[0].answered == 0
    assert any(each.startswith("Missed: by validation (16 rows) no confidence") for each in never.advice)


@pytest.mark.parametrize(("hits", "verdict"), [(10, "missed"), (17, "open"), (20, "open")])
def test_the_interval_decides_whether_what_was_asked_for_is_kept(hits, verdict):
    told = reliability.answered("test", np.full(20, 0.9), np.arange(20) < hits, 0.5, 0.9)
    assert (told.rows, told.answered, told.verdict) == (20, 20, verdict)


def planted(project, row_id, like):
    """The project's embeddings where one row has the vector of another, which is then its nearest at cosine 1."""
    vector = project.embeddings.filter(pl.col("row_id") == like)["vector"].to_list()
    moved = pl.when(pl.col("row_id") == row_id).then(
        pl.lit(vector, dtype=pl.List(pl.List(pl.Float32))).list.first()
    )
    return project.embeddings.with_columns(vector=moved.otherwise(pl.col("vector")))


def similarity(result, row_id):
    return result.predictions.filter(pl.col("row_id") == row_id)["similarity_to_train"][0]


@pytest.mark.parametrize(("refit", "near"), [("none", False), ("all", True)])
def test_an_exam_row_is_compared_with_what_the_shipped_model_learned_from(refit, near):
    project = tiny.project(refit, 1)
    (test_row,) = project.split.filter(pl.col("split") == "test").head(1)["row_id"]
    result = evaluated(project, embeddings=planted(project, "e001", test_row))
    assert (similarity(result, "e001") > 0.999) == near


def test_a_test_row_is_compared_with_train_alone_because_an_earlier_model_predicts_it():
    project = tiny.project("all", 1)
    one, other = project.split.filter(pl.col("split") == "test").head(2)["row_id"]
    (train_row,) = project.split.filter(pl.col("split") == "train").head(1)["row_id"]
    assert similarity(evaluated(project, embeddings=planted(project, one, other)), one) < 0.999
    assert similarity(evaluated(project, embeddings=planted(project, one, train_row)), one) > 0.999


def test_rows_without_weight_are_no_training_rows(project):
    (test_row,) = project.split.filter(pl.col("split") == "test").head(1)["row_id"]
    (train_row,) = project.split.filter(pl.col("split") == "train").head(1)["row_id"]
    weight = pl.when(pl.col("row_id") == train_row).then(0.0).otherwise("weight")
    unused = project.split.with_columns(weight=weight)
    result = evaluated(project, embeddings=planted(project, test_row, train_row), split=unused)
    assert similarity(result, test_row) < 0.999


def test_mistakes_name_the_nearest_training_row(project):
    (test_row,) = project.split.filter(pl.col("split") == "test").head(1)["row_id"]
    (train_row,) = project.split.filter(pl.col("split") == "train").head(1)["row_id"]
    flipped = pl.when(pl.col("row_id") == test_row).then(13 - pl.col("label_id")).otherwise("label_id")
    clean = project.clean.with_columns(label_id=flipped)
    report = evaluated(project, clean=clean, embeddings=planted(project, test_row, train_row)).report
    (mistake,) = [each for each in report.mistakes if each.row_id == test_row]
    assert mistake.nearest_text == clean.filter(pl.col("row_id") == train_row)["text"][0]
    assert mistake.nearest_cosine == pytest.approx(1)


def test_numbers_of_a_class_fit_the_confusion(result):
    report = result.report
    lines = np.array(report.confusion)
    for code, name in enumerate(report.labels):
        label = report.test.per_label[name]
        assert label.rows == lines[code].sum()
        assert label.recall == pytest.approx(lines[code, code] / lines[code].sum())
        assert label.recall_low <= label.recall <= label.recall_high
