"""Stage evaluate: clean, embeddings, split, groups, the classifier, train.json -> predictions, evaluation.json."""

from anechoic.classifier.classifier import Classifier
from anechoic.evaluate.evaluate import ProjectTables, evaluate
from anechoic.evaluate.schema import EvaluateParams
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
    result = evaluate(
        tables,
        Classifier.load(model_store.read_model("models/classifier")),
        io.read_report("reports/train.json", TrainReport),
        params,
    )
    io.write(PREDICTIONS, result.predictions)
    io.write_report("reports/evaluation.json", result.report)
    say(result.report.sentences())


if __name__ == "__main__":
    run(main)
