"""`anechoic onnx`: the trained classifier as an ONNX graph."""

from typing import Annotated

import typer

CHECKED_TEXTS = 200  # of the project's rows, whose probabilities are compared


def onnx(to: Annotated[str, typer.Option(help="the folder to write")] = "models/onnx") -> None:
    """Write the trained classifier as ONNX, with its tokenizer, and say how far its answers are from torch's."""
    from anechoic.classifier.classifier import Classifier
    from anechoic.classifier.onnx import GRAPH, write_onnx
    from anechoic.project import io, model_store
    from anechoic.project.tables import CLEAN

    io.check_project()
    classifier = Classifier.load(model_store.read_model("models/classifier"))
    texts = io.read(CLEAN)["canonical"].head(CHECKED_TEXTS).to_list()
    far = write_onnx(classifier, to, texts)
    typer.echo(f"{to}/{GRAPH}: over {len(texts)} texts no probability differs from torch's by more than {far:.1e}")
    typer.echo(f"Divide its `logits` by {classifier.card.temperature:.3g}, the temperature, before softmax.")
