"""The package away from its repository: built, installed, and a project laid out whose stages run."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from anechoic.cli.new_project import template
from anechoic.project import stage

ROOT = Path(__file__).parent.parent
SCRIPTS = {path.name for path in Path("pipelines").glob("*.py")}
ROWS = """label,text
price,it is far too expensive for us
price,the shipping fee was higher than the goods
price,your quote is above our budget
price,another shop had it for half of that
price,we cannot pay that much this year
late,delivery would take six weeks
late,it did not come in time for the event
late,backordered until the end of May
late,the lead time is longer than you said
late,we needed it on Monday and it is Friday
"""


def run(place: Path, *command: str, **environment: str) -> subprocess.CompletedProcess:
    """A command as a user runs it in a folder, without this repository on the path."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=place, env=clean | {"DVC_NO_ANALYTICS": "1"} | environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """sdist and, made from it alone, the wheel; offline."""
    place = tmp_path_factory.mktemp("dist")
    done = run(ROOT, sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place))
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.suffix: path for path in place.iterdir()}


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The wheel in a folder of its own; what it needs is there already. Gives the environment to run it in."""
    place = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(place)]
    done = run(ROOT, *pip, str(built[".whl"]))
    assert done.returncode == 0, done.stderr
    path = os.pathsep.join([str(place / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {"PYTHONPATH": str(place), "PATH": path}


def test_the_wheel_holds_the_library_its_data_and_a_new_project(built):
    names = set(zipfile.ZipFile(built[".whl"]).namelist())
    assert {path.relative_to("src").as_posix() for path in Path("src").rglob("*.py")} <= names
    assert {
        f"anechoic/{name}" for name in ("echoes/classifier/judge.json", "text/letters.json", "py.typed")
    } <= names
    assert any(name.endswith("page.html.jinja") for name in names)
    brought = {name.removeprefix("anechoic/project_template/") for name in names if "/project_template/" in name}
    assert brought == {*template.UNCHANGED, "dvc.yaml", "params.yaml", *(f"pipelines/{name}" for name in SCRIPTS)}


def test_the_sdist_holds_no_data_and_no_caches_and_both_pass_twine(built):
    with tarfile.open(built[".gz"]) as packed:
        names = [name.partition("/")[2] for name in packed.getnames()]
    assert {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"} <= set(names)
    assert {name for name in names if name.startswith(("data/", "models/"))} == {
        "data/.gitignore",
        "models/.gitignore",
    }
    forbidden = re.compile(
        r"(^|/)(__pycache__|\.venv|\.anechoic|\.git|reports|tests)/|\.(pyc|parquet|png|csv)$|^\.dvc/(cache|tmp)"
    )
    assert [name for name in names if forbidden.search(name)] == []
    done = run(ROOT, sys.executable, "-m", "twine", "check", "--strict", *map(str, built.values()))
    assert done.returncode == 0, done.stdout


def test_the_changelog_tells_the_version_that_the_command_tells(installed, tmp_path):
    said = run(tmp_path, "anechoic", "--version", **installed).stdout.strip()
    version = tomllib.loads(Path("pyproject.toml").read_text())["project"]["version"]
    assert said == f"anechoic {version}"
    assert re.search(r"^## (\S+)", Path("CHANGELOG.md").read_text(), re.MULTILINE)[1] == version


def test_installed_it_checks_a_file_and_lays_out_a_project_whose_stages_run(installed, tmp_path):
    (tmp_path / "mine.csv").write_text(ROWS + "late,Delivery would take six weeks!\n")
    checked = run(tmp_path, "anechoic", "check", "--no-echoes", "mine.csv", **installed)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith("mine.csv: 11 records = 11 rows + 0 set aside.")
    assert not (tmp_path / ".anechoic").exists()

    made = run(tmp_path, "anechoic", "init", "mine", **installed)
    assert made.returncode == 0, made.stderr
    project = tmp_path / "mine"
    where = run(project, sys.executable, "-c", "import anechoic; print(anechoic.__file__)", **installed)
    assert where.stdout.startswith(installed["PYTHONPATH"])
    shutil.move(tmp_path / "mine.csv", project / "data/raw")
    assert run(project, "anechoic", "labels", "--write", **installed).returncode == 0
    first = run(project, "dvc", "repro", "split", **installed)
    assert first.returncode == 0, first.stderr
    assert (project / "reports/split.json").exists()
    assert "11 rows are worth 10 effective rows" in first.stdout
    shown = run(project, "git", "status", "--short", "-uall").stdout.split()
    assert {"dvc.lock", "data/split.lock", "reports/split.json"} <= set(shown)
    hidden = ("data/tables", "data/quarantine", ".anechoic", ".dvc/tmp", "pipelines/__pycache__")
    assert [name for name in shown if name.startswith(hidden)] == []

    again = run(project, "dvc", "repro", "split", **installed)
    assert "Running stage" not in again.stdout
    other = (project / stage.VERSION_FILE).read_text().replace("version: ", "version: 0.0.")
    (project / stage.VERSION_FILE).write_text(other)
    stopped = run(project, "dvc", "repro", "split", **installed)
    assert "Run `anechoic upgrade`" in stopped.stderr
    assert "Traceback" not in stopped.stderr
