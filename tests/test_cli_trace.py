"""`anechoic trace`: one row's way, as far as the tables go; a broken table is said, not passed over."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.echoes import echoes
from anechoic.echoes.schema import EchoesParams
from anechoic.project import io
from anechoic.project.errors import ContractError, DataError
from anechoic.project.tables import CLEAN, GROUPS, LEDGER, PAIRS, QUARANTINE, Quarantine

PARAMS = EchoesParams(near_lexical=0.9, neighbour_cosine=0.6, representative="first", review_rows=0)
TEXT = "7,way too expensive for us\n7,Way too expensive for us!\n6,it came a month too late\n"


@pytest.fixture
def project(prepare, tmp_path, monkeypatch):
    clean, embeddings = prepare({"a.csv": TEXT})
    found = echoes(clean, embeddings, PARAMS, shipped_judge())
    monkeypatch.chdir(tmp_path)
    io.write(CLEAN, clean)
    io.write(PAIRS, found.pairs)
    io.write(GROUPS, found.groups)
    io.write(QUARANTINE, Quarantine.create_empty())
    ledger = clean.select("row_id", "drop", "record", "line", outcome=pl.lit("train"), reason=pl.lit(""))
    io.write(LEDGER, ledger.join(found.groups.select("row_id", "group_id"), on="row_id", maintain_order="left"))
    return clean


def trace(row_id):
    return CliRunner().invoke(app, ["trace", row_id], catch_exceptions=False).output


def test_a_row_is_followed_from_its_file_to_its_pairs_by_the_start_of_its_id(project):
    first, second, third = project["row_id"]
    told = trace(first[:6])
    assert "way too expensive for us" in told
    assert "a.csv" in told
    assert f"near                 {second}" in told
    assert "the same words" in told
    assert third not in told


def test_tables_that_are_not_made_yet_end_the_way(project):
    assert "confidence" not in trace(project["row_id"][0])  # predictions are made by a later stage


def test_a_broken_table_is_said(project):
    Path(GROUPS.path).write_bytes(Path(PAIRS.path).read_bytes())
    with pytest.raises(ContractError, match=r"groups\.parquet: columns missing"):
        trace(project["row_id"][0])


@pytest.mark.parametrize(("row_id", "message"), [("zzz", "no row of the ledger"), ("", "3 rows of the ledger")])
def test_an_id_that_names_no_row_or_several_is_said(project, row_id, message):
    with pytest.raises(DataError, match=message):
        trace(row_id)
