"""How long a run will take: from the seconds that pieces of it took, and how many rows there are."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anechoic.cli.doctor.measure import Steps
    from anechoic.train.schema import TrainParams

# Seconds of all stages but embed and train on the demo, in two runs on two cores beside other work: the second by
# its log, the first by its whole time less theirs. Half of it (13 starts, spectra) does not hang on the rows.
OTHERS_SECONDS = (265.0, 394.0)
OTHERS_RECORDS = 1058
OTHERS_FIXED = 0.5
OTHERS_PROBE = 0.07  # seconds of `measure.seconds_of_a_probe` on that machine, as busy
SIDES = {"none": ("train",), "train+validation": ("train", "validation"), "all": ("train", "validation", "test")}


@dataclass(frozen=True)
class Rows:
    """What a run has to do. usable: of the labelled rows those that count, echoes once, as far as that is known."""

    records: int  # of data/raw and data/exam
    new_texts: int  # to be embedded: no vector of theirs is kept
    usable: int
    known: bool  # usable is told by the last run; else it counts distinct texts, and echoes among them make it less


@dataclass(frozen=True)
class Span:
    """Seconds: at least, at most."""

    low: float
    high: float

    def __add__(self, other: "Span") -> "Span":
        return Span(self.low + other.low, self.high + other.high)


def training(rows: int, shares: dict[str, float], params: "TrainParams", step: "Steps") -> Span:
    """Usable rows -> the seconds of the stage train.

    Least: it stops as early as train.patience allows, having kept its first epoch. Most: all epochs, twice.
    """
    counts = {side: share * rows for side, share in shares.items()}
    steps = math.ceil(counts["train"] / params.batch_size)
    read = counts["validation"] / params.batch_size  # of an epoch; without gradients, so no dearer than training
    again = (
        0
        if params.refit == "none"
        else math.ceil(sum(counts[side] for side in SIDES[params.refit]) / params.batch_size)
    )
    least = steps * min(params.epochs, 1 + params.patience) + again
    most = (steps + read) * params.epochs + again * params.epochs
    return Span(least * step.fastest, most * step.slowest)


def others(records: int, probe: float) -> Span:
    """Records -> the seconds of all other stages, by their time on the demo and the seconds a probe takes here."""
    factor = probe / OTHERS_PROBE * (OTHERS_FIXED + (1 - OTHERS_FIXED) * records / OTHERS_RECORDS)
    return Span(OTHERS_SECONDS[0] * factor, OTHERS_SECONDS[1] * factor)


def told(span: Span) -> str:
    """Seconds as people say them: `3 to 5 minutes`; the least is rounded down, the most up."""
    for size, name, until in ((1, "second", 90), (60, "minute", 5400), (3600, "hour", math.inf)):
        if span.high <= until:
            low, high = math.floor(span.low / size), max(1, math.ceil(span.high / size))
            least = "" if low == high else "less than " if low == 0 else f"{low} to "
            return f"{least}{high} {name}{'' if high == 1 else 's'}"
    raise AssertionError("the last unit has no end")
