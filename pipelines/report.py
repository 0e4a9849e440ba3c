"""Stage report: reports/*.json, review.csv and the tables it lists -> page, twin, model card, metrics for DVC."""

from dataclasses import replace

from anechoic.compare.fitting import grid_here
from anechoic.compare.schema import CompareReport
from anechoic.diversity.schema import DiversityReport, WorthReport
from anechoic.echoes.schema import EchoesReport
from anechoic.evaluate.schema import EvaluationReport
from anechoic.leakage.schema import LeakageReport
from anechoic.next_steps.schema import NextReport
from anechoic.predict.schema import PredictionsReport
from anechoic.project import io
from anechoic.project.stage import say, summary_follows
from anechoic.project.tables import CLEAN, GROUPS, INBOX, PAIRS, PREDICTIONS, PROJECTION, QUARANTINE, SPLIT
from anechoic.projection.schema import ProjectionReport
from anechoic.report.report import report
from anechoic.report.rows.tables import Tables
from anechoic.report.schema import ReportParams, Reports
from anechoic.report.summary import summary
from anechoic.review.sheet import read_sheet
from anechoic.spectra.schema import SpectraReport
from anechoic.split.schema import SplitReport
from anechoic.train.schema import TrainReport
from anechoic.validate.schema import IntakeReport
from pipelines import run


def main() -> None:
    """Tell what the run found."""
    params = io.read_params("report", ReportParams)
    tables = read_tables()
    grid = io.read_report_if_there("reports/compare.json", CompareReport)
    here = grid_here(grid, tables.clean, tables.split)
    read = replace(read_reports(), compare=grid if here and here.these_rows else None, grid=here)
    written = report(read, tables, params)
    io.write_text("reports/index.html", written.page)
    io.write_text("reports/README.md", written.readme)
    io.write_text("reports/model-card.md", written.card)
    io.write_report("reports/metrics.json", written.metrics)
    io.write_csv("reports/accuracies.csv", written.accuracies)
    io.write_csv("reports/confusion.csv", written.confusion)
    say(summary(read, "reports/index.html") if not summary_follows() else [])


def read_tables() -> Tables:
    """The tables and questions that the page lists rows of."""
    return Tables(
        clean=io.read(CLEAN),
        groups=io.read(GROUPS),
        split=io.read(SPLIT),
        pairs=io.read(PAIRS),
        quarantine=io.read(QUARANTINE),
        predictions=io.read(PREDICTIONS),
        projection=io.read(PROJECTION),
        inbox=io.read(INBOX),
        questions=read_sheet("reports/review.csv", io.read_text("reports/review.csv").encode()),
    )


def read_reports() -> Reports:
    """What all stages reported."""
    return Reports(
        intake=io.read_report("reports/intake.json", IntakeReport),
        echoes=io.read_report("reports/echoes.json", EchoesReport),
        split=io.read_report("reports/split.json", SplitReport),
        leakage=io.read_report("reports/leakage.json", LeakageReport),
        train=io.read_report("reports/train.json", TrainReport),
        evaluation=io.read_report("reports/evaluation.json", EvaluationReport),
        spectra=io.read_report("reports/spectra.json", SpectraReport),
        diversity=io.read_report("reports/diversity.json", DiversityReport),
        worth=io.read_report("reports/worth.json", WorthReport),
        predictions=io.read_report("reports/predictions.json", PredictionsReport),
        next=io.read_report("reports/next.json", NextReport),
        projection=io.read_report("reports/projection.json", ProjectionReport),
    )


if __name__ == "__main__":
    run(main)
