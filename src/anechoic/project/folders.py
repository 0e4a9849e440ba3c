"""Folders that people drop files into, and files somebody named."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from anechoic.project.errors import DataError
from anechoic.project.io import PARAMS, write_text


def read_drops(folder: str) -> dict[str, bytes | OSError]:
    """The files of a folder by their path below it, in the order of names; hidden files are left out.

    A file that cannot be opened is given as the error, so that it does not stop the others.
    """
    root = Path(folder)
    if not root.is_dir():
        raise DataError(f"{folder}/ is missing. Make it and put CSV files into it.")
    drops: dict[str, bytes | OSError] = {}
    for path in sorted(root.rglob("*"), key=lambda path: path.relative_to(root).as_posix()):
        name = path.relative_to(root)
        if path.is_dir() or any(part.startswith(".") for part in name.parts):
            continue
        try:
            drops[name.as_posix()] = path.read_bytes()
        except OSError as error:
            drops[name.as_posix()] = error
    return drops


def read_file(path: str) -> bytes:
    """A file that somebody named. Raises DataError when it cannot be opened."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be opened: {error.strerror}.") from None


def write_folder(path: str, files: Mapping[str, str]) -> None:
    """Replace a whole folder by these files (name below it -> text)."""
    folder = Path(path)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        write_text(str(folder / name), text)


def clear_folders(folders: list[str]) -> int:
    """Remove the files of these folders, hidden ones kept; how many went."""
    paths = [path for folder in folders for path in Path(folder).rglob("*") if not path.name.startswith(".")]
    files = [path for path in paths if path.is_file()]
    remove([str(path) for path in files])
    return len(files)


def remove(paths: list[str]) -> None:
    """Remove files, where they are there."""
    for path in paths:
        Path(path).unlink(missing_ok=True)


def in_project() -> bool:
    """Whether the command runs in a project's folder, where caches may be written."""
    return Path(PARAMS).exists()


def clear_labels() -> None:
    """Empty the `labels:` block of params.yaml; everything else stays as it is written."""
    text = Path(PARAMS).read_text(encoding="utf-8")
    write_text(PARAMS, re.sub(r"^labels:.*\n(?:[ \t]+.*\n)*", "labels: {}\n", text, flags=re.MULTILINE))
