"""`anechoic trace`: one row's way, as far as the tables go; a broken table is said, not passed over."""

import shutil
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
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS, LEDGER, PAIRS, QUARANTINE, Quarantine

PARAMS = EchoesParams(near_lexical=0.9, neighbour_cosine=0.6, representative="first", review_rows=0)
TEXT = "7,way too expensive for us\n7,Way too expensive for us!\n6,it came a month too late\n"


@pytest.fixture
def project(prepare, tmp_path, monkeypatch):
    clean, embeddings = prepare({"a.csv": TEXT})
    found = echoes(clean, embeddings, PARAMS, shipped_judge())
    shutil.copy("params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    io.write(CLEAN, clean)
    io.write(EMBEDDINGS, embeddings)
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


@pytest.mark.parametrize(
    "name", ["data/raw/a.csv:3", "./data/raw/a.csv:3", "a.csv:3", "a month too", "IT CAME A MONTH TOO LATE", "id"]
)
def test_a_row_is_named_by_file_and_line_by_its_id_or_by_its_text_and_the_answer_comes_first(project, name):
    row_id = project["row_id"][2]
    for command in ("trace", "explain") if ":" in name or name == "id" else ("trace",):
        done = CliRunner().invoke(app, [command, row_id[:8] if name == "id" else name], catch_exceptions=False)
        first = done.output.splitlines()[0]
        assert first == "This row is kept, in train, alone: no other row says the same. (data/raw/a.csv:3)"
        assert row_id in done.output


def test_two_rows_or_texts_are_said_to_be_the_same_comment_or_not(project):
    def answer(*names):
        return CliRunner().invoke(app, ["explain", *names], catch_exceptions=False).stdout.splitlines()[0]

    same = "These two are the same comment (the same words, score "
    assert answer("a.csv:1", "a.csv:2").startswith(same)
    assert answer("a.csv:1", "WAY too expensive for us?").startswith(same)  # judged now, among the rows
    assert answer("a.csv:1", "a.csv:3").startswith("These two are not the same comment (not alike, cosine ")
    assert answer("too loud", "much too heavy").startswith("These two are not the same comment")
    assert answer("WAY too", "expensive for us").startswith("These two are not")  # pieces of one row, as typed
    with pytest.raises(DataError, match="Both name one row"):
        answer("a.csv:1", "data/raw/a.csv:1")


def test_tables_that_are_not_made_yet_end_the_way(project):
    assert "confidence" not in trace(project["row_id"][0])  # predictions are made by a later stage


def test_a_broken_table_is_said(project):
    Path(GROUPS.path).write_bytes(Path(PAIRS.path).read_bytes())
    with pytest.raises(ContractError, match=r"groups\.parquet: columns missing"):
        trace(project["row_id"][0])


@pytest.mark.parametrize(
    ("row_id", "message"),
    [
        ("zzz", "No row is named 'zzz'. Name it by file:line"),
        ("", "No row is named ''"),
        ("expensive", r"2 rows are named 'expensive'; name one:\n  data/raw/a.csv:1 "),
        ("data/raw/b.csv:1", r"No row comes from a file 'data/raw/b.csv'. There are: data/raw/a.csv"),
        ("a.csv:7", "No record stands at line 7 of data/raw/a.csv: its records stand at lines 1 to 3"),
    ],
)
def test_an_id_that_names_no_row_or_several_is_said(project, row_id, message):
    with pytest.raises(DataError, match=message):
        trace(row_id)
