"""Split and price tag in plain words."""

from anechoic.leakage.schema import LeakageReport
from anechoic.split.schema import Power, Shift, SplitReport

FRESH = {"exam": "exam rows", "inbox": "inbox rows"}


def split_told(split: SplitReport) -> list[str]:
    """What test and exam can show, and whether the test stands where fresh rows will."""
    told = [_power(name, power) for name, power in split.power.items() if power.rows]
    return told + [_shift(FRESH[name], shift) for name, shift in split.shift.items()]


def _power(name: str, power: Power) -> str:
    points = 100 * power.difference
    if points >= 50:
        return f"{power.rows} {name} rows can tell hardly any two models apart: add distinct rows."
    return (
        f"{power.rows} {name} rows show a difference between two models of {points:.0f} points or more, "
        f"not {points / 2.5:.0f}; an accuracy of 80 % measured on them is known to "
        f"±{100 * power.half_width:.0f} points."
    )


def _shift(rows: str, shift: Shift) -> str:
    told = (
        f"The nearest training row stands at a cosine of {shift.test_median:.2f} for the middle test row, "
        f"{shift.median:.2f} for the middle of {shift.rows} {rows} "
        f"(Kolmogorov-Smirnov distance {shift.distance:.2f}, p = {shift.p_value:.2g})"
    )
    verdicts = {
        "alike": "no difference that chance does not explain.",
        "test is easier": "the test is nearer to training, so it may promise too much.",
        "test is harder": "the test is farther from training, so it may promise too little.",
    }
    return f"{told}: {verdicts[shift.verdict]}"


def _points(share: float) -> str:
    """A difference of shares as signed points: 0.021 -> +2; nothing is 0."""
    return f"{round(100 * share):+d}" if round(100 * share) else "0"


def price_told(leakage: LeakageReport) -> list[str]:
    """The exam against the honest test, and the honest test as the inbox's mix of classes would have it."""
    told = []
    if leakage.exam_difference:
        of = leakage.exam_difference
        held = of.difference_low <= 0 <= of.difference_high
        verdict = "chance explains it" if held else "more than chance explains: the exam is other data"
        told.append(
            f"The exam says {_points(of.difference)} points against the honest test "
            f"({_points(of.difference_low)} to {_points(of.difference_high)}): {verdict}."
        )
    if leakage.inbox:
        most = sorted(leakage.inbox.shares.items(), key=lambda item: -item[1])[:3]
        named = ", ".join(f"{label} {100 * share:.0f} %" for label, share in most)
        told.append(
            f"On the inbox's mix of classes, as estimated from its {leakage.inbox.rows} texts ({named}, ...), the "
            f"honest accuracy would be {100 * leakage.inbox.accuracy:.0f} % "
            f"({100 * leakage.inbox.accuracy_low:.0f}–{100 * leakage.inbox.accuracy_high:.0f} %)."
        )
    return told
