"""The most that any model can reach when it is measured by labels some of which are wrong."""

from dataclasses import dataclass

import numpy as np

from anechoic.diversity.schema import MIN_PAIRS
from anechoic.echoes.schema import EchoesReport
from anechoic.numeric.intervals import share_interval


@dataclass(frozen=True)
class Ceiling:
    """The highest accuracy that can be measured by these labels, in 0..1, and its 95 % interval."""

    value: float
    low: float
    high: float

    def at_least(self, reached: float) -> "Ceiling":
        """The same, no end below an accuracy that was surely measured."""
        return Ceiling(*(max(each, reached) for each in (self.value, self.low, self.high)))


def label_ceiling(echoes: EchoesReport, classes: int, reached: float) -> Ceiling | None:
    """reports/echoes.json, the classes and an accuracy surely reached -> the ceiling; None where nothing tells.

    A model that is always right is called wrong where a label is wrong: the ceiling is the share of right labels.
    Two witnesses: how many labels are likely wrong, as the labels of like rows tell, and how often two rows
    that say the same and may have been labelled apart carry one label. Mistakes that look like what models confuse
    are not counted by the first, and labels given by one hand agree more by the second: each can only be too kind.
    So the second is believed where it is surely stricter, or where the first is silent.
    """
    errors = None
    if echoes.label_errors is not None and echoes.rows:
        wrong = (echoes.label_errors, echoes.label_errors_high or 0, echoes.label_errors_low or 0)
        errors = Ceiling(*(1 - each / echoes.rows for each in wrong))
    return stricter(errors, agreement_ceiling(echoes.pairs_apart, echoes.pairs_agreeing, classes), reached)


def stricter(errors: Ceiling | None, apart: Ceiling | None, reached: float) -> Ceiling | None:
    """What wrong labels and pairs labelled apart say, and an accuracy surely reached -> what is believed."""
    believed = apart if errors is None or (apart is not None and apart.high < errors.value) else errors
    return believed.at_least(reached) if believed else None


def agreement_ceiling(pairs: int, agreeing: int, classes: int) -> Ceiling | None:
    """Pairs that say the same, those of one label among them, and the classes -> the ceiling; None of too few."""
    if pairs < MIN_PAIRS or classes < 2:
        return None
    low, high = share_interval(agreeing, pairs)
    return Ceiling(*(right_labels(each, classes) for each in (agreeing / pairs, low, high)))


def right_labels(agreement: float, classes: int) -> float:
    """Share of pairs whose labels agree -> share of labels that are right, mistakes falling on any other class.

    Two labels agree where both are right or both are the same mistake: a = q**2 + (1 - q)**2 / (classes - 1),
    solved for the larger q. Where they agree less than by chance, it is that of chance.
    """
    others = classes - 1
    inside = max(agreement * classes - 1, 0) * others
    return float(1 + np.sqrt(inside)) / classes
