"""Stage next: the reports, reports/review.csv, clean, embeddings, groups -> reports/next.json."""

from anechoic.augmented.declared import declared
from anechoic.augmented.schema import MadeKnobs
from anechoic.compare.fitting import fitting
from anechoic.compare.schema import CompareReport
from anechoic.diversity.drop_worth import labelled_vectors
from anechoic.diversity.schema import WorthReport
from anechoic.echoes.schema import EchoesReport
from anechoic.evaluate.schema import EvaluationReport
from anechoic.next_steps.doubted import doubted
from anechoic.next_steps.findings import Findings
from anechoic.next_steps.next_steps import next_steps
from anechoic.predict.schema import PredictionsReport
from anechoic.project import io
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS, SPLIT
from anechoic.review.sheet import read_sheet
from anechoic.split.schema import SplitReport
from anechoic.train.schema import TrainReport
from anechoic.validate.schema import IntakeReport
from pipelines import run


def main() -> None:
    """Say what to do next."""
    clean, groups, knobs = io.read(CLEAN), io.read(GROUPS), io.read_params("split", MadeKnobs)
    made = declared(clean, knobs.augmented, knobs.source_column)
    data = labelled_vectors(clean, io.read(EMBEDDINGS), groups, made)
    questions = read_sheet("reports/review.csv", io.read_text("reports/review.csv").encode())
    compared = io.read_report_if_there("reports/compare.json", CompareReport)
    findings = Findings(
        intake=io.read_report("reports/intake.json", IntakeReport),
        echoes=io.read_report("reports/echoes.json", EchoesReport),
        split=io.read_report("reports/split.json", SplitReport),
        worth=io.read_report("reports/worth.json", WorthReport),
        train=io.read_report("reports/train.json", TrainReport),
        evaluation=io.read_report("reports/evaluation.json", EvaluationReport),
        predictions=io.read_report("reports/predictions.json", PredictionsReport),
        doubted=doubted(clean, data, groups, questions),
        compare=fitting(compared, clean, io.read(SPLIT)),
    )
    report = next_steps(findings)
    io.write_report("reports/next.json", report)
    say(report.sentences())


if __name__ == "__main__":
    run(main)
