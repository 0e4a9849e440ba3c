"""How shares, and lists of files, are written wherever people read them: page, cards, console."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

DECIMALS = 4  # of a number in a report; what is beyond these differs between machines
FILES_TOLD = 6  # files that a stage tells of on the console


def percent(share: float) -> str:
    """A share (0..1) in percent: 0.734 -> 73 %."""
    return f"{100 * share:.0f} %"


def interval(low: float, high: float) -> str:
    """Two shares (0..1) as a range in percent: 0.70, 0.78 -> 70–78 %."""
    return f"{100 * low:.0f}–{100 * high:.0f} %"


def plural(count: int, one: str, many: str = "") -> str:
    """The noun that goes with a count; `many` is `one` with an s where it is not given."""
    if count == 1:
        return one
    return many or f"{one}s"


def signed_points(share: float) -> str:
    """A difference of two shares (-1..1) in points, one decimal at most, signed: 0.0125 -> +1.3, -0.02 -> -2.

    Halves go away from 0, and the share is first rounded as reports are: a sentence that was written before its
    report was rounded says the same as a table that is drawn from the report.
    """
    exact = Decimal(str(round(share, DECIMALS))) * 100
    text = f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP):+}".removesuffix(".0")
    return "0" if text in {"+0", "-0"} else text


def first_lines(lines: Iterable[str], where: str) -> list[str]:
    """Lines, one a file -> the first few; where there are more, a line with their count and where all stand."""
    told = list(lines)
    if len(told) <= FILES_TOLD + 1:
        return told
    return [*told[:FILES_TOLD], f"and {len(told) - FILES_TOLD:,} more files: {where}"]
