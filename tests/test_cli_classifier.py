"""The stages from train on and the commands of a trained classifier, in a tiny project on disk."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import tiny
import yaml
from test_evaluate import CALM
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.embed.embed import embed, embeddings_table
from anechoic.evaluate.schema import EvaluationReport
from anechoic.normalize.inbox import inbox_table
from anechoic.predict.predict import UNLIKE
from anechoic.predict.schema import PredictionsReport
from anechoic.project import folders, io, model_registry
from anechoic.project.errors import ContractError, DataError, ParamsError
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS, INBOX, INBOX_EMBEDDINGS, PREDICTIONS, SPLIT
from anechoic.spectra.schema import SpectraReport
from anechoic.train.schema import TrainReport

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A project whose tables were written, and what its stages train to predict said when they were run."""
    place = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        write_project(place, str(tiny.checkpoint(place / "bert")))
        code = "\n".join(f"import pipelines.{stage}; pipelines.{stage}.main()" for stage in ORDER)
        paths = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        done = subprocess.run([sys.executable, "-c", code], env=os.environ | paths, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return place, done


ORDER = ("train", "evaluate", "spectra", "predict")


def write_project(place, model):
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    params["labels"] = tiny.LABELS.model_dump()
    params["embed"]["model"] = model
    params["train"] = tiny.params(model, epochs=6, refit="train+validation").model_dump()
    params["evaluate"]["bootstraps"] = 100
    params["spectra"] |= {"least": 20, "nulls": 5}
    (place / "params.yaml").write_text(yaml.safe_dump(params))
    io.write_report("reports/worth.json", CALM)
    clean, split = tiny.tables(rows=80, validation=16, test=24)
    clean = clean.with_columns(
        record=pl.col("line"),
        meta=pl.lit("{}"),
        language=pl.lit(None, pl.String),
        flags=pl.lit([], pl.List(pl.String)),
        numbers=pl.lit([], pl.List(pl.String)),
    )
    io.write(CLEAN, clean)
    vectors = embed(clean["canonical"].to_list(), model)
    io.write(EMBEDDINGS, embeddings_table(clean["row_id"], vectors, model))
    io.write(SPLIT, split.with_columns(group_id="row_id", reason=pl.lit("")))
    alone = {"group_size": 1, "representative": True, "conflict": False, "contradiction": False}
    io.write(
        GROUPS, clean.select("row_id", group_id="row_id").with_columns(**{k: pl.lit(v) for k, v in alone.items()})
    )
    (place / "data/inbox").mkdir(parents=True)
    (place / "data/inbox/july.csv").write_text("id,text\n1,the price is too expensive\n2,late slow\n3,\n")
    inbox = inbox_table(folders.read_drops("data/inbox"))
    io.write(INBOX, inbox)
    texts = inbox.filter(pl.col("canonical") != "")["canonical"].unique(maintain_order=True)
    io.write(INBOX_EMBEDDINGS, embeddings_table(texts, embed(texts.to_list(), model), model))


@pytest.fixture
def here(trained, monkeypatch):
    monkeypatch.chdir(trained[0])
    return trained[0]


def invoke(*arguments):
    """A command's output; what it raises passes."""
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_stages_say_a_line_or_two_of_what_they_found_and_nothing_else(trained):
    lines = trained[1].stdout.splitlines()
    assert all(line.startswith("  fine-tuning, epoch ") for line in trained[1].stderr.splitlines())
    assert all(line.startswith("  ") for line in lines)
    assert len(lines) <= 4 * len(ORDER)
    for words in (
        "epochs, epoch",
        "the classifier, on fresh comments: ",
        "verdict ",
        "layers fitted",
        "data/inbox/july.csv: 2 of 3 rows classified (lead time 1, price 1); ",
        " flagged as unsure (1 hold nothing to read and got no class), 1 as junk",
    ):
        assert any(words in line for line in lines), words


def test_the_stages_leave_their_reports_and_tables(here):
    assert io.read_report("reports/train.json", TrainReport).refit_rows == 56
    assert io.read_report("reports/evaluation.json", EvaluationReport).test.accuracy > 0.9
    assert io.read_report("reports/spectra.json", SpectraReport).layers
    assert io.read_report("reports/predictions.json", PredictionsReport).files[0].rows == 3
    assert io.read(PREDICTIONS).height == 80


def test_explain_shows_tokens_neighbours_and_probabilities(here):
    shown = invoke("explain", " the price is  too expensive")
    first, second = shown.splitlines()[:2]
    assert first.startswith("Classified as price, probability ")
    assert "Nearest training row: 'the price is" in first
    assert second == ""
    assert "canonical: the price is too expensive\n" in shown
    assert "Token vectors: 7 x 32" in shown  # the two marks are tokens too
    assert "This model has no vocab.txt" in shown
    assert "vector: 32 numbers, length 1.000" in shown
    assert shown.index("tokens") < shown.index("nearest training rows") < shown.index("probabilities")
    assert "expensive" in shown
    lines = shown[shown.index("probabilities") :].splitlines()
    assert "price" in lines[3]  # the likeliest class comes first
    assert "laughed" in shown[shown.index("cosines of words") :]


@pytest.mark.parametrize(
    ("text", "why"), [("😀👍", "no word in it"), ("test", "only a test"), ("see above", "only a")]
)
def test_explain_classifies_no_text_that_predict_leaves_out(here, text, why):
    shown = invoke("explain", text)
    assert shown.startswith(f"Not classified, for there is nothing to read: {why}")
    assert "probabilities" not in shown


def test_explain_says_where_the_classifier_stops_reading_and_where_the_encoder_does(here):
    shown = invoke("explain", "price " * 30 + "late " * 40).replace("\n", " ")
    assert "The text has 72 tokens, the classifier reads 64: cut at character 340 of 379, after '" in shown
    assert "Not read: 'late late late late late late ' and what follows." in shown


def test_explain_tells_of_two_texts_without_a_ledger_what_can_be_told(here):
    shown = invoke("explain", "too expensive", "late delivery")
    assert shown.startswith("Their cosine is ")
    assert "data/tables/ledger.parquet is missing. Run `dvc repro` to make it." in shown.splitlines()[1]
    assert "expensive" in shown[shown.index("cosines of words") :]


def test_predict_writes_what_the_stage_predict_writes(here):
    shown = invoke("predict", "data/inbox/july.csv", "--to", "out.csv").strip()
    assert shown.startswith("3 rows, ")
    assert shown.endswith(" 1 with nothing to read and so no class), 1 junk: out.csv\n  lead time 1, price 1")
    assert Path("out.csv").read_text() == Path("data/predictions/july.csv").read_text()
    rows = list(csv.DictReader(Path("out.csv").read_text().splitlines()))
    assert [row["predicted"] for row in rows][:2] == ["price", "lead time"]
    side = dict(io.read(SPLIT).select("row_id", "split").iter_rows())
    assert {side[row["nearest_row_id"]] for row in rows[:2]} <= {
        "train",
        "validation",
    }  # what the refit learned from
    assert (rows[2]["nearest_row_id"], rows[2]["nearest_cosine"]) == ("", "0.0000")  # nothing is like no text


def test_predict_flags_a_text_that_is_unlike_every_training_row(here):
    known = io.read(CLEAN).join(io.read(SPLIT).filter(pl.col("split") == "train"), on="row_id")["text"][:12]
    Path("odd.csv").write_text("\n".join(["text", *known, "The weather in Lisbon is nice"]))
    invoke("predict", "odd.csv")
    told = list(csv.DictReader(Path("odd.predicted.csv").read_text().splitlines()))
    assert [row["unsure_because"] == UNLIKE for row in told] == [False] * len(known) + [True]
    assert told[-1]["abstained"] == "true"


def test_predict_writes_beside_the_file_where_nothing_else_is_said(here):
    Path("some.csv").write_text("1,late\n")
    invoke("predict", "some.csv")
    assert Path("some.predicted.csv").exists()


def test_predict_says_what_is_wrong_with_a_file(here):
    Path("numbers.csv").write_text("id,amount\n1,20\n")
    with pytest.raises(DataError, match="numbers.csv: no column holds text"):
        invoke("predict", "numbers.csv")
    with pytest.raises(DataError, match="nowhere.csv cannot be opened: No such file"):
        invoke("predict", "nowhere.csv")


def test_without_a_project_or_a_model_predict_says_what_to_do(tmp_path, monkeypatch, here):
    params = Path("params.yaml").read_text()
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("1,late\n")
    with pytest.raises((ContractError, ParamsError), match="dvc repro|is no anechoic project"):
        invoke("predict", "a.csv")
    Path("params.yaml").write_text(params)
    with pytest.raises(ContractError, match="holds no trained model. Run `dvc repro`"):
        invoke("predict", "a.csv")


def test_without_a_model_explain_says_what_is_missing_and_tells_the_rest(tmp_path, monkeypatch, here):
    params = Path("params.yaml").read_text()
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text(params)
    shown = invoke("explain", "late")
    assert shown.startswith("No class can be told: models/classifier/ holds no trained model. Run `dvc repro`")
    assert "Token vectors: 3 x 32" in shown


def test_models_lists_what_is_at_hand_and_how_to_get_more(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    shown = invoke("models")
    assert "minilm" in shown
    assert "anechoic models add mpnet" in shown
    (model_registry.MODELS / "mpnet").mkdir(parents=True)
    assert "anechoic models add" not in invoke("models")
    assert "mpnet lies in .anechoic/models/mpnet" in invoke("models", "add", "mpnet")
    with pytest.raises(ParamsError, match="No model 'bert' to add. There is: mpnet"):
        invoke("models", "add", "bert")


def test_onnx_is_written_and_held_against_the_classifier(trained, monkeypatch):
    monkeypatch.chdir(trained[0])
    said = CliRunner().invoke(app, ["onnx", "--to", "elsewhere/graph"])
    assert said.exit_code == 0, said.output
    assert "elsewhere/graph/model.onnx: over 80 texts no probability differs" in " ".join(said.output.split())
    assert Path("elsewhere/graph/model.onnx").exists()


def test_onnx_outside_a_project_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(app, ["onnx"])
    assert isinstance(said.exception, ParamsError)
