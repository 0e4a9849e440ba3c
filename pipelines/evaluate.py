"""Stage evaluate: clean, embeddings, split, groups, classifier, train, worth -> predictions, evaluation.json."""

from anechoic.classifier.classifier import Classifier
from anechoic.diversity.schema import WorthReport
from anechoic.evaluate.evaluate import Before, ProjectTables, evaluate
from anechoic.evaluate.schema import EvaluateParams, ExamLooks
from anechoic.project import io, model_store
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS, PREDICTIONS, SPLIT
from anechoic.train.schema import TrainReport
from pipelines import run


def main() -> None:
    """Predict every row, score, judge."""
    params = io.read_params("evaluate", EvaluateParams)
    tables = ProjectTables(
        clean=io.read(CLEAN), embeddings=io.read(EMBEDDINGS), split=io.read(SPLIT), groups=io.read(GROUPS)
    )
    before = Before(
        train=io.read_report("reports/train.json", TrainReport),
        data=io.read_report("reports/worth.json", WorthReport),
        looks=io.read_report_if_there("reports/exam-looks.json", ExamLooks),
        weights=model_store.weights_hash("models/classifier"),
    )
    result = evaluate(tables, Classifier.load(model_store.read_model("models/classifier")), before, params)
    io.write(PREDICTIONS, result.predictions)
    io.write_report("reports/evaluation.json", result.report)
    io.write_report("reports/exam-looks.json", result.looks)  # kept from run to run
    say(result.report.sentences())


if __name__ == "__main__":
    run(main)
