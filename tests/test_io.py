from pathlib import Path

import polars as pl
import pytest

from anechoic.project import folders, io, model_store, vector_store
from anechoic.project.errors import ContractError, DataError, ParamsError
from anechoic.project.schema import Labels
from anechoic.project.tables import CLEAN, QUARANTINE, SPLIT


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_table_round_trips(place):
    table = pl.DataFrame({"row_id": ["a"], "group_id": ["a"], "split": ["train"], "weight": [1.0], "reason": ["x"]})
    io.write(SPLIT, table)
    assert io.read(SPLIT).select(pl.col("split").cast(pl.String)).item() == "train"


def test_a_table_that_breaks_its_contract_is_not_written(place):
    twice = {
        "row_id": ["a", "a"],
        "group_id": ["a"] * 2,
        "split": ["train"] * 2,
        "weight": [1.0] * 2,
        "reason": [""] * 2,
    }
    with pytest.raises(ContractError, match=r"split.parquet breaks its contract(.|\n)*primary_key"):
        io.write(SPLIT, pl.DataFrame(twice))
    with pytest.raises(ContractError, match="columns missing: drop, record"):
        io.write(QUARANTINE, pl.DataFrame({"row_id": ["a"]}))
    assert not Path(SPLIT.path).exists()


def test_a_missing_table_says_how_to_make_it(place):
    Path("params.yaml").write_text("labels: {}\n")
    with pytest.raises(ContractError, match="clean.parquet is missing. Run `dvc repro`"):
        io.read(CLEAN)


def test_a_failed_write_leaves_the_earlier_file(place):
    io.write_text("report.md", "whole")
    with pytest.raises(UnicodeEncodeError):
        io.write_text("report.md", "half \ud800")
    assert [path.name for path in place.iterdir()] == ["report.md"]
    assert io.read_text("report.md") == "whole"


def test_drops_come_in_the_order_of_names_hidden_ones_left_out(place):
    for name in ("raw/b.csv", "raw/a/c.csv", "raw/.gitkeep", "raw/.git/x.csv"):
        io.write_text(name, "7,x\n")
    assert list(folders.read_drops("raw")) == ["a/c.csv", "b.csv"]
    with pytest.raises(DataError, match="nowhere/ is missing"):
        folders.read_drops("nowhere")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no section `labels:`"),
        ("labels: {}", "no class yet: paste what `anechoic labels data/raw` prints"),
        ("labels: {1: {name: a, meaning: ''}, 2: {name: A, meaning: ''}}", "stand twice: a"),
        ("labels: {one: {name: a, meaning: ''}}", "labels.one"),
        ("labels: [", "is no YAML"),
    ],
)
def test_faulty_params_name_the_knob(place, text, message):
    io.write_text("params.yaml", text)
    with pytest.raises(ParamsError, match=message):
        io.read_params("labels", Labels)


def test_an_unknown_model_says_what_there_is(place):
    with pytest.raises(ParamsError, match=r"No model 'bert'.*`minilm`.*folder.*hub id"):
        model_store.model_folder("bert")


def test_embedded_weights_are_checked(monkeypatch):
    monkeypatch.setattr(model_store, "MINILM_SHA256", "0" * 64)
    with pytest.raises(DataError, match="is not all-MiniLM-L6-v2: sha256 53aa5117"):
        model_store.model_folder("minilm")


def test_vectors_are_remembered_by_encoder(place):
    vectors = pl.DataFrame(
        {"text_hash": ["a"], "vector": [[0.6, 0.8]]}, schema_overrides={"vector": pl.List(pl.Float32)}
    )
    vector_store.write_vectors("one", vectors)
    vector_store.write_vectors("one", vectors)
    assert vector_store.read_vectors("one").equals(vectors)
    assert vector_store.read_vectors("other").is_empty()
