"""How differences and other stages' sentences are spelled on the page; shares and intervals: project/wording."""

import re

CLOSE_PERCENT = re.compile(r"(?<=\d)%")


def points(difference: float) -> str:
    """A difference of two shares (-1..1) as signed points: 0.021 -> +2; what rounds to nothing is 0."""
    rounded = round(100 * difference)
    return f"{rounded:+d}" if rounded else "0"


def spaced(sentence: str) -> str:
    """A sentence written by another stage with its percent signs spelled as here: 84% -> 84 %."""
    return CLOSE_PERCENT.sub(" %", sentence)
