"""The knobs of the stage report, the reports it reads and the shape of reports/metrics.json."""

from dataclasses import dataclass

from pydantic import Field

from anechoic.compare.schema import CompareReport, GridHere
from anechoic.diversity.schema import DiversityReport, WorthReport
from anechoic.echoes.schema import EchoesReport
from anechoic.evaluate.schema import EvaluationReport
from anechoic.leakage.schema import LeakageReport
from anechoic.next_steps.schema import NextReport
from anechoic.predict.schema import PredictionsReport
from anechoic.project.schema import Params, Report
from anechoic.projection.schema import ProjectionReport
from anechoic.spectra.schema import SpectraReport
from anechoic.split.schema import SplitReport
from anechoic.train.schema import TrainReport
from anechoic.validate.schema import IntakeReport


class ReportParams(Params):
    """Knobs of the stage report."""

    rows_shown: int = Field(
        ge=0, le=10_000, description="lines of each list on the page at most; long texts may make them fewer [rows]"
    )


@dataclass(frozen=True)
class Reports:
    """The reports of all stages of one run, each under the name of its file."""

    intake: IntakeReport
    echoes: EchoesReport
    split: SplitReport
    leakage: LeakageReport
    train: TrainReport
    evaluation: EvaluationReport
    spectra: SpectraReport
    diversity: DiversityReport
    worth: WorthReport
    predictions: PredictionsReport
    next: NextReport
    projection: ProjectionReport
    compare: CompareReport | None = None  # where the grid was run on these rows
    grid: GridHere | None = None  # where there is a grid, of these rows or of others


class Metrics(Report):
    """reports/metrics.json: the numbers of a run that are worth comparing with another run's, for `dvc metrics`."""

    rows: int = Field(description="valid raw rows")
    quarantined: int = Field(description="records set aside")
    effective_rows: int = Field(description="echo groups found, single rows included: what the data is worth")
    conflicts: int = Field(description="echo groups that carry different labels for what surely is the same thing")
    label_agreement: float = Field(description="share of rows in groups that carry their group's commonest label")
    label_doubts: int = Field(description="rows whose label the rest of the data contradicts")
    training_rows: int = Field(description="rows the measured classifier was fine-tuned on")
    test_rows: int = Field(description="rows of the test that count; 0 without one")
    exam_rows: int = Field(description="rows of the exam that count; 0 without one")
    cross_split_echoes: int = Field(description="echo pairs between train, validation and test: must be 0")
    naive_accuracy: float = Field(description="what a random split says of the probe")
    honest_accuracy: float = Field(description="what a split says of the probe that keeps echo groups whole")
    inflation: float = Field(description="naive minus honest accuracy: what the echoes pretended")
    fresh_accuracy: float | None = Field(
        description="the accuracy to quote: the shipped classifier on fresh comments; null without test and exam"
    )
    fresh_accuracy_low: float | None = Field(description="lower end, 95 %, echo groups resampled")
    fresh_accuracy_high: float | None = Field(description="upper end, 95 %, echo groups resampled")
    train_accuracy: float | None = Field(description="the classifier on its training rows; null without any")
    validation_accuracy: float | None = Field(description="the classifier on validation; null without such rows")
    test_accuracy: float | None = Field(description="the classifier on the test; null without one")
    test_macro_f1: float | None = Field(description="mean of the classes' F1 on the test; null without one")
    test_calibration_error: float | None = Field(
        description="distance of confidence from accuracy on the test, ten bins; null without one"
    )
    exam_accuracy: float | None = Field(description="the shipped classifier on the exam; null without one")
    exam_macro_f1: float | None = Field(description="mean of the classes' F1 on the exam; null without one")
    exam_calibration_error: float | None = Field(
        description="distance of confidence from accuracy on the exam, ten bins; null without one"
    )
    cheap_test_accuracy: float | None = Field(description="the best cheap model on the test; null without one")
    cheap_exam_accuracy: float | None = Field(description="the best cheap model on the exam; null without one")
    verdict: str = Field(
        description="good, overfit, underfit, data_limited, label_limited, leaking or too_little_data"
    )
