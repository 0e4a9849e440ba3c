"""Stage report: reports/*.json, clean, groups, pairs, split -> reports/index.html, README.md, model-card.md."""

from anechoic.diversity.schema import DiversityReport, WorthReport
from anechoic.echoes.schema import EchoesReport
from anechoic.evaluate.schema import EvaluationReport
from anechoic.leakage.schema import LeakageReport
from anechoic.predict.schema import PredictionsReport
from anechoic.project import io
from anechoic.project.tables import CLEAN, GROUPS, PAIRS, SPLIT
from anechoic.report.learned import Learned
from anechoic.report.report import draw_card, draw_readme, report
from anechoic.report.schema import ReportParams
from anechoic.report.story import Reports
from anechoic.spectra.schema import SpectraReport
from anechoic.split.schema import SplitReport
from anechoic.train.schema import TrainReport
from anechoic.validate.schema import IntakeReport
from pipelines import run


def main() -> None:
    """Tell the run's story."""
    params = io.read_params("report", ReportParams)
    reports = Reports(
        intake=io.read_report("reports/intake.json", IntakeReport),
        echoes=io.read_report("reports/echoes.json", EchoesReport),
        split=io.read_report("reports/split.json", SplitReport),
        leakage=io.read_report("reports/leakage.json", LeakageReport),
        learned=read_learned(),
    )
    page = report(reports, io.read(CLEAN), io.read(GROUPS), io.read(SPLIT), io.read(PAIRS), params)
    io.write_text("reports/index.html", page)
    io.write_text("reports/README.md", draw_readme(reports))
    io.write_text("reports/model-card.md", draw_card(reports))


def read_learned() -> Learned:
    """What the stages from train on reported."""
    return Learned(
        train=io.read_report("reports/train.json", TrainReport),
        evaluation=io.read_report("reports/evaluation.json", EvaluationReport),
        spectra=io.read_report("reports/spectra.json", SpectraReport),
        diversity=io.read_report("reports/diversity.json", DiversityReport),
        worth=io.read_report("reports/worth.json", WorthReport),
        predictions=io.read_report("reports/predictions.json", PredictionsReport),
    )


if __name__ == "__main__":
    run(main)
