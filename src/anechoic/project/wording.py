"""How shares are spelled wherever people read them: page, cards, console."""


def percent(share: float) -> str:
    """A share (0..1) in percent: 0.734 -> 73 %."""
    return f"{100 * share:.0f} %"


def interval(low: float, high: float) -> str:
    """Two shares (0..1) as a range in percent: 0.70, 0.78 -> 70–78 %."""
    return f"{100 * low:.0f}–{100 * high:.0f} %"
