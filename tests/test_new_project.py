"""A new project by one command: what is laid out, where it is refused, and how another version comes in."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from test_house import PARAMS as MODELS
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.cli.new_project import template
from anechoic.project import stage
from anechoic.project.errors import AnechoicError, ContractError

ROOT = Path(__file__).parent.parent
SCRIPTS = {path.name for path in Path("pipelines").glob("*.py")}
ROWS = "label,text\nhot,a b\ncold,c d\n"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def anechoic(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def everything(folder=".") -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_a_new_project_is_the_recipe_on_the_version_instead_of_the_sources(place):
    assert "git init" in anechoic("init", "mine")
    there, here = (yaml.safe_load((at / "dvc.yaml").read_text()) for at in (Path("mine"), ROOT))
    for name, each in here["stages"].items():
        sources = [dep for dep in each["deps"] if dep.startswith("src/")]
        assert sources
        assert sorted(there["stages"][name].pop("deps")) == sorted(
            {*each.pop("deps"), stage.VERSION_FILE} - {*sources}
        )
    assert there == here
    assert {path.name for path in Path("mine/pipelines").iterdir()} == SCRIPTS
    assert len([line for line in Path("mine/README.md").read_text().splitlines() if line]) == 5
    assert {path.name for path in Path("mine/data").iterdir() if path.is_dir()} == {
        "raw",
        "exam",
        "inbox",
        "review",
    }
    assert Path("mine/.git").is_dir()


def test_its_knobs_are_the_same_each_with_its_meaning_and_there_is_no_label(place):
    anechoic("init", "mine")
    text = Path("mine/params.yaml").read_text()
    assert yaml.safe_load(text) == yaml.safe_load((ROOT / "params.yaml").read_text()) | {"labels": {}}
    for model in MODELS.values():
        for name, field in model.model_fields.items():
            assert re.search(rf"^  {name}: .*  # {re.escape(field.description)}$", text, re.MULTILINE), name


@pytest.mark.parametrize("file", ["notes.txt", "params.yaml", "src/a.py", "data/.gitignore", "data/raw"])
def test_init_refuses_a_folder_that_holds_other_things_names_them_and_changes_nothing(place, file):
    Path("mine", file).parent.mkdir(parents=True)
    Path("mine", file).write_text("x")
    before = everything()
    with pytest.raises(AnechoicError, match=r"nothing was (changed|left)") as refused:
        anechoic("init", "mine")
    assert file.split("/")[0] in str(refused.value) or "cannot be written" in str(refused.value)
    assert everything() == before


def test_init_takes_a_folder_that_holds_only_data(place):
    for name in ("mine/export.csv", "mine/data/raw/a.csv", "mine/.venv/pyvenv.cfg"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(ROWS)
    assert "mv export.csv data/raw/" in anechoic("init", "mine")
    assert Path("mine/data/raw/a.csv").read_text() == Path("mine/export.csv").read_text() == ROWS


def test_init_twice_or_inside_a_project_says_so_and_changes_nothing(place):
    anechoic("init", "mine")
    before = everything()
    with pytest.raises(AnechoicError, match="is an anechoic project already"):
        anechoic("init", "mine")
    with pytest.raises(AnechoicError, match=f"lies inside the project {place}/mine"):
        anechoic("init", "mine/data/other")
    assert everything() == before


@pytest.mark.parametrize("folder", ["file.csv", "file.csv/below", "/proc/nowhere"])
def test_init_where_nothing_can_be_written_is_one_sentence(place, folder):
    Path("file.csv").write_text("x")
    with pytest.raises(AnechoicError, match=r"name a folder|cannot be written"):
        anechoic("init", folder)
    assert everything() == {"file.csv": b"x"}


def test_a_disk_that_fills_up_amid_the_files_leaves_none(place, monkeypatch):
    from anechoic.project import folders

    def full(path, text, write=folders.write_text):
        if path.endswith("dvc.yaml"):
            raise OSError(28, "No space left on device")
        write(path, text)

    monkeypatch.setattr(folders, "write_text", full)
    with pytest.raises(AnechoicError, match=r"No space left on device.*nothing was left"):
        anechoic("init", "deep/mine")
    assert list(Path().iterdir()) == []


def test_in_a_git_repository_none_is_made_and_without_git_dvc_goes_alone(place, monkeypatch):
    subprocess.run(["git", "init", "-q"], check=True)
    assert f"in the git repository {place}" in anechoic("init", "below")
    assert not Path("below/.git").exists()
    shutil.rmtree(".git")
    monkeypatch.setenv("PATH", "")
    assert "is git installed?" in anechoic("init", "alone")
    assert "no_scm = true" in Path("alone/.dvc/config").read_text()


# --- another version -----------------------------------------------------------------------------------------


def test_an_upgrade_brings_the_recipe_keeps_what_the_owner_changed_and_names_other_knobs(place, monkeypatch):
    anechoic("init", ".")
    Path("data/raw/a.csv").write_text(ROWS)
    Path("pipelines/train.py").write_text("# my own\n")
    Path("params.yaml").write_text(Path("params.yaml").read_text().replace("  patience: 3", "  patients: 3"))
    kept = {name: Path(name).read_bytes() for name in ("data/raw/a.csv", "params.yaml", "README.md")}
    assert "at anechoic" in anechoic("upgrade")
    assert Path("pipelines/train.py").read_text() == "# my own\n"
    monkeypatch.setattr(stage, "installed_version", lambda: "9.9")
    with pytest.raises(ContractError, match=r"but 9\.9 is installed"):
        stage.check_version()
    said = anechoic("upgrade")
    stage.check_version()
    assert "params.yaml train lacks `patience: 3`" in said
    assert "train.patients is known no more" in said
    assert "You had changed pipelines/train.py" in said
    assert "dvc.yaml:" not in said
    assert [path.read_text() for path in Path("pipelines").glob("train.py.yours-*")] == ["# my own\n"]
    assert Path("pipelines/train.py").read_text() == (ROOT / "pipelines/train.py").read_text()
    assert {name: Path(name).read_bytes() for name in kept} == kept


def test_an_upgrade_takes_only_its_own_files_away(place, monkeypatch):
    anechoic("init", ".")
    Path("pipelines/gone.py").write_text("old\n")
    Path("mine.txt").write_text("mine\n")
    Path("pipelines/mine.py").write_text("mine\n")
    old = template.digest("old\n")
    listed = "".join(f"  {name}: {old}\n" for name in ("pipelines/gone.py", "mine.txt"))
    Path(stage.VERSION_FILE).write_text(Path(stage.VERSION_FILE).read_text() + listed)
    monkeypatch.setattr(stage, "installed_version", lambda: "9.9")
    anechoic("upgrade")
    assert not Path("pipelines/gone.py").exists()
    assert Path("mine.txt").read_text() == Path("pipelines/mine.py").read_text() == "mine\n"


def test_an_upgrade_outside_of_a_laid_out_project_says_so(place):
    with pytest.raises(AnechoicError, match=r"params\.yaml is missing"):
        anechoic("upgrade")
    shutil.copy(ROOT / "params.yaml", ".")
    with pytest.raises(AnechoicError, match="not one that `anechoic init` laid out"):
        anechoic("upgrade")
