"""The stage train under the real DVC: the last good classifier stays until a better one is whole."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tiny
import yaml
from test_cli_classifier import write_project

from anechoic.project import model_store
from anechoic.project.stage import run

ROOT = Path(__file__).parent.parent
DVC = Path(sys.executable).parent / "dvc"
KEPT = ("models/classifier", "reports/train.json", "reports/curves.csv")


def dvc(project, *arguments):
    paths = {"PATH": f"{DVC.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    environment = os.environ | paths | {"DVC_NO_ANALYTICS": "1"}
    return subprocess.run(
        [DVC, *arguments], cwd=project, env=environment, capture_output=True, text=True, timeout=600
    )


def contents(project):
    files = [path for name in KEPT for path in [project / name, *(project / name).rglob("*")] if path.is_file()]
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with its tables and the recipe's own stage train, but for the code among its deps."""
    monkeypatch.chdir(tmp_path)
    write_project(tmp_path, str(tiny.checkpoint(tmp_path / "bert")))
    stage = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]["train"]
    stage["deps"] = [dep for dep in stage["deps"] if not dep.startswith(("src/", "pipelines/"))]
    stage["cmd"] = f"{sys.executable} -m pipelines.train"
    (tmp_path / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"train": stage}}))
    assert dvc(tmp_path, "init", "--no-scm", "-q").returncode == 0
    return tmp_path


def set_train(project, **knobs):
    params = yaml.safe_load((project / "params.yaml").read_text())
    params["train"] |= knobs
    (project / "params.yaml").write_text(yaml.safe_dump(params))


def test_a_run_that_fails_leaves_the_classifier_of_before_and_says_so(project):
    first = dvc(project, "repro")
    assert first.returncode == 0, first.stderr
    before = contents(project)
    assert "models/classifier/config.json" in before
    assert {"reports/train.json", "reports/curves.csv"} <= set(before)

    good = yaml.safe_load((project / "params.yaml").read_text())["train"]["model"]
    set_train(project, model="nobodys-model")
    failed = dvc(project, "repro")
    assert failed.returncode != 0
    assert "nobodys-model" in failed.stderr
    assert "The classifier of before stays: models/classifier" in failed.stderr
    assert contents(project) == before

    set_train(project, model=good, seed=2)
    again = dvc(project, "repro")
    assert again.returncode == 0, again.stderr
    assert json.loads((project / "reports/train.json").read_text())["seed"] == 2
    assert contents(project)["models/classifier/model.safetensors"] != before["models/classifier/model.safetensors"]


def test_a_first_run_that_fails_promises_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def fail():
        raise MemoryError

    with pytest.raises(MemoryError):
        run(fail, keeps="models/classifier")
    assert capsys.readouterr().err == ""
    model_store.write_model("models/classifier", lambda folder: shutil.copy(__file__, f"{folder}/config.json"))
    with pytest.raises(MemoryError):
        run(fail, keeps="models/classifier")
    assert "stays: models/classifier" in capsys.readouterr().err


def test_a_classifier_that_cannot_be_written_whole_takes_no_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model_store.write_model("models/classifier", lambda folder: shutil.copy(__file__, f"{folder}/config.json"))
    before = contents(tmp_path)

    def half(folder):
        Path(folder, "config.json").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        model_store.write_model("models/classifier", half)
    assert contents(tmp_path) == before
    assert [path.name for path in Path("models").iterdir()] == ["classifier"]
