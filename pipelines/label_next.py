"""Stage label_next: inbox, its vectors, clean, embeddings, models/classifier -> reports/label-next.csv."""

from anechoic.classifier.classifier import Classifier
from anechoic.echoes.classifier.judge import judge_in_force
from anechoic.embed.schema import EmbedParams
from anechoic.label_next.label_next import Sources, label_next
from anechoic.label_next.schema import LabelNextParams
from anechoic.project import folders, io, model_store
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, EMBEDDINGS, INBOX, INBOX_EMBEDDINGS
from anechoic.validate.schema import ValidateParams
from pipelines import run


def main() -> None:
    """Pick the inbox rows that are worth most when labelled."""
    params = io.read_params("label_next", LabelNextParams)
    model = io.read_params("embed", EmbedParams).model
    sources = Sources(
        known=io.read(CLEAN).join(io.read(EMBEDDINGS), on="row_id", maintain_order="left"),
        judge=judge_in_force(folders.read_drops("data/review"), model),
        rules=io.read_params("validate", ValidateParams),
        guess=Classifier.load(model_store.read_model("models/classifier")).predict,
    )
    result = label_next(io.read(INBOX), io.read(INBOX_EMBEDDINGS), sources, params)
    io.write_text("reports/label-next.csv", result.csv())
    say([*result.sentences(), "the rows, with a column label to fill in: reports/label-next.csv"])


if __name__ == "__main__":
    run(main)
