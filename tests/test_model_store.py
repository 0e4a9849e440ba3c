import os
import subprocess
import sys
from pathlib import Path

import pytest
import tiny

from anechoic.project import io, model_store
from anechoic.project.errors import ContractError

ROOT = Path(__file__).parent.parent


# --- the network ---------------------------------------------------------------------------------------


def offline(place, params, **environment):
    """Whether the hub's client is offline once a stage is imported in a project with these params."""
    if params is not None:
        (place / "params.yaml").write_text(params)
    code = "import pipelines.train; import huggingface_hub.constants as c; print(c.HF_HUB_OFFLINE)"
    inherited = {
        key: value for key, value in os.environ.items() if key not in {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}
    }
    paths = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, env=inherited | paths | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip() == "True"


def test_a_stage_is_offline_unless_a_model_lies_on_the_hub_alone(tmp_path):
    assert offline(tmp_path, "embed: {model: minilm}\ntrain: {model: minilm}\n")
    assert not offline(tmp_path, "embed: {model: minilm}\ntrain: {model: owner/name}\n")
    assert offline(tmp_path, "train: {model: owner/name}\n", HF_HUB_OFFLINE="1")


ACCESS = "import os, sys; from anechoic.project import model_store as m; m.set_hub_access(); "
ACCESS += (
    "print(os.environ.get('HF_HUB_OFFLINE'), [x for x in ('polars', 'pydantic', 'torch') if x in sys.modules])"
)


@pytest.mark.parametrize(
    ("params", "folders", "offline"),
    [
        (None, [], "1"),
        ("embed: [", [], "1"),
        ("- a list", [], "1"),
        ("embed: minilm", [], "1"),
        ("embed: {model: owner/name}", [], "None"),
        ("embed: {model: owner/name}", ["owner/name"], "1"),
        ("embed: {model: owner/name}", [".anechoic/models/owner/name"], "1"),
        ("train: {model: ./a/folder}", [], "1"),
        ("train: {model: a/folder/deep}", [], "1"),
        ("train: {model: 7}", [], "1"),
    ],
)
def test_the_hub_is_asked_only_for_what_it_alone_has_and_deciding_that_is_cheap(tmp_path, params, folders, offline):
    if params is not None:
        (tmp_path / "params.yaml").write_text(params)
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    environment = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
    environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(
        [sys.executable, "-c", ACCESS], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == f"{offline} []", done.stderr


def test_the_command_line_decides_it_before_a_command_runs(tmp_path):
    code = "import sys, os; sys.argv = ['anechoic', '--help']; from anechoic.cli import main\ntry: main()\n"
    code += "except SystemExit: pass\nprint('offline', os.environ.get('HF_HUB_OFFLINE'))"
    environment = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
    environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert "offline 1" in done.stdout, done.stderr


def test_finding_a_model_changes_nothing_in_the_environment(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    model_store.model_folder("minilm")
    assert model_store.model_folder("owner/name") == "owner/name"
    assert os.environ["HF_HUB_OFFLINE"] == "0"


def test_the_two_places_that_name_the_projects_paths_agree():
    assert (model_store.CACHE, model_store.PARAMS) == (io.CACHE, io.PARAMS)


# --- folders ---------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_fetched_model_goes_before_a_folder_of_its_name(place):
    (place / "mpnet").mkdir()
    assert model_store.model_folder("mpnet") == "mpnet"
    (place / ".anechoic/models/mpnet").mkdir(parents=True)
    assert model_store.model_folder("mpnet") == ".anechoic/models/mpnet"


def test_a_models_key_changes_with_its_files_and_with_nothing_else(place):
    first = tiny.checkpoint(place / "one" / "bert")
    second = tiny.checkpoint(place / "two" / "bert")
    assert model_store.model_key(str(first)) == model_store.model_key(str(second))
    config = second / "config.json"
    config.write_text(config.read_text() + " ")
    assert model_store.model_key(str(first)) != model_store.model_key(str(second))
    assert model_store.model_key("owner/name") == "owner--name"


def test_weights_in_several_files_have_one_hash(place):
    (place / "a.safetensors").write_bytes(b"one")
    alone = model_store.weights_hash(".")
    assert alone == model_store.file_sha256(Path("a.safetensors"))
    (place / "b.safetensors").write_bytes(b"two")
    assert model_store.weights_hash(".") not in {alone, "."}
    assert model_store.weights_hash("owner/name") == "owner/name"


def test_the_latest_whole_checkpoint_is_the_one_to_go_on_from(place):
    folder = Path(model_store.checkpoint_folder("key"))
    for step in (4, 8, 12):
        (folder / f"checkpoint-{step}").mkdir()
        for name in ("trainer_state.json", "optimizer.pt", "scheduler.pt"):
            (folder / f"checkpoint-{step}" / name).touch()
    (folder / "checkpoint-12" / "optimizer.pt").unlink()
    assert model_store.last_checkpoint(str(folder)) == str(folder / "checkpoint-8")
    assert not (folder / "checkpoint-12").exists()
    model_store.forget_checkpoints("key")
    assert not folder.exists()
    assert model_store.last_checkpoint(str(folder)) is None


def test_a_folder_without_a_model_or_without_a_card_is_named(place):
    with pytest.raises(ContractError, match="models/x/ holds no trained model. Run `dvc repro`"):
        model_store.read_model("models/x")
    with pytest.raises(ContractError, match="it has no anechoic.json"):
        model_store.read_card(".")
