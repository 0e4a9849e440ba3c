"""The memory of the split: the side of every text ever placed, by hash of its canonical form.

A line is 21 to 28 bytes: a million texts at the default shares take 23 MB, 9 MB packed; a drop adds
its own lines and changes no other.
"""

from collections.abc import Mapping

from anechoic.project.errors import DataError
from anechoic.project.kinds import SIDES

HEADER = "# the side of every text seen, by hash of its canonical form; keep it in git\n"


def read_lock(lock: str) -> dict[str, str]:
    """Side by text key. Raises DataError naming the first line that is no `key side`."""
    known = {}
    for number, line in enumerate(lock.splitlines(), start=1):
        if line.startswith("#") or not line:
            continue
        key, _, side = line.partition(" ")
        if side not in SIDES:
            raise DataError(f"data/split.lock line {number}: {line!r} is no `key side`. Take it back from git.")
        known[key] = side
    return known


def write_lock(known: Mapping[str, str]) -> str:
    """The lock's text, sorted by key so that it depends on no order."""
    return HEADER + "".join(f"{key} {side}\n" for key, side in sorted(known.items()))
