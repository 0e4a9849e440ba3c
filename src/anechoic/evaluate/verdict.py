"""What the numbers of an evaluation mean: one verdict in plain words, its numbers and the step that follows."""

import math
from collections.abc import Callable

from anechoic.diversity.schema import WorthReport
from anechoic.evaluate.evidence import Evidence, percent_of
from anechoic.evaluate.fitting import at_chance, overfit, underfit
from anechoic.evaluate.fresh import fresh_score
from anechoic.evaluate.schema import FreshScore
from anechoic.numeric.scores import gap
from anechoic.project.wording import percent

# Conventions of ours, chosen so that a verdict is said only where a person would nod.
FEW_ROWS = 10  # of a class on test or exam, below which nothing can be said about it
WORTH_A_STEP = 0.01  # a gain in accuracy below one point is no reason to do anything


def verdict(evidence: Evidence) -> tuple[str, str]:
    """The first that holds of VERDICTS, or good; and the numbers behind it with the step that follows."""
    for code, holds in VERDICTS:
        if reason := holds(evidence):
            return code, reason
    return "good", _good(evidence)


def quoted(evidence: Evidence) -> FreshScore | None:
    """The accuracy to quote, of the shipped model on fresh comments; None without test and exam."""
    leaks, refitted = bool(leaking(evidence)), evidence.train.refit_rows > 0
    return fresh_score(evidence.scores, evidence.sides, leaking=leaks, refitted=refitted)


def leaking(evidence: Evidence) -> str:
    """Whether the test surely promises more than the exam keeps: the reason, or nothing."""
    test, exam = evidence.scores.get("test"), evidence.scores.get("exam")
    if not test or not exam:
        return ""
    above, low, _ = gap(evidence.sides["test"].right, evidence.sides["exam"].right)
    if above <= evidence.params.gap or low <= 0:
        return ""
    return (
        f"the test says {percent_of(test)}, the exam {percent_of(exam)}: {100 * above:.0f} points less. Either the "
        "test still knows the training rows, or the exam is another kind of data. Believe the exam; look at the "
        "pairs nearest to each other in train and test, and label rows like those of the exam."
    )


def _too_little_data(evidence: Evidence) -> str:
    test = evidence.scores.get("test")
    if not test:
        return "there is no test row that counts, so nothing can be said. Add labelled rows to data/raw/."
    width = test.accuracy_high - test.accuracy_low
    if width < evidence.params.widest and test.rows >= FEW_ROWS:
        return ""
    # an interval narrows with the root of the rows
    needed = max(FEW_ROWS, math.ceil(test.rows * (width / evidence.params.widest) ** 2))
    return (
        f"{test.rows} test rows leave {percent_of(test)}: {100 * width:.0f} points wide is too wide to judge by. "
        f"About {needed:,} test rows would do: label more rows, or raise split.test."
    )


def _labels_mean_nothing(evidence: Evidence) -> str:
    """Neither training rows nor the test are answered: the labels do not follow from the texts."""
    if not at_chance(evidence):
        return ""
    return (
        f"{percent_of(evidence.scores['test'])} of the test are right, {at_chance(evidence)}: the labels do not "
        "follow from the texts, or not so that these rows show it. Read twenty rows of data/export/train.csv: "
        "is the label column the right one, would a person give these labels?"
    )


def _label_limited(evidence: Evidence) -> str:
    """Labels that surely cost more than the next rows can bring, and than a cheap model shows to be lost."""
    ceiling, high = evidence.data.ceiling, evidence.data.ceiling_high
    if ceiling is None or high is None:
        return ""
    cost = 1 - high
    rows = evidence.data.next_rows
    lost = -evidence.worth[-1].gain if evidence.worth and evidence.worth[-1].gain_high < 0 else 0.0
    if cost <= max(WORTH_A_STEP, rows.gain if rows else 0.0, lost):
        return ""
    return (
        f"about {100 * (1 - ceiling):.0f} % of the labels are wrong or undecided, so by them no model gets above "
        f"{_ceiling(evidence.data)}; {_next_rows(evidence.data)}. Mend labels before you collect more: "
        "`anechoic review`."
    )


def _data_limited(evidence: Evidence) -> str:
    """A learning curve that still climbs: twice the rows are worth a step, and surely half of one."""
    twice = evidence.data.doubled
    if twice is None or twice.gain_low < WORTH_A_STEP / 2 or twice.gain < WORTH_A_STEP:
        return ""
    return (
        f"{_right(evidence)}, and {_next_rows(evidence.data)}: label fresh comments. `anechoic next data/inbox` "
        "says which."
    )


def _good(evidence: Evidence) -> str:
    parts = [_right(evidence)]
    if evidence.data.ceiling is not None:
        parts.append(f"the labels allow {_ceiling(evidence.data)}")
    parts.append(_next_rows(evidence.data))
    faults = _faultless(evidence.data)
    step = f"{faults}: use it."
    fresh = quoted(evidence)
    if fresh and fresh.accuracy_high < (evidence.data.ceiling_low or 1.0):
        step = (
            f"{faults}; what else is missing lies in the texts or the model. See which classes are confused, and "
            "try other models: `make compare`."
        )
    return "; ".join([*parts, step])


def _faultless(data: WorthReport) -> str:
    """What shows no fault, of amount and labels as far as they were measured; and what labels surely cost."""
    allowed = percent(data.ceiling_high) if data.ceiling_high is not None else ""
    sound = [*(["amount"] if data.next_rows else []), *(["labels"] if allowed == percent(1) else [])]
    told = f"no fault of {' or '.join([', '.join(['training', *sound[:-1]]), *sound[-1:]])} shows"
    if not allowed or "labels" in sound:
        return told
    return f"{told}; labels that are wrong leave {allowed} at most: mend them too, `anechoic review`"


def _right(evidence: Evidence) -> str:
    """The accuracy to quote, in words; a verdict that uses it stands only where there is a test."""
    fresh = quoted(evidence)
    return f"{percent_of(fresh)} right on fresh comments" if fresh else "nothing was examined"


def _next_rows(data: WorthReport) -> str:
    """What more rows are worth, in words."""
    rows = data.next_rows
    if rows is None:
        return f"what more rows are worth could not be measured ({data.curve_reason})"
    told = f"the next {rows.rows} fresh rows are worth {rows.worth()}"
    twice = data.doubled
    if not rows.shows() or twice is None or twice.rows == rows.rows:
        return told
    return f"{told}, twice the rows {twice.worth()}"


def _ceiling(data: WorthReport) -> str:
    value, low, high = (100 * (each or 0) for each in (data.ceiling, data.ceiling_low, data.ceiling_high))
    return f"{value:.0f} % ({low:.0f}–{high:.0f} %)"


Holds = Callable[[Evidence], str]
VERDICTS: tuple[tuple[str, Holds], ...] = (
    ("leaking", leaking),
    ("too_little_data", _too_little_data),
    ("underfit", underfit),
    ("label_limited", _label_limited),
    ("overfit", overfit),
    ("label_limited", _labels_mean_nothing),
    ("data_limited", _data_limited),
)
