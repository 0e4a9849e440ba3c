"""Stage predict: data/inbox, models/classifier, clean, embeddings, split -> data/predictions/, predictions.json."""

from anechoic.classifier.classifier import Classifier
from anechoic.classifier.learned_rows import learned_rows
from anechoic.embed.encoder import FixedShapeEncoder
from anechoic.embed.schema import EmbedParams
from anechoic.predict.predict import Predictor, predict
from anechoic.predict.schema import PredictParams
from anechoic.project import folders, io, model_store
from anechoic.project.tables import CLEAN, EMBEDDINGS, SPLIT
from anechoic.validate.schema import ValidateParams
from pipelines import run


def main() -> None:
    """Classify the inbox."""
    params = io.read_params("predict", PredictParams)
    encoder = io.read_params("embed", EmbedParams)
    classifier = Classifier.load(model_store.read_model("models/classifier"))
    predictor = Predictor(
        classifier=classifier,
        learned=learned_rows(io.read(CLEAN), io.read(EMBEDDINGS), io.read(SPLIT), classifier.card),
        encode=lambda texts: FixedShapeEncoder(model_store.model_folder(encoder.model)).encode(texts),
        rules=io.read_params("validate", ValidateParams),
    )
    result = predict(folders.read_drops("data/inbox"), predictor, params)
    folders.write_folder("data/predictions", result.files)
    io.write_report("reports/predictions.json", result.report)


if __name__ == "__main__":
    run(main)
