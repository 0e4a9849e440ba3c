"""`anechoic fresh` takes away what the demo brought, and nothing else."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from anechoic.cli import app, project
from anechoic.project.errors import ParamsError

ROOT = Path(__file__).parent.parent
DEMO_FILES = [name for name in project.demo() if name.startswith("data/") and name != project.SPLIT_LOCK]


@pytest.fixture
def demo_copy(tmp_path, monkeypatch):
    """What a clone of the demo holds of data, labels and locks."""
    for name in ("data", "params.yaml", "dvc.lock"):
        source = ROOT / name
        if source.is_dir():
            hidden = shutil.ignore_patterns("tables", "quarantine", "predictions", "export")
            shutil.copytree(source, tmp_path / name, ignore=hidden)
        else:
            shutil.copy(source, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fresh():
    done = CliRunner().invoke(app, ["fresh"])
    assert done.exit_code == 0, done.output
    return done.output


def here():
    return {path.as_posix(): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def put(name, text):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)


def test_the_shipped_list_is_the_demo_that_is_shipped():
    prints = project.fingerprints()
    assert {name: prints.get(name) for name in project.demo()} == project.demo(), "run `python -m training.demo`"


def test_fresh_takes_the_demo_away_and_what_it_left_takes_the_new_labels(demo_copy):
    said = fresh()
    assert all(name in said for name in project.demo())
    assert "Kept" not in said
    names = {path.name for path in demo_copy.rglob("*") if path.is_file()}
    assert names == {".gitkeep", ".gitignore", "LICENSE.md", "params.yaml"}
    put("data/raw/mine.csv", "label,text\nhot,a b\ncold,c d\n")
    block = CliRunner().invoke(app, ["labels", "data/raw"]).output
    pasted = Path("params.yaml").read_text().replace("labels: {}", block)
    assert [each["name"] for each in yaml.safe_load(pasted)["labels"].values()] == ["cold", "hot"]


def test_a_second_fresh_takes_nothing_of_the_users(demo_copy):
    fresh()
    mine = {
        "data/raw/mine.csv": "label,text\nhot,a b\ncold,c d\n",
        "data/exam/sub/mine.csv": "hot,x y\n",
        "data/inbox/mine.csv": "text\nz\n",
        "data/review/review.csv": "kind,left,right,left_text,right_text,label,suggested,why,decision\n",
        "data/review/judge.json": "{}",
        "data/split.lock": "# sides\n0123456789abcdef train\n",
        "dvc.lock": "schema: '2.0'\nstages: {}\n",
    }
    for name, text in mine.items():
        put(name, text)
    labels = "labels: {1: {name: hot, meaning: ''}, 2: {name: cold, meaning: ''}}"
    put("params.yaml", Path("params.yaml").read_text().replace("labels: {}", labels))
    before = here()
    said = fresh()
    assert here() == before
    assert "Nothing here is the demo's" in said
    assert all(name in said for name in [*mine, "params.yaml labels"])


def test_the_users_files_beside_the_demos_stay_and_both_are_named(demo_copy):
    put("data/raw/mine.csv", "7,dear\n")
    edited = DEMO_FILES[0]
    put(edited, Path(edited).read_text().replace("a", "o", 1))
    lock = Path("data/split.lock").read_text() + "0123456789abcdef train\n"
    put("data/split.lock", lock)
    put("params.yaml", Path("params.yaml").read_text().replace("name: price,", "name: cost,", 1))
    kept = {
        name: Path(name).read_bytes() for name in ("data/raw/mine.csv", edited, "data/split.lock", "params.yaml")
    }
    took, keeps = fresh().split("Kept")
    assert {name: Path(name).read_bytes() for name in kept} == kept
    assert all(name in took and not Path(name).exists() for name in DEMO_FILES[1:])
    assert all(name in keeps for name in kept)


def test_a_demo_file_is_told_by_its_content_not_by_its_name_or_line_ends(demo_copy):
    name = DEMO_FILES[-1]
    moved = Path("data/raw/renamed.csv")
    moved.write_bytes(Path(name).read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert "data/raw/renamed.csv" in fresh().split("Kept")[0]
    assert not moved.exists()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=4))
def test_no_file_of_other_bytes_is_ever_taken(tmp_path_factory, contents):
    place = tmp_path_factory.mktemp("mine")
    (place / "data/raw").mkdir(parents=True)
    (place / "params.yaml").write_text("labels: {}\n")
    for number, content in enumerate(contents):
        (place / f"data/raw/{number}.csv").write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        fresh()
    assert [path.read_bytes() for path in sorted((place / "data/raw").iterdir())] == contents


@pytest.mark.parametrize("params", [None, "labels: ["], ids=["no project", "broken params"])
def test_outside_a_project_nothing_goes_and_the_message_is_plain(tmp_path, monkeypatch, params):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "data/raw", "data/raw")
    if params:
        put("params.yaml", params)
    before = here()
    assert isinstance(CliRunner().invoke(app, ["fresh"]).exception, ParamsError)
    code = "import sys; from anechoic.cli import main; sys.argv[1:] = ['fresh']; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "params.yaml" in done.stderr
    assert "Traceback" not in done.stderr
    assert here() == before
