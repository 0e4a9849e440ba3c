"""`anechoic next`: which unlabelled rows to label next."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from anechoic.label_next.label_next import LabelNext, Sources

SHOWN = 10  # rows printed
SEED = 7  # as in the shipped params.yaml


def next_rows(
    files: Annotated[list[str], typer.Argument(help="a folder of unlabelled files, or the files")],
    *,
    rows: Annotated[int, typer.Option(help="how many to pick", min=1, max=10_000)] = 50,
    to: Annotated[str, typer.Option(help="the CSV to write; one that is there is kept")] = "label-next.csv",
) -> None:
    """Pick the unlabelled rows that are worth most when labelled, and write them as a CSV to fill in."""
    from anechoic.embed.embed import embed, embeddings_table
    from anechoic.embed.schema import EmbedParams
    from anechoic.label_next.label_next import label_next
    from anechoic.label_next.schema import LabelNextParams
    from anechoic.project import folders, io
    from anechoic.project.errors import DataError

    model = io.read_params("embed", EmbedParams).model
    inbox = _inbox(files)
    texts = inbox["canonical"].unique(maintain_order=True)
    texts = texts.filter(texts != "")
    vectors = embeddings_table(texts, embed(texts.to_list(), model), model)
    result = label_next(inbox, vectors, _sources(model), LabelNextParams(rows=rows, seed=SEED))
    if result.rows.is_empty():
        raise DataError(f"Nothing to label in {', '.join(files)}: {'; '.join(result.sentences())}.")
    place, _, name = to.rpartition("/")
    folders.write_new(place or ".", {name: result.csv()})
    _show(result)
    typer.echo(f"{to}: fill in the column `label`, then put the file into data/raw/ and run `dvc repro`.")


def _inbox(files: list[str]) -> "pl.DataFrame":
    """The table inbox of what was named; files that cannot be used are told."""
    from anechoic.normalize.inbox import HEADER, inbox_table
    from anechoic.project import folders
    from anechoic.text.shown import shown, shown_name

    given: dict[str, bytes | OSError] = {}
    for path in files:
        given |= folders.read_any(path)
    inbox = inbox_table(given)
    headers = inbox.filter((inbox["record"] == HEADER) & (inbox["problem"] != ""))
    for name, problem in headers.select("file", "problem").iter_rows():
        typer.echo(f"{shown_name(name)} is left out: {shown(problem)}")
    return inbox


def _sources(model: str) -> "Sources":
    """What is labelled in the project one stands in, and its classifier; either may not be there yet."""
    from anechoic.classifier.classifier import Classifier
    from anechoic.echoes.classifier.judge import judge_in_force
    from anechoic.label_next.label_next import Sources
    from anechoic.project import folders, io, model_store
    from anechoic.project.tables import CLEAN, EMBEDDINGS, Clean
    from anechoic.validate.schema import ValidateParams

    if io.exists(CLEAN) and io.exists(EMBEDDINGS):
        known = io.read(CLEAN).join(io.read(EMBEDDINGS), on="row_id", maintain_order="left")
    else:
        known = Clean.create_empty().join(EMBEDDINGS.schema.create_empty(), on="row_id")
        typer.echo("No row is labelled yet (or `dvc repro` was not run since): typical rows are picked.")
    trained = model_store.has_model("models/classifier")
    return Sources(
        known=known,
        judge=judge_in_force(folders.read_drops("data/review", optional=True), model),
        rules=io.read_params("validate", ValidateParams),
        guess=Classifier.load(model_store.read_model("models/classifier")).predict if trained else None,
    )


def _show(result: "LabelNext") -> None:
    """The first rows, and what was left out."""
    for row in result.rows.head(SHOWN).iter_rows(named=True):
        guess = f" [{row['predicted']}?]" if row["predicted"] else ""
        typer.echo(f"  {row['file']}:{row['record']}  {row['text']}{guess}\n      {row['why']}")
    for sentence in result.sentences():
        typer.echo(sentence)
