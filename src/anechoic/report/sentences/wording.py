"""How numbers are spelled in sentences: differences, plurals; shares and intervals as everywhere."""

import re

from anechoic.project.wording import interval as interval
from anechoic.project.wording import percent as percent

CLOSE_PERCENT = re.compile(r"(?<=\d)%")


def points(difference: float) -> str:
    """A difference of two shares (-1..1) as signed points: 0.021 -> +2; what rounds to nothing is 0."""
    rounded = round(100 * difference)
    return f"{rounded:+d}" if rounded else "0"


def plural(count: int, one: str, many: str = "") -> str:
    """The noun that goes with a count; `many` is `one` with an s where it is not given."""
    if count == 1:
        return one
    return many or f"{one}s"


def spaced(sentence: str) -> str:
    """A sentence written by another stage with its percent signs spelled as here: 84% -> 84 %."""
    return CLOSE_PERCENT.sub(" %", sentence)
