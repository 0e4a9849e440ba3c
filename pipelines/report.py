"""Stage report: reports/*.json, clean, groups, pairs, split -> reports/index.html, README.md, model-card.md."""

from anechoic.echoes.schema import EchoesReport
from anechoic.leakage.schema import LeakageReport
from anechoic.learn.evaluation import EvaluationReport
from anechoic.learn.layers import SpectraReport
from anechoic.learn.params import TrainReport
from anechoic.learn.predictions import PredictionsReport
from anechoic.project import io
from anechoic.project.tables import CLEAN, GROUPS, PAIRS, SPLIT
from anechoic.report.learned import Learned
from anechoic.report.page import ReportParams, draw_card, draw_page, draw_readme
from anechoic.report.story import Reports
from anechoic.split.schema import SplitReport
from anechoic.validate.schema import IntakeReport
from anechoic.worth.diversity import DiversityReport
from anechoic.worth.drops import WorthReport
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
    page = draw_page(reports, io.read(CLEAN), io.read(GROUPS), io.read(SPLIT), io.read(PAIRS), params)
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
