"""`anechoic fresh`: the demo goes, the project is yours."""

import hashlib
import json
from functools import cache
from importlib.resources import files

import typer

FOLDERS = ("data/raw", "data/exam", "data/inbox", "data/review")
LABELS, SPLIT_LOCK, DVC_LOCK = "params.yaml labels", "data/split.lock", "dvc.lock"


def fresh() -> None:
    """Take away what the demo brought and nobody changed: data, labels and split; all else stays."""
    from anechoic.project import folders

    folders.params_document()  # first, so that a command in a wrong folder takes nothing away
    kept: list[str] = []
    taken: list[str] = []
    for name, print_ in fingerprints().items():
        (taken if print_ in demo().values() else kept).append(name)
    if LABELS in taken:
        folders.clear_labels()
    folders.remove([name for name in taken if name != LABELS])
    typer.echo(f"Took away what was the demo's: {', '.join(taken)}." if taken else "Nothing here is the demo's.")
    if kept:
        typer.echo(f"Kept, as it is yours or was changed: {', '.join(kept)}.")
    if LABELS in taken or LABELS not in kept:
        typer.echo("Put your CSVs into data/raw/, then paste what `anechoic labels data/raw` prints over")
        typer.echo("`labels: {}` in params.yaml, and run `dvc repro`.")


@cache
def demo() -> dict[str, str]:
    """The fingerprints of what the demo brings, by name. Made by training/demo.py."""
    shipped: dict[str, str] = json.loads(files("anechoic.cli").joinpath("demo.json").read_text(encoding="utf-8"))
    return shipped


def fingerprints() -> dict[str, str]:
    """What the demo may have brought, as it stands here, by name: files, labels, the two locks.

    A file is told by its content whatever its name or line ends; the split by the texts it remembers; dvc.lock by
    the raw data it is about. A file that cannot be opened has none.
    """
    from anechoic.project import folders, io

    prints = {}
    for folder in FOLDERS:
        for name, content in folders.read_drops(folder, optional=True).items():
            told = "" if isinstance(content, OSError) else _hash(content.replace(b"\r\n", b"\n"))
            prints[f"{folder}/{name}"] = told
    if labels := folders.read_section("params.yaml", "labels"):
        prints[LABELS] = _hash(json.dumps(labels, sort_keys=True, default=str).encode())
    if lock := io.read_text(SPLIT_LOCK):
        keys = {line.partition(" ")[0] for line in lock.splitlines() if not line.startswith("#")}
        prints[SPLIT_LOCK] = _hash("\n".join(sorted(keys)).encode())
    if io.read_text(DVC_LOCK):
        prints[DVC_LOCK] = _raw_data_of(folders.read_section(DVC_LOCK, "stages"))
    return prints


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _raw_data_of(stages: object) -> str:
    """What dvc.lock says of data/raw; empty where it says nothing."""
    try:
        deps = stages["validate"]["deps"]  # type: ignore[index]
        return next(str(dep["md5"]) for dep in deps if dep["path"] == "data/raw")
    except (KeyError, TypeError, StopIteration):
        return ""
