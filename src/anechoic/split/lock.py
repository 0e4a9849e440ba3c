"""The memory of the split: the side of every text ever placed and why it got it, by hash of its canonical form.

A line is `key side` and the reason, which is left out where it is only known that the side was remembered: of a
text that joined the side of its group, and of every line written before reasons were. The order of lines, doubled
lines, comments, blank lines and line ends mean nothing, so that git may merge two locks by keeping the lines of
both. A line is 21 to 36 bytes; a drop adds its own lines and changes no other.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from anechoic.project.errors import DataError
from anechoic.project.kinds import SIDES

PATH = "data/split.lock"
HEADER = "# the side of every text seen, by hash of its canonical form, and why it got it; keep it in git\n"
REMEMBERED = "remembered"  # the reason that is not written
MERGED = "merged"  # of a text that two branches put on two sides
REASONS = ("balanced", "in_time", MERGED)  # those that are written
LINE = re.compile(rf"([0-9a-f]{{16}})\s+({'|'.join(SIDES)})(?:\s+({'|'.join(REASONS)}))?\s*")
CONFLICT_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")  # as git writes them, seven of one sign


class Place(NamedTuple):
    """Where a text stands, and why: balanced, in_time, merged or remembered."""

    side: str
    why: str = REMEMBERED


def read_lock(lock: str) -> dict[str, Place]:
    """The place of each text by its key; of a text on two sides the one farther from training, as `merged`.

    The order of the lines plays no part. Raises DataError naming the first line that is no `key side why`, and the
    first mark of a merge conflict.
    """
    known: dict[str, Place] = {}
    for number, line in enumerate(lock.removeprefix("\ufeff").splitlines(), start=1):
        match = LINE.fullmatch(line)
        if match is None:
            if line.startswith("#") or not line.strip():
                continue
            raise DataError(_unreadable(number, line))
        key, place = match[1], Place(match[2], match[3] or REMEMBERED)
        known[key] = _joined(known[key], place) if key in known else place
    return known


def write_lock(known: Mapping[str, Place]) -> str:
    """The lock's text, sorted by key so that it depends on no order."""
    lines = [
        f"{key} {side}\n" if why == REMEMBERED else f"{key} {side} {why}\n"
        for key, (side, why) in sorted(known.items())
    ]
    return HEADER + "".join(lines)


def _joined(one: Place, other: Place) -> Place:
    """The place of a text that has two; any number of places give the same in any order."""
    side = max(one.side, other.side, key=SIDES.index)  # the one farther from training
    if one.side != other.side or MERGED in {one.why, other.why}:
        return Place(side, MERGED)
    return Place(side, min(one.why, other.why))


def _unreadable(number: int, line: str) -> str:
    if line.startswith(CONFLICT_MARKS):
        return (
            f"{PATH} line {number}: {line!r} is a mark of a merge conflict. Delete the lines that begin with "
            f"{', '.join(CONFLICT_MARKS)} and keep all others, of both branches, then run `dvc repro`. With "
            f"the line `{PATH} merge=union` in .gitattributes git merges the file by itself."
        )
    return (
        f"{PATH} line {number}: {line!r} is no `key side` or `key side why` (16 hexadecimal digits; "
        f"{', '.join(SIDES)}; {', '.join(REASONS)}). Take the line back from git."
    )
