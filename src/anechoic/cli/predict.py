"""`anechoic predict`: classify a CSV outside the pipeline."""

from typing import Annotated

import typer


def predict(
    file: Annotated[str, typer.Argument(help="an unlabelled CSV")],
    to: Annotated[str, typer.Option(help="where to write; beside the file by default")] = "",
) -> None:
    """Classify the rows of a CSV with the trained model, as the stage predict does."""
    from anechoic.classifier.classifier import Classifier
    from anechoic.classifier.learned_rows import learned_rows
    from anechoic.embed.embed import embed
    from anechoic.embed.schema import EmbedParams
    from anechoic.normalize.inbox import inbox_table
    from anechoic.predict.predict import Predictor
    from anechoic.predict.predict import predict as classify
    from anechoic.predict.schema import PredictParams
    from anechoic.project import folders, io, model_store
    from anechoic.project.errors import DataError
    from anechoic.project.tables import CLEAN, EMBEDDINGS, SPLIT
    from anechoic.validate.schema import ValidateParams

    content = folders.read_file(file)
    model = io.read_params("embed", EmbedParams).model
    classifier = Classifier.load(model_store.read_model("models/classifier"))
    predictor = Predictor(
        classifier=classifier,
        learned=learned_rows(io.read(CLEAN), io.read(EMBEDDINGS), io.read(SPLIT), classifier.card),
        encode=lambda texts: embed(texts, model),
        rules=io.read_params("validate", ValidateParams),
    )
    inbox = inbox_table({file.rsplit("/", 1)[-1]: content})
    result = classify(inbox, predictor, io.read_params("predict", PredictParams).model_copy(update={"shown": 0}))
    (summary,) = result.report.files
    if summary.problem:
        raise DataError(f"{file}: {summary.problem.rstrip('.')}.")
    if not inbox.slice(1)["canonical"].str.len_chars().sum():
        raise DataError(f"{file} holds no text to classify.")
    target = to or f"{file.removesuffix('.csv')}.predicted.csv"
    for predictions in result.files.values():
        io.write_text(target, predictions)
    typer.echo(
        f"{summary.rows} rows, {summary.abstained} unsure ({summary.unlike} unlike every training row, "
        f"{summary.unread} with nothing to read and so no class), {summary.junk} junk: {target}"
    )
    counts = sorted(summary.predicted.items(), key=lambda each: (-each[1], each[0]))
    typer.echo("  " + ", ".join(f"{label} {rows}" for label, rows in counts))
    if classifier.card.abstain_below >= 1:
        typer.echo("All are unsure: no confidence gave the share right that train.answered_accuracy asks for.")
