import csv
from io import StringIO

import numpy as np
import polars as pl
import pytest
import tiny
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.classifier import temperature
from anechoic.classifier.classifier import Classifier
from anechoic.classifier.explain import explain
from anechoic.embed.schema import EmbedParams
from anechoic.evaluate import reliability
from anechoic.evaluate.baselines import majority, tfidf_svm
from anechoic.evaluate.evaluate import evaluate
from anechoic.evaluate.schema import EvaluateParams
from anechoic.files.unlabelled import read_inbox
from anechoic.numeric.scores import difference, score
from anechoic.predict.junk import junk_of
from anechoic.predict.predict import Known, predict
from anechoic.predict.schema import PredictParams
from anechoic.project import io, model_store
from anechoic.project.schema import Labels
from anechoic.project.tables import PREDICTIONS
from anechoic.spectra.schema import SpectraParams
from anechoic.spectra.spectra import spectra
from anechoic.train.train import train
from anechoic.validate.schema import ValidateParams

LABELS = Labels.model_validate({6: {"name": "lead time", "meaning": ""}, 7: {"name": "price", "meaning": ""}})
EVALUATE = EvaluateParams(bootstraps=200, bands=[0.6, 0.8], mistakes=5, widest=0.5, gap=0.05, seed=1)
SPECTRA = SpectraParams(least=50, nulls=8, seed=1)


# --- calibration ----------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=10)
@given(st.floats(0.3, 4))
def test_temperature_finds_how_overconfident_scores_are(truth):
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4000, 4)) * 2
    drawn = [rng.choice(4, p=row) for row in temperature.probabilities(scores, 1)]
    assert temperature.fit_temperature(scores * truth, np.array(drawn)) == pytest.approx(truth, rel=0.15)


def test_calibration_error_of_an_honest_and_of_a_boasting_model():
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.5, 1, 20_000)
    right = rng.random(20_000) < confidence
    assert reliability.expected_calibration_error(reliability.reliability(confidence, right)) < 0.02
    boasting = reliability.reliability(np.full(100, 0.99), np.arange(100) < 50)
    assert reliability.expected_calibration_error(boasting) == pytest.approx(0.49)


def test_the_abstain_threshold_gives_the_wanted_share_right():
    confidence, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True])
    assert temperature.abstain_threshold(confidence, right, 1) == 0.8
    assert temperature.abstain_threshold(confidence, right, 0.75) == 0
    assert temperature.abstain_threshold(confidence, ~right & (confidence < 0), 0.5) == 1
    assert temperature.abstain_threshold(confidence[:0], right[:0], 0.9) == 0


# --- scores ---------------------------------------------------------------------------------------------


def test_scores_and_cheap_models():
    truth, groups = np.array([0, 0, 1, 1]), np.arange(4)
    perfect = score(truth, truth, groups, 200, 1)
    assert (perfect.accuracy, perfect.macro_f1, perfect.rows) == (1, 1, 4)
    assert difference(truth == truth, truth == 0, groups, 200, 1)[0] == 0.5
    assert majority(np.array([2, 2, 1]), 2).tolist() == [2, 2]
    texts = ["too expensive", "price too high", "came late", "late delivery"]
    assert tfidf_svm(texts, truth, ["expensive price", "late"]).tolist() == [0, 1]
    assert tfidf_svm(texts[:2], truth[:2], ["late"]).tolist() == [0]


# --- evaluate -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """A trained tiny classifier and the tables of its project, with an exam of one class that repeats itself."""
    place = tmp_path_factory.mktemp("stage")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        clean, split = tiny.tables(rows=80, validation=16, test=24)
        model = tiny.checkpoint(place / "bert")
        trained = train(clean, split, LABELS, tiny.params(model, epochs=8))
        model_store.write_model(f"{place}/classifier", trained.save)
    exam = (
        clean.filter(pl.col("label_id") == 7)
        .head(6)
        .with_columns(row_id=pl.concat_str(pl.lit("e"), "row_id"), role=pl.lit("exam"), drop=pl.lit("exam.csv"))
    )
    clean = pl.concat([clean, exam])
    sealed = exam.select("row_id", split=pl.lit("exam"), weight=(pl.int_range(pl.len()) < 2).cast(pl.Float64))
    split = pl.concat([split, sealed])
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(clean.height, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    embeddings = clean.select("row_id").with_columns(vector=pl.Series(vectors.tolist(), dtype=pl.List(pl.Float32)))
    first = pl.when(pl.col("role") == "exam").then(pl.lit("e")).otherwise(pl.col("row_id"))
    groups = clean.select("row_id", group_id=first)
    classifier = Classifier.load(f"{place}/classifier")
    result = evaluate(clean, embeddings, split, groups, classifier, trained.report, EVALUATE)
    return clean, embeddings, split, groups, classifier, trained.report, result


def test_every_row_is_predicted_and_the_contract_kept(stage):
    clean, *_, result = stage
    assert result.predictions.height == clean.height
    PREDICTIONS.schema.validate(result.predictions, cast=True)
    sums = result.predictions["probabilities"].list.sum().to_numpy()
    assert np.allclose(sums, 1, atol=1e-4)


def test_the_seeds_faults_are_caught(stage):
    report = stage[-1].report
    advice = " ".join(report.advice)
    assert "The exam holds 1 of 2 classes: it says nothing about lead time." in advice
    assert "The exam repeats itself: 6 rows are 1 different things" in advice
    assert report.exam.rows == 2


def test_scores_stand_beside_cheap_models_and_the_worth_is_told(stage):
    report = stage[-1].report
    assert set(report.baselines) == {"majority", "tfidf_svm", "probe"}
    assert report.baselines["tfidf_svm"].test.accuracy > report.baselines["majority"].test.accuracy
    assert [worth.side for worth in report.worth] == ["test", "exam"]
    assert sum(sentence.startswith("Fine-tuning") for sentence in report.advice) == 2
    assert sum(map(sum, report.confusion)) == report.test.rows == 24
    for by in ("similarity", "length", "drop"):
        assert sum(each.rows for each in report.slices if each.by == by and each.side == "test") == 24


def test_a_train_row_is_not_its_own_nearest(stage):
    predictions = stage[-1].predictions
    assert predictions.filter(pl.col("split") == "train")["similarity_to_train"].max() < 0.9999


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"widest": 0.01}, "too_little_data"),
        ({}, "good"),
    ],
)
def test_verdicts_of_a_model_that_learned(stage, change, verdict):
    clean, embeddings, split, groups, classifier, train_report, _ = stage
    only = clean["role"] == "raw"
    params = EVALUATE.model_copy(update=change)
    parts = (clean.filter(only), embeddings, split, groups)
    assert evaluate(*parts, classifier, train_report, params).report.verdict == verdict


def test_planted_faults_are_judged(stage):
    clean, embeddings, split, groups, classifier, train_report, _ = stage
    flipped = 13 - pl.col("label_id")

    def judged(where, exam=False):
        rows = clean.filter(pl.col("role") == "raw")
        if exam:
            more = rows.with_columns(row_id="x" + pl.col("row_id"), role=pl.lit("exam"))
            sides = split.join(rows, on="row_id", how="semi")
            sides = pl.concat([sides, more.select("row_id", split=pl.lit("exam"), weight=pl.lit(1.0))])
            vectors = pl.concat([embeddings, embeddings.with_columns(row_id="x" + pl.col("row_id"))])
            named = pl.concat(
                [groups, groups.with_columns(row_id="x" + pl.col("row_id"), group_id="x" + pl.col("group_id"))]
            )
            rows = pl.concat([rows, more])
        else:
            sides, vectors, named = split, embeddings, groups
        wrong = rows["row_id"].is_in(sides.filter(where)["row_id"].to_list())
        rows = rows.with_columns(label_id=pl.when(wrong).then(flipped).otherwise(pl.col("label_id")))
        return evaluate(rows, vectors, sides, named, classifier, train_report, EVALUATE).report.verdict

    assert judged(pl.col("split") == "test") == "overfit"
    assert judged(pl.col("split") == "exam", exam=True) == "leaking"
    assert judged(pl.col("split").is_in(["train", "test"])) == "underfit"


def test_no_test_and_no_exam_is_said(stage):
    clean, embeddings, split, groups, classifier, train_report, _ = stage
    gone = split.with_columns(weight=pl.when(pl.col("split").is_in(["test", "exam"])).then(0.0).otherwise("weight"))
    report = evaluate(clean, embeddings, gone, groups, classifier, train_report, EVALUATE).report
    assert (report.test, report.exam, report.verdict) == (None, None, "too_little_data")


# --- predict --------------------------------------------------------------------------------------------


def encode(texts):
    return np.ones((len(texts), 8), dtype=np.float32) / np.sqrt(8).astype(np.float32)


@pytest.fixture
def classify(stage, validate_params):
    clean, embeddings, split, _, classifier, *_ = stage
    known = Known.of(clean, embeddings, split)

    def run(**inbox):
        files = {f"{name}.csv": text if isinstance(text, bytes) else text.encode() for name, text in inbox.items()}
        return predict(files, classifier, known, encode, validate_params, PredictParams(shown=3))

    return run


def rows_of(result, name):
    return list(csv.DictReader(StringIO(result.files[f"{name}.csv"])))


def test_rows_and_order_are_kept_and_the_reason_stands_beside(classify):
    result = classify(july='5001,the price is too expensive\n5002,"late,\nslow"\n5002,late week\n')
    rows = rows_of(result, "july")
    assert [(row["id"], row["text"]) for row in rows][:2] == [
        ("5001", "the price is too expensive"),
        ("5002", "late,\nslow"),
    ]
    assert [row["predicted_id"] for row in rows] == ["7", "6", "6"]
    assert all(row["nearest_row_id"] and row["nearest_text"] for row in rows)
    told = result.report.files[0]
    assert (told.rows, told.problem, sum(told.predicted.values())) == (3, "", 3)
    assert len(result.report.shown) == 3


def test_junk_is_flagged_and_good_texts_are_not(classify):
    junk = [
        "Ya no necesito la lavadora, por favor cancelen el pedido.",
        "asdfgh",
        ".",
        "",
        "4411",
        "https://a.example",
    ]
    text = "".join(f'{at},"{each}"\n' for at, each in enumerate([*junk, "the price is too expensive for us"]))
    flags = [row["junk"] for row in rows_of(classify(july=text), "july")]
    assert all(flags[:6])
    assert flags[6] == ""


def test_the_result_is_safe_in_a_spreadsheet(classify):
    result = classify(july='id,text,more\n1,"=cmd()",\'=x\n2,@late,+1\n')
    body = result.files["july.csv"]
    assert ",'=cmd()," in body
    assert ",'@late," in body


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"id,amount\n1,20\n2,30\n", "no column holds text"),
        (
            ",".join(f"c{at}" for at in range(10_000)) + "\n" + ",".join("1" * 10_000),
            "no column holds text (10000 columns",
        ),
        (b"", "holds no record"),
        (b"\x00\x01\x02\xff\xfe", ""),
    ],
)
def test_a_file_that_cannot_be_classified_says_why_and_stops_no_other(classify, content, problem):
    result = classify(bad=content, good="1,late\n")
    told = {file.file: file.problem for file in result.report.files}
    assert told["bad.csv"].startswith(problem) if problem else told["bad.csv"]
    assert told["good.csv"] == ""
    assert list(result.files) == ["good.csv"]


def test_an_empty_inbox_is_fine(classify):
    assert classify().report.files == []


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("too late\nmuch too late\n", ("text",)),
        ("1,too late\n2,much too late\n", ("id", "text")),
        ("id,text\n1,too late\n", ("id", "text")),
        ("customer,comment,amount\nann,too late,3\n", ("customer", "comment", "amount")),
        ("ann,3,too late to use\nbob,4,much too late\n", ("column_1", "column_2", "column_3")),
    ],
)
def test_columns_with_and_without_header(content, columns):
    found = read_inbox("a.csv", content.encode())
    assert found.columns == columns
    assert "late" in found.texts[0]


def test_a_rule_that_is_ignored_flags_no_junk(validate_params):
    ignoring = validate_params.model_copy(update={"decisions": {"number_only": "ignore"}})
    assert junk_of(["4411"], validate_params) == ["number_only"]
    assert junk_of(["4411"], ignoring) == [""]


def test_explain_shows_tokens_with_ids_probabilities_and_neighbours(stage):
    clean, embeddings, *_ = stage
    found = explain("the price is  too expensive", stage[4], encode([""])[0], clean, embeddings)
    assert found.canonical == "the price is too expensive"
    assert found.tokens.rows()[1] == ("the", 16)
    assert found.probabilities["probability"].sum() == pytest.approx(1)
    assert found.nearest.height == 5


# --- spectra --------------------------------------------------------------------------------------------


class Layers(torch.nn.Module):
    def __init__(self, **matrices):
        super().__init__()
        for name, weight in matrices.items():
            layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False)
            layer.weight = torch.nn.Parameter(torch.tensor(weight, dtype=torch.float32))
            self.add_module(name, layer)


def power_law(shape, alpha, seed):
    """A matrix whose eigenvalues fall as a power law of this exponent."""
    rng = np.random.default_rng(seed)
    left = np.linalg.qr(rng.standard_normal((shape[0], shape[0])))[0][:, : min(shape)]
    right = np.linalg.qr(rng.standard_normal((shape[1], shape[1])))[0][: min(shape)]
    values = rng.pareto(alpha - 1, min(shape)) + 1
    return left * np.sqrt(values) @ right


def test_planted_power_laws_are_found_and_noise_is_called_noise():
    rng = np.random.default_rng(3)
    model = Layers(
        planted=power_law((200, 160), 2.5, 1), noise=rng.standard_normal((200, 160)), small=np.ones((10, 10))
    )
    report = spectra(model, model, SPECTRA)
    layers = {layer.name: layer for layer in report.layers}
    assert report.skipped == 1
    assert layers["planted"].alpha_low < 2.5 < layers["planted"].alpha_high
    assert layers["planted"].warning == ""
    assert "cannot be told from random" in layers["noise"].warning
    assert layers["planted"].alpha == pytest.approx(layers["planted"].start_alpha)


def test_the_embedding_knob_reads_as_before():
    assert io.read_params("embed", EmbedParams).model
    assert io.read_params("validate", ValidateParams)
