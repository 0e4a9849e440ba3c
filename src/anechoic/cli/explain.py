"""`anechoic explain` and `anechoic trace`: what is known of a row, a text or two of them, the answer first."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from anechoic.api.row_story import Story

PAIRS_SHOWN = 10
ROW = "a row: file:line (data/raw/2023.csv:17), its row_id or the beginning of one, or a piece of its text"


def explain(
    text: Annotated[str, typer.Argument(help=f"a text to classify, or {ROW}")],
    other: Annotated[str, typer.Argument(help="a second one: are the two the same comment?")] = "",
) -> None:
    """Say what the classifier makes of a text, what became of a row, or whether two are the same; then why."""
    from anechoic.api.named_rows import find_rows, is_place_or_id, named_row, project_rows
    from anechoic.api.row_story import compare, row_story
    from anechoic.project import io
    from anechoic.project.tables import LEDGER

    io.check_project()
    rows = project_rows() if other or io.exists(LEDGER) else None
    if rows is not None and other:
        _tell(compare((text, other), rows))
    elif rows is not None and is_place_or_id(text) and len(find_rows(text, rows)):
        _tell(row_story(named_row(text, rows), rows))
    else:
        _classify(text, rows)


def trace(row: Annotated[str, typer.Argument(help=ROW)]) -> None:
    """Say what became of a row, then everything that is known of it: file, text, group, pairs, side, prediction."""
    from anechoic.api.named_rows import named_row, project_rows
    from anechoic.api.row_story import row_story

    rows = project_rows()
    _tell(row_story(named_row(row, rows), rows))


def _tell(story: "Story") -> None:
    """The answer, the facts, and the rows beside it."""
    typer.echo(story.answer)
    for name, value in story.facts.items():
        typer.echo(f"{name:20} {value}")
    for pair in story.pairs.head(PAIRS_SHOWN).iter_rows(named=True):
        typer.echo(f"{pair['kind']:20} {pair['row_id']}  {pair['place']} [{pair['label']}] {pair['text']!r}")
        typer.echo(f"{'':20} score {pair['score']:.2f}, cosine {pair['cosine']:.3f}: {pair['evidence']}")
    if story.pairs.height > PAIRS_SHOWN:
        typer.echo(f"and {story.pairs.height - PAIRS_SHOWN} more pairs")


def _classify(text: str, rows: "pl.DataFrame | None") -> None:
    from anechoic.classifier.classifier import Classifier
    from anechoic.classifier.explain import explain as explained
    from anechoic.classifier.learned_rows import learned_rows
    from anechoic.cli.show import table
    from anechoic.embed.encoder import FixedShapeEncoder
    from anechoic.embed.schema import EmbedParams
    from anechoic.project import io, model_store
    from anechoic.project.errors import DataError
    from anechoic.project.tables import CLEAN, EMBEDDINGS, SPLIT
    from anechoic.text.repair import canonicalize

    canonical = canonicalize(text)
    if not canonical:
        raise DataError("The text is empty: there is nothing to classify.")
    classifier = Classifier.load(model_store.read_model("models/classifier"))
    encoder = FixedShapeEncoder(model_store.model_folder(io.read_params("embed", EmbedParams).model))
    learned = learned_rows(io.read(CLEAN), io.read(EMBEDDINGS), io.read(SPLIT), classifier.card)
    explanation = explained(text, encoder.encode([canonical])[0], classifier, learned)
    typer.echo(explanation.answer)
    if rows is not None:
        for place, outcome in (
            rows.filter(rows["text"] == text).select("place", "outcome").head(PAIRS_SHOWN).iter_rows()
        ):
            typer.echo(f"The text stands at {place} ({outcome}).")
    typer.echo(f"\ncanonical: {explanation.canonical}\nvector: {explanation.vector}\n{explanation.likeness}\n")
    for title, part in (
        ("tokens", explanation.tokens),
        ("nearest training rows", explanation.nearest),
        ("probabilities", explanation.probabilities),
    ):
        table(title, part.columns, part.iter_rows())
        typer.echo("")
