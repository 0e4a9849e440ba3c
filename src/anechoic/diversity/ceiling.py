"""The most that any model can reach when it is measured by labels some of which are wrong."""

from dataclasses import dataclass

from anechoic.echoes.schema import EchoesReport

MIN_GROUPS = 20  # of two rows or more, below which agreement inside them says nothing


@dataclass(frozen=True)
class Ceiling:
    """The highest accuracy that can be measured by these labels, in 0..1, and its 95 % interval."""

    value: float
    low: float
    high: float


def label_ceiling(echoes: EchoesReport) -> Ceiling | None:
    """reports/echoes.json -> the ceiling; None where neither witness can speak.

    Two witnesses: how many labels are likely wrong, as the labels of like rows tell, and the share of rows
    in echo groups that carry their group's commonest label. Rows that were labelled together or inherited their
    label agree by construction, and mistakes which look like what models confuse are not counted: each witness can
    only be too kind, so the stricter one is believed.
    """
    witnesses = []
    if echoes.label_errors is not None and echoes.rows:
        wrong = (echoes.label_errors, echoes.label_errors_high or 0, echoes.label_errors_low or 0)
        witnesses.append(Ceiling(*(1 - each / echoes.rows for each in wrong)))
    if echoes.groups >= MIN_GROUPS:
        agreement = (echoes.label_agreement, echoes.label_agreement_low, echoes.label_agreement_high)
        witnesses.append(Ceiling(*agreement))
    return min(witnesses, key=lambda each: each.value, default=None)
