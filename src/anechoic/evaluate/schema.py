"""The knobs of the stage evaluate and the shape of reports/evaluation.json."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from anechoic.project.schema import Params, Report, Score
from anechoic.project.wording import interval, percent
from anechoic.text.shown import ShownText

Cosine = Annotated[float, Field(gt=0, lt=1)]


class EvaluateParams(Params):
    """Knobs of the stage evaluate."""

    bootstraps: int = Field(ge=100, le=100_000, description="resamples behind each interval [times]")
    bands: list[Cosine] = Field(description="cosines to the nearest training row that part the accuracies [0..1]")
    mistakes: int = Field(ge=0, le=1000, description="mistakes listed, the most confident first [rows]")
    widest: float = Field(
        gt=0, le=1, description="width of the test's interval from which the verdict is too_little_data [0..1]"
    )
    gap: float = Field(
        gt=0,
        le=1,
        description="test above exam, or train above a test at chance, by more than this is a verdict [0..1]",
    )
    seed: int = Field(ge=0, description="redraws the resamples [number]")


class LabelScore(Report):
    """One class."""

    rows: int = Field(description="rows of the class")
    precision: float = Field(description="share of the rows predicted as this class that are")
    recall: float = Field(description="share of the class's rows that are found")
    recall_low: float = Field(description="lower end, 95 %, Wilson")
    recall_high: float = Field(description="upper end, 95 %, Wilson")
    f1: float = Field(description="harmonic mean of the two")


class TestScore(Score):
    """The test: rows of the raw files that were kept apart."""

    ece: float = Field(description="expected calibration error over ten bins: how far confidence is from accuracy")
    per_label: dict[str, LabelScore] = Field(description="each class")


class ExamScore(TestScore):
    """The exam: rows from elsewhere that no training may see."""


class Baseline(Report):
    """A cheap model, trained on the same rows."""

    test: Score | None = Field(description="on the test; null without one")
    exam: Score | None = Field(description="on the exam; null without one")


ON_FRESH = "the classifier, on fresh comments"  # the name of the accuracy to quote, wherever it stands


class FreshScore(Report):
    """The one accuracy to quote: of the shipped model, on comments like those it was tested on."""

    accuracy: float = Field(ge=0, le=1, description="what the shipped model will do on fresh comments: share right")
    accuracy_low: float = Field(ge=0, le=1, description="lower end, 95 %, bootstrap over echo groups")
    accuracy_high: float = Field(ge=0, le=1, description="upper end, 95 %, bootstrap over echo groups")
    rows: int = Field(ge=0, description="rows it was measured on")
    side: str = Field(description="test or exam: the better witness")
    why: str = Field(description="why these rows speak")

    def note(self) -> str:
        """Its interval and its source, in words."""
        return f"{interval(self.accuracy_low, self.accuracy_high)}, {self.rows:,} rows of the {self.side}"


class ExamLook(Report):
    """One model that was scored on one exam."""

    rows: list[str] = Field(description="the smallest hashes of the exam's row ids: they stand for its rows")
    weights: str = Field(description="sha256 of the shipped weights")


class ExamLooks(Report):
    """reports/exam-looks.json: kept from run to run."""

    looks: list[ExamLook] = Field(description="each model that was scored on each exam, once, the first first")


class Worth(Report):
    """The fine-tuned model against the best cheap one."""

    side: str = Field(description="test, exam, or both together")
    beside: str = Field(description="the cheap model with the most rows right on test and exam together")
    gain: float = Field(description="accuracy of the fine-tuned model minus that of the cheap one")
    gain_low: float = Field(description="lower end, 95 %, paired, echo groups resampled")
    gain_high: float = Field(description="upper end, 95 %, paired, echo groups resampled")


class Slice(Report):
    """Accuracy on a part of a side."""

    side: str = Field(description="test or exam")
    by: str = Field(description="similarity, length or drop")
    part: str = Field(description="which part")
    rows: int = Field(description="rows in it")
    accuracy: float = Field(description="share of them right")
    accuracy_low: float = Field(description="lower end, 95 %, Wilson")
    accuracy_high: float = Field(description="upper end, 95 %, Wilson")


class Mistake(Report):
    """A row predicted wrong, and the training row nearest to it."""

    side: str = Field(description="test or exam")
    row_id: str = Field(description="the row")
    place: str = Field(description="file and line")
    text: ShownText = Field(description="its text")
    label: str = Field(description="what it is labelled")
    predicted: str = Field(description="what was predicted")
    confidence: float = Field(description="how sure the model was")
    nearest_text: ShownText = Field(description="the nearest training row")
    nearest_label: str = Field(description="its label")
    nearest_cosine: float = Field(description="how near it is")


class Bin(Report):
    """Rows whose confidence lies in one tenth of 0..1."""

    from_: float = Field(alias="from", description="confidence, from")
    to: float = Field(description="... up to")
    rows: int = Field(description="rows with such a confidence")
    confidence: float = Field(description="their mean confidence")
    accuracy: float = Field(description="the share of them that is right")
    accuracy_low: float = Field(description="lower end, 95 %, Wilson")
    accuracy_high: float = Field(description="upper end, 95 %, Wilson")


class Abstention(Report):
    """What happens when the least confident rows are left to people."""

    confidence: float = Field(description="rows below it are left to people")
    answered_share: float = Field(description="share of the rows that is answered")
    accuracy: float = Field(description="share right among the answered")


class Answered(Report):
    """The rows whose confidence is not below the threshold, beside the share right that was asked for."""

    side: str = Field(description="test or exam")
    rows: int = Field(description="rows of the side")
    answered: int = Field(description="those that are not flagged as unsure")
    accuracy: float | None = Field(description="share right among them; null where there are none")
    accuracy_low: float = Field(description="lower end, 95 %, Wilson")
    accuracy_high: float = Field(description="upper end, 95 %, Wilson")
    verdict: Literal["reached", "missed", "open"] = Field(
        description="reached or missed where the whole interval lies on one side of what was asked for, else open"
    )


class EvaluationReport(Report):
    """reports/evaluation.json: how good the classifier is, and how one knows. Counts rows with weight > 0."""

    fresh: FreshScore | None = Field(
        description="the accuracy to quote: the shipped model on fresh comments; null without test and exam"
    )
    test: TestScore | None = Field(description="the model that never saw a test row, on the test; null without one")
    train: Score | None = Field(description="the same model on its training rows")
    validation: Score | None = Field(description="the same model on validation, which chose its epoch")
    exam: ExamScore | None = Field(description="the shipped model on the exam; null without one")
    baselines: dict[str, Baseline] = Field(description="majority, tfidf_svm, probe: trained on the same rows")
    worth: list[Worth] = Field(description="whether fine-tuning beats the best of them; the last entry decides")
    exam_looks: int = Field(description="models that were scored on this exam so far, this one included")
    labels: list[str] = Field(description="the classes, in the order of the confusion's lines and columns")
    confusion: list[list[int]] = Field(description="test rows by label (line) and prediction (column)")
    exam_confusion: list[list[int]] = Field(description="exam rows by label (line) and prediction (column)")
    temperature: float = Field(description="scores are divided by it, fitted on validation with a prior around 1")
    abstain_below: float = Field(description="confidence under which predictions are flagged, fitted on validation")
    reliability: list[Bin] = Field(description="accuracy beside confidence on the test")
    abstention: list[Abstention] = Field(description="accuracy on the test when unsure rows are left to people")
    answered: list[Answered] = Field(description="whether train.answered_accuracy is kept on test and exam")
    slices: list[Slice] = Field(description="accuracy by similarity to training, length and drop")
    mistakes: list[Mistake] = Field(description="the most confident mistakes on test and exam")
    verdict: str = Field(
        description="good, overfit, underfit, data_limited, label_limited, leaking or too_little_data"
    )
    verdict_reason: str = Field(description="the numbers behind it")
    advice: list[str] = Field(description="what to know and what to do, in plain words")

    def sentences(self) -> Iterator[str]:
        """The accuracy to quote, those behind it, and the verdict."""
        if self.fresh:
            yield f"{ON_FRESH}: {percent(self.fresh.accuracy)} ({self.fresh.note()})"
        for name, score in (("test", self.test), ("exam", self.exam)):
            if score and not (self.fresh and self.fresh.side == name):
                between = interval(score.accuracy_low, score.accuracy_high)
                yield f"on the {name}: {percent(score.accuracy)} ({between}, {score.rows:,} rows)"
        yield f"verdict {self.verdict.replace('_', ' ')}: {self.verdict_reason}"
        yield from (each for each in self.advice if each.startswith("Missed:"))
