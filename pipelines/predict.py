"""Stage predict: inbox, its vectors, models/classifier, clean, embeddings, split -> data/predictions, report."""

from anechoic.classifier.classifier import Classifier
from anechoic.classifier.learned_rows import learned_rows
from anechoic.predict.predict import Predictor, predict, vectors_by_text
from anechoic.predict.schema import PredictParams
from anechoic.project import folders, io, model_store
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, EMBEDDINGS, INBOX, INBOX_EMBEDDINGS, SPLIT
from anechoic.validate.schema import ValidateParams
from pipelines import run


def main() -> None:
    """Classify the inbox."""
    params = io.read_params("predict", PredictParams)
    classifier = Classifier.load(model_store.read_model("models/classifier"))
    predictor = Predictor(
        classifier=classifier,
        learned=learned_rows(io.read(CLEAN), io.read(EMBEDDINGS), io.read(SPLIT), classifier.card),
        encode=vectors_by_text(io.read(INBOX_EMBEDDINGS)),
        rules=io.read_params("validate", ValidateParams),
    )
    result = predict(io.read(INBOX), predictor, params)
    folders.write_folder("data/predictions", result.files)
    io.write_report("reports/predictions.json", result.report)
    say(result.report.sentences())


if __name__ == "__main__":
    run(main)
