"""`anechoic predict`: classify a CSV outside the pipeline."""

from typing import Annotated

import typer


def predict(
    file: Annotated[str, typer.Argument(help="an unlabelled CSV")],
    to: Annotated[str, typer.Option(help="where to write; beside the file by default")] = "",
) -> None:
    """Classify the rows of a CSV with the trained model, as the stage predict does."""
    from anechoic.classifier.classifier import Classifier
    from anechoic.embed.encoder import FixedShapeEncoder
    from anechoic.embed.schema import EmbedParams
    from anechoic.predict.predict import Known
    from anechoic.predict.predict import predict as classify
    from anechoic.predict.schema import PredictParams
    from anechoic.project import folders, io, model_store
    from anechoic.project.errors import DataError
    from anechoic.project.tables import CLEAN, EMBEDDINGS, SPLIT
    from anechoic.validate.schema import ValidateParams

    encoder = FixedShapeEncoder(model_store.model_folder(io.read_params("embed", EmbedParams).model))
    result = classify(
        {file.rsplit("/", 1)[-1]: folders.read_file(file)},
        Classifier.load(model_store.read_model("models/classifier")),
        Known.of(io.read(CLEAN), io.read(EMBEDDINGS), io.read(SPLIT)),
        encoder.encode,
        io.read_params("validate", ValidateParams),
        PredictParams(shown=0),
    )
    (told,) = result.report.files
    if told.problem:
        raise DataError(f"{file}: {told.problem}.")
    target = to or f"{file.removesuffix('.csv')}.predicted.csv"
    for content in result.files.values():
        io.write_text(target, content)
    typer.echo(f"{told.rows} rows, {told.abstained} unsure, {told.junk} junk: {target}")
