"""What the numbers of an evaluation mean: one verdict in plain words, with its numbers."""

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from anechoic.evaluate.breakdown import Side
from anechoic.evaluate.schema import Answered, EvaluateParams, Worth
from anechoic.numeric.scores import gap, gap_of_shares
from anechoic.project.schema import Score
from anechoic.train.schema import TrainReport

# Conventions of ours, chosen so that a verdict is said only where a person would nod.
FEW_ROWS = 10  # of a class on test or exam, below which nothing can be said about it
MOST_ROWS = 100_000  # of a test: who would need more to be judged will not label them
FITTED_ACCURACY = 0.7  # on training rows, above which a model is not called underfit


@dataclass(frozen=True)
class Evidence:
    """All that a verdict is drawn from."""

    sides: Mapping[str, Side]
    scores: Mapping[str, Score]
    train: TrainReport
    worth: list[Worth]
    labels: list[str]
    answered: list[Answered]
    repeats: Mapping[str, tuple[int, int]]  # of test and exam: rows that were given, distinct ones among them


def verdict(evidence: Evidence, params: EvaluateParams) -> tuple[str, str]:
    """The first that holds of VERDICTS, or good; and the numbers behind it."""
    for code, holds in VERDICTS:
        if reason := holds(evidence, params):
            return code, reason
    test, train = evidence.scores["test"], evidence.scores["train"]
    return (
        "good",
        f"{percent_of(test)} of the test are right, {100 * train.accuracy:.0f} % of the training rows: "
        "no wide gap.",
    )


def _leaking(evidence: Evidence, params: EvaluateParams) -> str:
    test, exam = evidence.scores.get("test"), evidence.scores.get("exam")
    if not test or not exam:
        return ""
    above, low, _ = gap(evidence.sides["test"].right, evidence.sides["exam"].right)
    if above <= params.gap or low <= 0:
        return ""
    return (
        f"the test says {percent_of(test)}, the exam {percent_of(exam)}: {100 * above:.0f} points less. Either the "
        "test still knows the training rows, or the exam is another kind of data."
    )


def _too_little_data(evidence: Evidence, params: EvaluateParams) -> str:
    test = evidence.scores.get("test")
    if not test:
        return "there is no test row that counts, so nothing can be said."
    width = test.accuracy_high - test.accuracy_low
    if width < params.widest and test.rows >= FEW_ROWS:
        return ""
    # an interval narrows with the root of the rows
    needed = max(FEW_ROWS, math.ceil(test.rows * (width / params.widest) ** 2))
    return (
        f"{test.rows} test rows leave {percent_of(test)}: {100 * width:.0f} points wide is too wide to judge by. "
        f"About {needed:,} test rows would do."
    )


def _underfit(evidence: Evidence, params: EvaluateParams) -> str:
    train, curves = evidence.scores["train"], evidence.train.curves
    chance = max(evidence.sides["train"].counts()) / train.rows
    best = max((worth.gain_low for worth in evidence.worth if worth.side == "test"), default=0.0)
    if train.accuracy > max(FITTED_ACCURACY, chance + params.gap) or best > 0:
        return ""
    still = len(curves) == evidence.train.epochs == evidence.train.best_epoch
    more = " It was still getting better when the epochs ended: raise train.epochs." if still else ""
    always = f"{100 * chance:.0f} % by always saying one class"
    return f"only {100 * train.accuracy:.0f} % of its own training rows are right ({always}).{more}"


def _overfit(evidence: Evidence, params: EvaluateParams) -> str:
    train, test = evidence.scores["train"], evidence.scores["test"]
    above, low, high = gap(evidence.sides["train"].right, evidence.sides["test"].right)
    if above <= params.gap or low <= 0:
        return ""
    return (
        f"{100 * train.accuracy:.0f} % of its training rows are right but {percent_of(test)} of the test: "
        f"{100 * above:.0f} points ({100 * low:.0f} to {100 * high:.0f}). It knows rows by heart; new meanings "
        "help."
    )


def _undecided(evidence: Evidence, params: EvaluateParams) -> str:
    """Where the test is too small to rule a wide gap out; `good` says that there is none."""
    train, test = evidence.scores["train"], evidence.scores["test"]
    above, low, high = gap(evidence.sides["train"].right, evidence.sides["test"].right)
    if high <= params.gap:
        return ""
    needed = _rows_needed(train, test, params.gap)
    enough = f"about {needed:,} would do" if needed else f"{MOST_ROWS:,} would not do either"
    return (
        f"too little to say: {percent_of(test)} of the test are right, {100 * above:.0f} points fewer than of the "
        f"training rows, which may be {100 * low:.0f} to {100 * high:.0f}. {test.rows} test rows cannot tell "
        f"whether it is more than {100 * params.gap:.0f} (evaluate.gap); with the same shares right {enough}."
    )


def _rows_needed(train: Score, test: Score, most: float) -> int | None:
    """Test rows from which the gap's interval would lie below `most`, or above 0 where the gap is more."""

    def settled(rows: int) -> bool:
        above, low, high = gap_of_shares((train.accuracy, train.rows), (test.accuracy, rows))
        return high <= most or (above > most and low > 0)

    least = bisect_left(range(test.rows, MOST_ROWS), 1, key=lambda rows: int(settled(rows)))
    return test.rows + least if test.rows + least < MOST_ROWS else None


Holds = Callable[[Evidence, EvaluateParams], str]
VERDICTS: tuple[tuple[str, Holds], ...] = (
    ("leaking", _leaking),
    ("too_little_data", _too_little_data),
    ("underfit", _underfit),
    ("overfit", _overfit),
    ("too_little_data", _undecided),
)


def percent_of(score: Score) -> str:
    """An accuracy and its interval in words."""
    return f"{100 * score.accuracy:.0f} % ({100 * score.accuracy_low:.0f}–{100 * score.accuracy_high:.0f} %)"
