"""How shares, and lists of files, are written wherever people read them: page, cards, console."""

from collections.abc import Iterable

FILES_TOLD = 6  # files that a stage tells of on the console


def percent(share: float) -> str:
    """A share (0..1) in percent: 0.734 -> 73 %."""
    return f"{100 * share:.0f} %"


def interval(low: float, high: float) -> str:
    """Two shares (0..1) as a range in percent: 0.70, 0.78 -> 70–78 %."""
    return f"{100 * low:.0f}–{100 * high:.0f} %"


def first_lines(lines: Iterable[str], where: str) -> list[str]:
    """Lines, one a file -> the first few; where there are more, a line with their count and where all stand."""
    told = list(lines)
    if len(told) <= FILES_TOLD + 1:
        return told
    return [*told[:FILES_TOLD], f"and {len(told) - FILES_TOLD:,} more files: {where}"]
