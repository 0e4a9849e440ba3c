"""What verdicts and advice are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass

from anechoic.diversity.schema import WorthReport
from anechoic.evaluate.breakdown import Side
from anechoic.evaluate.schema import Answered, EvaluateParams, FreshScore, Worth
from anechoic.project.schema import Score
from anechoic.train.schema import TrainReport


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


def percent_of(score: Score | FreshScore) -> str:
    """An accuracy and its interval in words."""
    return f"{100 * score.accuracy:.0f} % ({100 * score.accuracy_low:.0f}–{100 * score.accuracy_high:.0f} %)"
