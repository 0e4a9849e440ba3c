"""How numbers are spelled: shares, intervals, differences, plurals."""

import re

CLOSE_PERCENT = re.compile(r"(?<=\d)%")


def percent(share: float) -> str:
    """A share (0..1) in percent: 0.734 -> 73 %."""
    return f"{100 * share:.0f} %"


def interval(low: float, high: float) -> str:
    """Two shares (0..1) as a range in percent: 0.70, 0.78 -> 70–78 %."""
    return f"{100 * low:.0f}–{100 * high:.0f} %"


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
