"""What data/export/ holds, opened by the tools it is meant for."""

import json
import re
from dataclasses import replace
from pathlib import Path

import datasets
import huggingface_hub
import mlcroissant
import numpy as np
import polars as pl
import pytest
import report_builder
import tiny
from hypothesis import given
from hypothesis import strategies as st

from anechoic.classifier import onnx
from anechoic.export.cards import Known
from anechoic.export.export import csv_text, export
from anechoic.export.frames import ExportTables, all_rows, atlas, sides, training_pairs
from anechoic.export.schema import ExportParams
from anechoic.normalize.inbox import inbox_table
from anechoic.project import folders
from anechoic.project.errors import DataError

PARAMS = ExportParams(name="small", licence="cc0-1.0")


def tables() -> ExportTables:
    """The rows of a tiny project; of its training rows the first weighs nothing, two of them are an echo."""
    project = tiny.project()
    split = project.split.with_columns(
        reason=pl.lit("balanced"), weight=pl.when(pl.col("row_id") == "040").then(0.0).otherwise("weight")
    )
    pairs = pl.DataFrame(
        {
            "left": ["041", "042", "000"],
            "right": ["043", "044", "045"],
            "kind": ["near", "neighbour", "rephrase"],
            "score": [0.9, 0.2, 0.8],
        }
    )
    predictions = split.select("row_id", predicted=pl.lit("price"), confidence=pl.lit(0.87654321))
    inbox = inbox_table({"july.csv": b"text\nthe price is high\n\ncall 0171 6669811\n"})
    return ExportTables(
        clean=project.clean,
        split=split,
        pairs=pairs,
        groups=project.groups.with_columns(group_size=pl.len().over("group_id")),
        predictions=predictions,
        projection=places([*project.clean["row_id"], "july.csv:1", "july.csv:2"]),
        inbox=inbox,
    )


def places(row_ids: list[str]) -> pl.DataFrame:
    """The rows on a line."""
    return pl.DataFrame({"row_id": row_ids}).with_columns(x=pl.int_range(pl.len()) / pl.len(), y=pl.lit(0.5))


def known() -> Known:
    made = report_builder.reports()
    return Known(tiny.LABELS, made.echoes, made.leakage, made.train, made.evaluation, "# Model card\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("project")
    folders.write_folder(str(place / "export"), export(tables(), known(), PARAMS))
    return place / "export"


def test_every_row_is_exported_once_and_on_its_side(folder):
    given = tables()
    rows = pl.read_parquet(folder / "all.parquet")
    assert rows["row_id"].to_list() == given.clean["row_id"].to_list()
    parts = [pl.read_parquet(folder / f"{side}.parquet") for side in ("train", "validation", "test", "exam")]
    counted = rows.filter(pl.col("weight") > 0)
    assert sum(part.height for part in parts) == counted.height
    assert set(pl.concat(parts)["row_id"]) == set(counted["row_id"])
    assert "040" not in parts[0]["row_id"]


def test_csv_and_parquet_hold_the_same(folder):
    for side in ("train", "validation", "test", "exam"):
        table = pl.read_csv(folder / f"{side}.csv", schema_overrides={"row_id": pl.String, "group_id": pl.String})
        assert table.equals(pl.read_parquet(folder / f"{side}.parquet")), side


def test_the_atlas_holds_every_row_and_the_inbox_with_a_place_and_what_is_known(folder):
    rows = pl.read_parquet(folder / "atlas.parquet")
    clean = tables().clean
    assert rows["row_id"].to_list() == [*clean["row_id"], "july.csv:1", "july.csv:2"]
    assert rows.select("x", "y", "text", "file", "line", "split").null_count().sum_horizontal().item() == 0
    labelled, inbox = rows.head(clean.height), rows.tail(2)
    right = labelled["label"] == "price"  # all of them are predicted to be
    assert (labelled["right"] == "right").to_list() == right.to_list()
    assert labelled["group_size"].to_list() == tables().groups["group_size"].to_list()
    assert inbox["text"].to_list() == ["the price is high", "call [phone]"]
    assert inbox.select("file", "line").rows() == [("data/inbox/july.csv", 2), ("data/inbox/july.csv", 4)]
    assert set(inbox["split"]) == {"inbox"}
    assert inbox.select("label", "predicted", "right", "group_size").null_count().row(0) == (2, 2, 2, 2)


def test_a_row_without_a_prediction_is_neither_right_nor_wrong():
    given = tables()
    rows = all_rows(given.clean, given.split)
    told = atlas(rows, replace(given, predictions=given.predictions.head(10), inbox=given.inbox.clear()))
    assert told.height == rows.height
    assert told["right"].null_count() == rows.height - 10


def test_pairs_of_other_sides_than_training_stay_at_home(folder):
    pairs = pl.read_parquet(folder / "pairs.parquet")
    assert pairs["kind"].to_list() == ["near", "neighbour"]  # the other one has a row of validation


def test_datasets_loads_the_folder_and_the_files(folder, tmp_path):
    whole = datasets.load_dataset(str(folder), cache_dir=str(tmp_path))
    assert set(whole) == {"train", "validation", "test", "exam"}
    files = {side: str(folder / f"{side}.parquet") for side in whole}
    alone = datasets.load_dataset("parquet", data_files=files, cache_dir=str(tmp_path))
    assert alone["test"]["text"] == whole["test"]["text"]
    assert whole["train"].class_encode_column("label").features["label"].names == ["lead time", "price"]
    assert datasets.load_dataset(str(folder), "pairs", cache_dir=str(tmp_path))["train"].num_rows == 2


def test_croissant_describes_every_column_of_every_file(folder):
    described = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert not described.metadata.ctx.issues.errors
    train = pl.read_parquet(folder / "train.parquet")
    told = list(described.records("train"))
    assert len(told) == train.height
    assert {name.split("/")[-1] for name in told[0]} == set(train.columns)
    texts = [each["train/text"].decode() for each in told]
    assert texts == train["text"].to_list()


def test_the_cards_are_read_by_the_hubs_own_library(folder):
    data = huggingface_hub.DatasetCard((folder / "README.md").read_text()).data
    assert (data.license, data.pretty_name) == ("cc0-1.0", "small")
    assert data.size_categories == ["n<1K"]
    model = huggingface_hub.ModelCard((folder / "model-card.md").read_text()).data
    assert {each.metric_type for each in model.eval_results} == {"accuracy", "f1"}
    assert model.base_model == "sentence-transformers/all-MiniLM-L6-v2"


def test_a_fresh_project_says_that_the_licence_is_unknown():
    text = export(tables(), known(), ExportParams(name="small", licence="unknown"))["README.md"].decode()
    assert "Nobody has said yet what others may do" in text
    assert "Nobody has said yet" not in export(tables(), known(), PARAMS)["README.md"].decode()


def test_the_code_of_the_how_to_runs_as_it_stands(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ARGILLA_API_KEY", "none")
    blocks = re.findall(r"^```python\n(.*?)^```", Path("docs/export.md").read_text(), re.MULTILINE | re.DOTALL)
    tiny.copy_folder(folder, tmp_path / "data/export")
    tiny.copy_folder(tiny.project().classifier.folder, tmp_path / "models/classifier")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)
    assert len(blocks) == 5
    assert names["classify"]("late slow")[0]["label"] == "lead time"
    assert names["model"].score(names["test"]["text"], names["test"]["label"]) == 1
    assert len(names["records"]) == tables().clean.height
    assert names["records"][0].metadata["file"] == "data/raw/a.csv"
    assert json.loads((folder / "argilla.jsonl").read_text().splitlines()[0])["confidence"] == 0.8765


def test_a_side_without_rows_has_no_file():
    given = tables()
    without = replace(
        given,
        clean=given.clean.filter(pl.col("role") == "raw"),
        split=given.split.filter(pl.col("split") != "exam"),
    )
    files = export(without, known(), PARAMS)
    assert not [name for name in files if name.startswith("exam")]
    assert b"exam.parquet" not in files["README.md"]


@given(st.lists(st.sampled_from(["train", "validation", "test", "exam", "excluded"]), min_size=80, max_size=80))
def test_no_row_is_lost_or_stands_on_two_sides(drawn):
    clean, split = tiny.tables(rows=80)
    rows = all_rows(clean, split.with_columns(pl.Series("split", drawn), reason=pl.lit("")))
    parts = sides(rows)
    ids = [row for part in parts.values() for row in part["row_id"]]
    assert len(ids) == len(set(ids)) == sum(side != "excluded" for side in drawn)
    ends = clean["row_id"].to_list()
    pairs = pl.DataFrame({"left": ends[:-1], "right": ends[1:], "kind": "near", "score": 0.9})
    texts = dict(rows.select("text", "split").iter_rows())
    found = training_pairs(rows, pairs)
    assert {texts[text] for end in ("sentence1", "sentence2") for text in found[end]} <= {"train"}


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "@x", "-2"])
def test_no_spreadsheet_runs_a_text(text):
    assert f"'{text}" in csv_text(pl.DataFrame({"text": [text]}))


def test_onnx_answers_as_torch_does(tmp_path):
    classifier = tiny.project().classifier
    texts = [*tiny.project().clean["canonical"].head(40), "late", "too " * 100]
    far = onnx.write_onnx(classifier, str(tmp_path / "onnx"), texts)
    assert far <= 1e-4
    told = onnx.onnx_probabilities(classifier, str(tmp_path / "onnx"), texts)
    assert np.abs(told - classifier.probabilities(texts)).max() == pytest.approx(far)
    assert {each.name for each in (tmp_path / "onnx").iterdir()} >= {
        "model.onnx",
        "tokenizer.json",
        "anechoic.json",
    }


def test_a_graph_that_answers_otherwise_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx, "TOLERANCE", -1.0)
    with pytest.raises(DataError, match="differs from the classifier"):
        onnx.write_onnx(tiny.project().classifier, str(tmp_path / "onnx"), ["late"])
    assert not (tmp_path / "onnx").exists()


def test_missing_packages_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx, "NEEDED", ("onnx", "no_such_package"))
    with pytest.raises(DataError, match="ONNX needs no_such_package: pip install"):
        onnx.write_onnx(tiny.project().classifier, str(tmp_path / "onnx"), [])
