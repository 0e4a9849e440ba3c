"""What test and exam can show."""

from anechoic.project.schema import P_VALUE_LIMIT
from anechoic.project.wording import percent
from anechoic.split.schema import Power, Shift, SplitReport

HOPELESS = 0.5  # a smallest visible difference of accuracies from which a set tells hardly any two models apart
UNSEEN = 2.5  # a difference that many times smaller than the visible one is named as what the set cannot show
VERDICTS = {
    "alike": "no difference that chance does not explain.",
    "test is easier": "the test is nearer to training; by that alone it may promise too much.",
    "test is harder": "the test is farther from training; by that alone it may promise too little.",
}


def split_sentences(split: SplitReport) -> list[str]:
    """What differences test and exam can show, and whether the test stands where fresh rows will."""
    power = [_power(name, each) for name, each in split.power.items() if each.rows]
    return power + [_shift(f"{name} rows", shift) for name, shift in split.shift.items()]


def _power(name: str, power: Power) -> str:
    if power.difference >= HOPELESS:
        return f"{power.rows} {name} rows can tell hardly any two models apart: add distinct rows."
    points = 100 * power.difference
    return (
        f"{power.rows} {name} rows tell two models apart that differ by {points:.0f} points or more, in four of "
        f"five cases; a difference of {points / UNSEEN:.0f} they mostly miss. An accuracy of {percent(0.8)} "
        f"measured on them is known to "
        f"±{100 * power.half_width:.0f} points."
    )


def _shift(rows: str, shift: Shift) -> str:
    return (
        f"The nearest training row stands at a cosine of {shift.test_median:.2f} for the middle test row, "
        f"{shift.median:.2f} for the middle of {shift.rows} {rows} "
        f"(Kolmogorov-Smirnov distance {shift.distance:.2f}, p = {shift.p_value:.2g}, "
        f"an accident from {P_VALUE_LIMIT:g} on): {VERDICTS[shift.verdict]}"
    )
