"""What the stages print: of each report a few lines that name every file."""

import io as streams
import sys
from pathlib import Path

import pytest

from anechoic.diversity.schema import DiversityReport, WorthReport
from anechoic.echoes.schema import EchoesReport
from anechoic.evaluate.schema import EvaluationReport
from anechoic.leakage.schema import LeakageReport
from anechoic.next_steps.schema import NextReport
from anechoic.predict.schema import PredictionsReport
from anechoic.project import io
from anechoic.project.stage import say
from anechoic.projection.schema import ProjectionReport
from anechoic.spectra.schema import SpectraReport
from anechoic.split.schema import SplitReport
from anechoic.train.schema import TrainReport
from anechoic.validate.schema import DropIntake, Expectation, IntakeReport

REPORTS = {
    "intake": IntakeReport,
    "echoes": EchoesReport,
    "split": SplitReport,
    "leakage": LeakageReport,
    "train": TrainReport,
    "evaluation": EvaluationReport,
    "spectra": SpectraReport,
    "diversity": DiversityReport,
    "projection": ProjectionReport,
    "worth": WorthReport,
    "predictions": PredictionsReport,
    "next": NextReport,
}


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_says_what_was_found_in_a_few_lines(name):
    lines = list(io.read_report(f"reports/{name}.json", REPORTS[name]).sentences())
    assert 1 <= len(lines) <= 12
    assert all(line and "\n" not in line for line in lines)


@pytest.mark.parametrize("name", ["intake", "echoes", "worth"])
def test_each_file_has_its_line(name):
    lines = list(io.read_report(f"reports/{name}.json", REPORTS[name]).sentences())
    for path in Path("data/raw").glob("*.csv"):
        assert sum(line.startswith(f"data/raw/{path.name}: ") for line in lines) == 1


def test_a_file_is_told_with_what_was_set_aside_and_how_it_was_read():
    drop = DropIntake(
        drop="a.csv",
        role="exam",
        records=5,
        valid=3,
        quarantined=2,
        encoding="cp1252",
        delimiter=";",
        header=True,
        evidence="",
    )
    said = "data/exam/a.csv: 5 records = 3 rows + 2 set aside (2 too_short); read as cp1252, delimiter ';', header"
    assert drop.sentence({"too_short": 2}) == said


def test_a_promise_that_does_not_hold_is_told():
    report = io.read_report("reports/intake.json", IntakeReport)
    broken = Expectation(
        name="classes", drop="", success=False, critical=True, unexpected=1, observed="1 class", rows=[]
    )
    lines = list(report.model_copy(update={"expectations": [broken]}).sentences())
    assert "not as expected: all files: classes: 1 class; this stops the run" in lines


class ClosedPipe(streams.StringIO):
    """A terminal that went away."""

    def flush(self):
        raise BrokenPipeError


def test_a_stage_goes_on_when_nobody_reads_what_it_says(monkeypatch):
    monkeypatch.setattr(sys, "stdout", ClosedPipe())
    say(["one", "two"])
