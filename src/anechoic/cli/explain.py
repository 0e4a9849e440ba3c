"""`anechoic explain`: what the classifier sees in a text, and why it says what it says."""

from typing import Annotated

import typer


def explain(text: Annotated[str, typer.Argument(help="a text to classify")]) -> None:
    """Tokens and ids, vector, nearest training rows and probabilities of a text."""
    from anechoic.classifier.classifier import Classifier
    from anechoic.classifier.explain import explain as explained
    from anechoic.classifier.learned_rows import learned_rows
    from anechoic.cli.show import table
    from anechoic.embed.encoder import FixedShapeEncoder
    from anechoic.embed.schema import EmbedParams
    from anechoic.project import io, model_store
    from anechoic.project.tables import CLEAN, EMBEDDINGS, SPLIT
    from anechoic.text.repair import canonicalize

    classifier = Classifier.load(model_store.read_model("models/classifier"))
    encoder = FixedShapeEncoder(model_store.model_folder(io.read_params("embed", EmbedParams).model))
    vector = encoder.encode([canonicalize(text)])[0]
    learned = learned_rows(io.read(CLEAN), io.read(EMBEDDINGS), io.read(SPLIT), classifier.card)
    explanation = explained(text, vector, classifier, learned)
    typer.echo(f"canonical: {explanation.canonical}\nvector: {explanation.vector}\n")
    for title, part in (
        ("tokens", explanation.tokens),
        ("nearest training rows", explanation.nearest),
        ("probabilities", explanation.probabilities),
    ):
        table(title, part.columns, part.iter_rows())
        typer.echo("")
