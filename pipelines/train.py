"""Stage train: clean, split -> models/classifier/, reports/train.json, reports/curves.csv."""

from anechoic.project import io, model_store
from anechoic.project.schema import Labels
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, SPLIT
from anechoic.train.schema import TrainParams
from anechoic.train.train import train
from pipelines import run


def main() -> None:
    """Fine-tune the classifier."""
    params = io.read_params("train", TrainParams)
    labels = io.read_params("labels", Labels)
    trained = train(io.read(CLEAN), io.read(SPLIT), labels, params)

    def save(folder: str) -> None:
        """Everything is written before the classifier takes the place of the one before."""
        trained.save(folder)
        io.write_report("reports/train.json", trained.report)
        io.write_text("reports/curves.csv", trained.curves_csv())

    model_store.write_model("models/classifier", save)
    say(trained.report.sentences())


if __name__ == "__main__":
    run(main, keeps="models/classifier")
