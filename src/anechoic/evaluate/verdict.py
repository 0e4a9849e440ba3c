"""What the numbers of an evaluation mean: one verdict in plain words, its numbers and the step that follows."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from anechoic.diversity.schema import WorthReport
from anechoic.evaluate.breakdown import Side
from anechoic.evaluate.schema import Answered, EvaluateParams, Worth
from anechoic.numeric.scores import gap
from anechoic.project.schema import Score
from anechoic.train.schema import TrainReport

# Conventions of ours, chosen so that a verdict is said only where a person would nod.
FEW_ROWS = 10  # of a class on test or exam, below which nothing can be said about it
FITTED_ACCURACY = 0.8  # of what labels allow, on its own training rows: below it a model has not learned them
LEARNED_BY_HEART = 0.95  # ... and below this one that a cheap model beats has not learned by heart but too little
FELL = 0.9  # of the first epoch's loss: a training loss that ends above it has not fallen
WORTH_A_STEP = 0.01  # a gain in accuracy below one point is no reason to do anything


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
    data: WorthReport  # the learning curve of the rows and the ceiling of their labels
    exam_looks: int
    params: EvaluateParams


def verdict(evidence: Evidence) -> tuple[str, str]:
    """The first that holds of VERDICTS, or good; and the numbers behind it with the step that follows."""
    for code, holds in VERDICTS:
        if reason := holds(evidence):
            return code, reason
    return "good", _good(evidence)


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


def _underfit(evidence: Evidence) -> str:
    """Training rows that the model does not know, though the labels allow it."""
    train = evidence.scores["train"]
    allowed = 1.0 if evidence.data.ceiling_low is None else evidence.data.ceiling_low
    decides = evidence.worth[-1] if evidence.worth else None
    beaten = decides is not None and decides.gain_high < 0
    if train.accuracy_high > (LEARNED_BY_HEART if beaten else FITTED_ACCURACY) * allowed:
        return ""
    bound = "" if allowed == 1 else f" (their labels allow {100 * allowed:.0f} % or more)"
    return f"only {percent_of(train)} of its own training rows are right{bound}. {_learning_step(evidence.train)}"


def _learning_step(train: TrainReport) -> str:
    """What to turn when a model has not learned its own rows."""
    losses = [point.train_loss for point in train.curves]
    if len(losses) > 1 and losses[-1] > FELL * losses[0]:
        return (
            f"The loss did not fall ({losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last): the steps "
            f"are too large, or too small to matter. Try train.learning_rate {train.learning_rate / 10:g}, then "
            f"{train.learning_rate * 10:g}."
        )
    if train.best_epoch == train.stopped_at == train.epochs:
        return f"It was still getting better when the epochs ended: set train.epochs to {3 * train.epochs}."
    return (
        f"It stopped getting better at epoch {train.best_epoch}: let it move more (train.freeze: nothing), or take "
        "a larger train.model."
    )


def _overfit(evidence: Evidence) -> str:
    """Honest accuracy that gets worse with capacity or training, or that learning by heart left at chance."""
    train, test = evidence.scores["train"], evidence.scores["test"]
    fitted = f"{100 * train.accuracy:.0f} % of its training rows are right"
    decides = evidence.worth[-1] if evidence.worth else None
    if decides and decides.gain_high < 0:
        return (
            f"{fitted}, but on {decides.side} a cheap model ({decides.beside}) is better by "
            f"{-100 * decides.gain:.0f} points ({-100 * decides.gain_high:.0f} to {-100 * decides.gain_low:.0f}): "
            "what fine-tuning added is learned by heart. Train less (train.freeze: backbone, fewer train.epochs, a "
            "smaller train.learning_rate), or take the cheap model."
        )
    further = evidence.train.further
    if further and further.accuracy_high < 0:
        worse = f"{-100 * further.accuracy_high:.0f} to {-100 * further.accuracy_low:.0f}"
        return (
            f"after epoch {evidence.train.best_epoch} validation falls by {-100 * further.accuracy:.0f} points "
            f"({worse}) in {further.epochs} more. The weights of that epoch were kept: set train.epochs to it, "
            "and take a smaller train.learning_rate."
        )
    chance = max(evidence.sides["test"].counts()) / test.rows
    above, low, _ = gap(evidence.sides["train"].right, evidence.sides["test"].right)
    if test.accuracy_high > chance or above <= evidence.params.gap or low <= 0:
        return ""
    return (
        f"{fitted}, but {percent_of(test)} of the test, no better than saying one class always ({100 * chance:.0f} "
        "%): it learned rows by heart and nothing that carries over. Look whether test and training rows are "
        "labelled by the same rules."
    )


def _label_limited(evidence: Evidence) -> str:
    """Labels that surely cost more than the next rows can bring."""
    ceiling, high = evidence.data.ceiling, evidence.data.ceiling_high
    if ceiling is None or high is None:
        return ""
    cost = 1 - high
    gain = max(WORTH_A_STEP, evidence.data.next_rows.gain if evidence.data.next_rows else 0.0)
    if cost <= gain:
        return ""
    return (
        f"about {100 * (1 - ceiling):.0f} % of the labels are wrong or undecided, so by them no model gets above "
        f"{_ceiling(evidence.data)}; {_next_rows(evidence.data)}. Mend labels before you collect more: "
        "`anechoic review`."
    )


def _data_limited(evidence: Evidence) -> str:
    """A learning curve that still climbs: twice the rows are worth a step."""
    twice = evidence.data.doubled
    if twice is None or twice.gain_low <= 0 or twice.gain < WORTH_A_STEP:
        return ""
    return (
        f"{percent_of(evidence.scores['test'])} of the test are right, and {_next_rows(evidence.data)}: label "
        "fresh comments. `anechoic next data/inbox` says which."
    )


def _good(evidence: Evidence) -> str:
    test = evidence.scores["test"]
    parts = [f"{percent_of(test)} of the test are right"]
    if evidence.data.ceiling is not None:
        parts.append(f"the labels allow {_ceiling(evidence.data)}")
    parts.append(_next_rows(evidence.data))
    step = "no fault shows: use it."
    if test.accuracy_high < (evidence.data.ceiling_low or 1.0):
        step = (
            "no fault of training, amount or labels shows; what is missing lies in the texts or the model. See "
            "which classes are confused, and try other models: `make compare`."
        )
    return "; ".join([*parts, step])


def _next_rows(data: WorthReport) -> str:
    """What more rows are worth, in words."""
    rows = data.next_rows
    if rows is None:
        return f"what more rows are worth could not be measured ({data.curve_reason})"
    between = f"{100 * rows.gain_low:.1f} to {100 * rows.gain_high:.1f}"
    if rows.gain_low <= 0:
        return f"the next {rows.rows} fresh rows are worth nothing that shows ({between} points)"
    told = f"the next {rows.rows} fresh rows are worth about {100 * rows.gain:.1f} points ({between})"
    twice = data.doubled
    if twice is None or twice.rows == rows.rows:
        return told
    between = f"{100 * twice.gain_low:.1f} to {100 * twice.gain_high:.1f}"
    return f"{told}, as many again as there are ({twice.rows}) {100 * twice.gain:.1f} ({between})"


def _ceiling(data: WorthReport) -> str:
    value, low, high = (100 * (each or 0) for each in (data.ceiling, data.ceiling_low, data.ceiling_high))
    return f"{value:.0f} % ({low:.0f}–{high:.0f} %)"


Holds = Callable[[Evidence], str]
VERDICTS: tuple[tuple[str, Holds], ...] = (
    ("leaking", leaking),
    ("too_little_data", _too_little_data),
    ("underfit", _underfit),
    ("overfit", _overfit),
    ("label_limited", _label_limited),
    ("data_limited", _data_limited),
)


def percent_of(score: Score) -> str:
    """An accuracy and its interval in words."""
    return f"{100 * score.accuracy:.0f} % ({100 * score.accuracy_low:.0f}–{100 * score.accuracy_high:.0f} %)"
