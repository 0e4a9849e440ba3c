"""The whole chain with the real DVC, in a copy of the project."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parent.parent
CODE = ["pipelines", "src", "dvc.yaml", "params.yaml", ".dvcignore"]
DVC = Path(sys.executable).parent / "dvc"
NAMES = "unknown unresponsive error not-needed found-elsewhere lead-time price credit"
TALK = [f"{at},{name}" for at, name in enumerate(NAMES.split(), start=1)]


@pytest.fixture
def project(tmp_path):
    """A fresh copy: the code by links, no data."""
    for name in CODE:
        target = tmp_path / name
        shutil.copytree(ROOT / name, target) if (ROOT / name).is_dir() else shutil.copy(ROOT / name, target)
    for folder in ("raw", "exam", "inbox", "review"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    dvc(tmp_path, "init", "--no-scm", "-q")
    return tmp_path


def dvc(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    """DVC as a user runs it, with the interpreter of these tests."""
    path = f"{DVC.parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "DVC_NO_ANALYTICS": "1", "PYTHONPATH": str(project / "src")}
    return subprocess.run(
        [DVC, *arguments], cwd=project, env=environment, capture_output=True, text=True, timeout=1200
    )


def report(project: Path, name: str) -> dict:
    return json.loads((project / "reports" / f"{name}.json").read_text())


def test_the_talks_placeholder_files_are_read_and_told_truthfully(project):
    raw, exam = project / "data/raw/training.csv", project / "data/exam/test.csv"
    raw.write_text("".join(f"{line}\n" * 25 for line in TALK))
    exam.write_text("7,that was expensive\r\n7,ouch that is costly\r\n" * 8)
    first = dvc(project, "repro")
    assert first.returncode == 0, first.stderr
    intake, echoes, split, leakage = (report(project, name) for name in ("intake", "echoes", "split", "leakage"))
    assert intake["records"] == intake["valid"] + intake["quarantined"] == 216
    assert (echoes["rows"], echoes["effective_rows"]) == (200, 8)
    assert split["cross_split_echoes"] == 0
    assert leakage["naive_accuracy"] == 1
    assert leakage["honest_accuracy"] < 0.2
    assert "200 rows are worth 8" in (project / "reports/README.md").read_text()
    assert "the exam holds 1 of 8 classes" in (project / "reports/README.md").read_text()
    ledger = pl.read_parquet(project / "data/tables/ledger.parquet")
    assert ledger.height == 216

    again = dvc(project, "repro")
    assert "Running stage" not in again.stdout

    (project / "data/raw/august.csv").write_text("label,text\nprize,typo\nprice,way too dear\n")
    lock = (project / "data/split.lock").read_text()
    third = dvc(project, "repro")
    assert third.stdout.count("Running stage") == 16, third.stderr
    assert report(project, "intake")["reasons"] == {"label_unknown": 1}
    assert "did you mean 7 price" in (project / "data/quarantine/august.csv").read_text()
    assert set(lock.splitlines()) <= set((project / "data/split.lock").read_text().splitlines())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "DataError: data/raw/ holds no file."),
        (b"", "DataError: No valid row in data/raw/ (a.csv: 0 records"),
        (b"7,one\n", "DataError: The one valid row of data/raw/ (a.csv) carries one label, 'price'"),
        (b"77,one\n88,two\n", "a.csv line 1: label '77' is outside the taxonomy"),
    ],
)
def test_a_failed_stage_says_why_and_leaves_no_half_file(project, content, message):
    if content is not None:
        (project / "data/raw/a.csv").write_bytes(content)
    failed = dvc(project, "repro")
    assert failed.returncode != 0
    assert message in failed.stderr
    assert "Traceback" not in failed.stderr
    assert report(project, "intake")["records"] == report(project, "intake")["quarantined"] + (
        content == b"7,one\n"
    )
    assert not (project / "data/tables/rows.parquet").exists()
    assert (project / "data/quarantine/README.md").exists()
    left = [path.name for path in (project / "data").rglob(".*.*") if path.name != ".gitignore"]
    assert left == []  # a write in progress is a hidden file beside its target


def test_wrong_params_are_named(project):
    params = project / "params.yaml"
    params.write_text(params.read_text().replace("minimum_class_rows: 2", "minimum_class_rows: many"))
    (project / "data/raw/a.csv").write_text("7,a b\n6,c d\n")
    failed = dvc(project, "repro")
    assert "ParamsError: params.yaml validate.minimum_class_rows" in failed.stderr
    assert "(found 'many')" in failed.stderr
