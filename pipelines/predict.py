"""Stage predict: data/inbox, models/classifier, clean, embeddings, split -> data/predictions/, predictions.json."""

from anechoic.classifier.classifier import Classifier
from anechoic.embed.encoder import FixedShapeEncoder
from anechoic.embed.schema import EmbedParams
from anechoic.predict.predict import Known, predict
from anechoic.predict.schema import PredictParams
from anechoic.project import folders, io, model_store
from anechoic.project.tables import CLEAN, EMBEDDINGS, SPLIT
from anechoic.validate.schema import ValidateParams
from pipelines import run


def main() -> None:
    """Classify the inbox."""
    params = io.read_params("predict", PredictParams)
    encoder = io.read_params("embed", EmbedParams)
    result = predict(
        folders.read_drops("data/inbox"),
        Classifier.load(model_store.read_model("models/classifier")),
        Known.of(io.read(CLEAN), io.read(EMBEDDINGS), io.read(SPLIT)),
        lambda texts: FixedShapeEncoder(model_store.model_folder(encoder.model)).encode(texts),
        io.read_params("validate", ValidateParams),
        params,
    )
    folders.write_folder("data/predictions", result.files)
    io.write_report("reports/predictions.json", result.report)


if __name__ == "__main__":
    run(main)
