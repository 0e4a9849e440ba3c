"""The knobs of the stage leakage and the shape of reports/leakage.json."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from anechoic.project.schema import Params, Report, Score
from anechoic.project.wording import interval, percent

Cosine = Annotated[float, Field(gt=0, lt=1)]


class LeakageParams(Params):
    """Knobs of the stage leakage."""

    folds: int = Field(ge=2, le=20, description="parts each row is predicted from the others of [folds]")
    repeats: int = Field(ge=1, le=100, description="how often the folds are redrawn [times]")
    most_rows: int = Field(
        ge=100, description="raw rows both arms use; of more, whole echo groups are drawn at random [rows]"
    )
    bootstraps: int = Field(ge=100, le=100_000, description="resamples behind each interval [times]")
    bands: list[Cosine] = Field(description="cosines to the nearest training row that part the staircase [0..1]")
    stress: list[Cosine] = Field(description="cosines from which training rows near a test row are purged [0..1]")
    seed: int = Field(ge=0, description="redraws folds and resamples [number]")


class Difference(Report):
    """Two accuracies compared."""

    difference: float = Field(description="exam minus honest accuracy: what the honest test did not foresee")
    difference_low: float = Field(description="lower end, 95 %, echo groups of both resampled")
    difference_high: float = Field(description="upper end, 95 %, echo groups of both resampled")


class Inbox(Report):
    """The honest accuracy as the inbox's mix of classes would have it."""

    rows: int = Field(description="distinct texts in the inbox")
    shares: dict[str, float] = Field(
        description="estimated share of each class in the inbox (EM on the model's probabilities, Saerens 2002); "
        "junk is counted to the class it resembles"
    )
    accuracy: float = Field(description="honest accuracy, classes weighted by these shares")
    accuracy_low: float = Field(description="lower end, 95 %, echo groups resampled, shares as estimated")
    accuracy_high: float = Field(description="upper end, 95 %, echo groups resampled, shares as estimated")


class Band(Report):
    """Accuracy of the random test on rows whose nearest training row is this near."""

    from_: float = Field(alias="from", description="cosine to the nearest training row, from")
    to: float = Field(description="... up to")
    rows: float = Field(description="rows of a random test that stand there, mean over the repeats")
    accuracy: float = Field(description="share of them predicted right")
    accuracy_low: float = Field(description="lower end, 95 %, echo groups resampled")
    accuracy_high: float = Field(description="upper end, 95 %, echo groups resampled")


class Stress(Report):
    """The honest test again, with still more distance between training and test."""

    cosine: float = Field(description="training rows nearer than this to a test row are purged")
    accuracy: float = Field(description="accuracy without them")
    same_size_random: float = Field(description="accuracy when as many training rows are purged at random")
    purged_share: float = Field(description="share of the training rows that is purged, mean over folds")


class LeakageReport(Report):
    """reports/leakage.json: random against honest test. Both arms use all raw rows, echoes kept."""

    naive_accuracy: float = Field(description="what a random split says: echoes of test rows stand in training")
    naive_accuracy_low: float = Field(description="lower end, 95 %, echo groups resampled")
    naive_accuracy_high: float = Field(description="upper end, 95 %, echo groups resampled")
    honest_accuracy: float = Field(description="what a split says that keeps echo groups whole")
    honest_accuracy_low: float = Field(description="lower end, 95 %, echo groups resampled")
    honest_accuracy_high: float = Field(description="upper end, 95 %, echo groups resampled")
    inflation: float = Field(description="naive minus honest accuracy: what the echoes pretended")
    inflation_low: float = Field(description="lower end, 95 %, paired, echo groups resampled")
    inflation_high: float = Field(description="upper end, 95 %, paired, echo groups resampled")
    exam: Score | None = Field(description="the same model, trained on all raw rows, on the exam; null without one")
    exam_difference: Difference | None = Field(description="the exam against the honest test; null without one")
    inbox: Inbox | None = Field(description="the honest test re-weighted to the inbox; null without one")
    rows: int = Field(description="raw rows both arms used")
    only_trained: int = Field(
        default=0, description="of them, rows declared as made from others: they train and are never tested"
    )
    model: str = Field(description="the model of both arms")
    repeats: int = Field(description="how often the folds were redrawn")
    bands: list[Band] = Field(description="accuracy of the random test by cosine to the nearest training row")
    stress: list[Stress] = Field(description="the honest test with neighbours purged from training as well")

    def sentences(self) -> Iterator[str]:
        """The random test beside the honest one."""
        naive = f"{percent(self.naive_accuracy)} ({interval(self.naive_accuracy_low, self.naive_accuracy_high)})"
        honest = (
            f"{percent(self.honest_accuracy)} ({interval(self.honest_accuracy_low, self.honest_accuracy_high)})"
        )
        yield (
            f"of a plain model a random test would say {naive}, the honest test says {honest}: the echoes pretend "
            f"{100 * self.inflation:.0f} points ({100 * self.inflation_low:.0f} to {100 * self.inflation_high:.0f})"
        )
        if self.only_trained:
            yield f"{self.only_trained:,} rows made from others only train in both"
        if self.exam:
            reached = f"{percent(self.exam.accuracy)} ({interval(self.exam.accuracy_low, self.exam.accuracy_high)}"
            yield f"on the exam the same plain model reaches {reached}, {self.exam.rows:,} rows)"
        yield "what the difference is made of: reports/leakage.json"
