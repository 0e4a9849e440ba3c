"""Finished cells of the grid on disk, `.anechoic/cells/KEY.json`, and the lock that keeps two grids apart."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from anechoic.project.errors import DataError
from anechoic.project.io import read_text, write_text
from anechoic.project.model_store import CACHE

CELLS = CACHE / "cells"


def read_cell(key: str) -> str | None:
    """What a finished cell left; None where it has not finished."""
    path = CELLS / f"{key}.json"
    return read_text(str(path)) if path.is_file() else None


def write_cell(key: str, content: str) -> None:
    """Keep what a finished cell left."""
    write_text(str(CELLS / f"{key}.json"), content)


@contextmanager
def one_grid() -> Iterator[None]:
    """Hold the grid of this project. Raises DataError where another process holds it."""
    CELLS.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(CELLS / ".lock", timeout=0):
            yield
    except Timeout:
        raise DataError(
            f"another grid is running in this project ({CELLS}/.lock is held). Wait until it has ended: its "
            "finished cells are taken as they are."
        ) from None
