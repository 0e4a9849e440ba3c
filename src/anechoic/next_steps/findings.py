"""What the steps are drawn from, and how a step is written."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from anechoic.compare.schema import CompareReport
from anechoic.diversity.accuracy_change import AccuracyChange
from anechoic.diversity.schema import WorthReport
from anechoic.echoes.schema import EchoesReport
from anechoic.evaluate.schema import EvaluationReport
from anechoic.next_steps.schema import Step
from anechoic.predict.schema import PredictionsReport
from anechoic.split.schema import SplitReport
from anechoic.train.schema import TrainReport
from anechoic.validate.schema import IntakeReport


@dataclass(frozen=True)
class Doubted:
    """Rows for which another label is suggested, and what they did to the accuracy of the others."""

    rows: int
    questions: int  # that `anechoic review` asks about them
    first: str  # text of the first of them, empty without one
    change: AccuracyChange  # of a model trained with them minus one without
    others: int = 0  # questions about labels that are likelier wrong than right, without another to suggest


@dataclass(frozen=True)
class Findings:
    """The reports of a run that a step can follow from."""

    intake: IntakeReport
    echoes: EchoesReport
    split: SplitReport
    worth: WorthReport
    train: TrainReport
    evaluation: EvaluationReport
    predictions: PredictionsReport
    doubted: Doubted
    compare: CompareReport | None = None  # where the grid was run on these rows


def unmeasured(action: str, why: str, command: str, evidence: str) -> Step:
    """A step whose gain was not measured; the reason says why."""
    return _step(action, why, (None, None, None), command, evidence)


def measured(action: str, why: str, gain: tuple[float, float, float], command: str, evidence: str) -> Step:
    """A step with its gain (value, low, high) in shares of 1."""
    points, low, high = (round(100 * each, 2) for each in gain)
    return _step(action, why, (points, low, high), command, evidence)


def trained_with(knobs: Mapping[str, object]) -> str:
    """Knobs by their paths in params.yaml -> the command that runs the pipeline with them."""
    return " ".join(["dvc exp run", *(f"-S {shlex.quote(f'{name}={value}')}" for name, value in knobs.items())])


def _step(
    action: str, why: str, points: tuple[float | None, float | None, float | None], command: str, evidence: str
) -> Step:
    value, low, high = points
    return Step(
        action=action,
        why=(why[:1].upper() + why[1:]).rstrip(". "),  # page and twin set the stop
        points=value,
        points_low=low,
        points_high=high,
        command=command,
        evidence=evidence,
    )
