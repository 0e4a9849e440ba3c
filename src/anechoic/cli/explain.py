"""`anechoic explain` and `anechoic trace`: what is known of a row, a text or two of them, the answer first."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from anechoic.api.row_story import Story
    from anechoic.classifier.explain import Explanation
    from anechoic.embed.encoder import FixedShapeEncoder

PAIRS_SHOWN = 10
CHARACTERS = 500  # of a text
CLASSIFIER = "models/classifier"
ROW = "a row: file:line (data/raw/2023.csv:17), its row_id or the beginning of one, or a piece of its text"


def explain(
    text: Annotated[str, typer.Argument(help=f"a text to classify, or {ROW}")],
    other: Annotated[str, typer.Argument(help="a second one: are the two the same comment?")] = "",
) -> None:
    """Say what the classifier makes of a text, what became of a row, or whether two are the same; then why.

    Also where nothing is trained, and outside a project: how texts become tokens, numbers and cosines.
    """
    from anechoic.api.named_rows import find_rows, is_place, is_place_or_id, named_row, project_rows
    from anechoic.api.row_story import row_story
    from anechoic.project import folders, io
    from anechoic.project.tables import LEDGER

    known = folders.in_project() and io.exists(LEDGER)
    rows = project_rows() if known or is_place(text) or is_place(other) else None  # without a project this says so
    if other:
        _two(text, other, rows)
    elif rows is not None and is_place_or_id(text) and len(find_rows(text, rows)):
        _tell(row_story(named_row(text, rows), rows))
    else:
        _one(text, rows)


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


def _one(text: str, rows: "pl.DataFrame | None") -> None:
    """What the classifier makes of a text, or why it makes nothing of it; then how the text becomes a vector."""
    from anechoic.cli.words import show_reading, show_words
    from anechoic.embed.words import EXAMPLES
    from anechoic.text.empty_messages import nothing_to_read

    canonical = _canonical(text)
    encoder, folder = _encoder()
    explanation: Explanation | None = None
    if why := nothing_to_read(text, canonical):
        typer.echo(f"Not classified, for there is nothing to read: {why}.")
    elif missing := _missing(_find_classifier):
        typer.echo(f"No class can be told: {missing} How the text becomes a vector:")
    else:
        explanation = _explained(text, encoder)
        typer.echo(explanation.answer)
    if rows is not None:
        same = rows.filter(rows["text"] == text).select("place", "outcome").head(PAIRS_SHOWN)
        for place, outcome in same.iter_rows():
            typer.echo(f"The text stands at {place} ({outcome}).")
    more = f" … and {len(canonical) - CHARACTERS:,} more characters" if len(canonical) > CHARACTERS else ""
    typer.echo(f"\ncanonical: {canonical[:CHARACTERS]}{more}")
    typer.echo(f"{explanation.likeness}\n" if explanation else "")
    ids = show_reading(canonical, encoder, folder)
    typer.echo("")
    if explanation:
        _show_classified(explanation, ids)
    show_words(EXAMPLES, EXAMPLES, encoder)


def _two(text: str, other: str, rows: "pl.DataFrame | None") -> None:
    """Whether two texts or rows are the same comment, where there are rows to tell; the cosines of their words."""
    from anechoic.api.row_story import compare
    from anechoic.cli.words import show_reading, show_words
    from anechoic.text.words import words_of

    encoder, folder = _encoder()
    if rows is not None:
        story = compare((text, other), rows)
        _tell(story)
        texts = story.texts
    else:
        texts = (_canonical(text), _canonical(other))
        one, two = encoder.encode(list(texts))
        typer.echo(f"Their cosine is {one @ two:.2f} (1: the same direction, 0: a right angle).")
        typer.echo(f"Whether they are the same comment is told beside a project's rows: {_missing(_read_ledger)}")
    typer.echo("")
    for title, canonical in zip(("tokens of the first", "tokens of the second"), texts, strict=True):
        show_reading(canonical, encoder, folder, title)
        typer.echo("")
    show_words(words_of(texts[0]), words_of(texts[1]), encoder)


def _canonical(text: str) -> str:
    """A text's canonical form, personal data masked. Raises DataError where nothing is left."""
    from anechoic.project.errors import DataError
    from anechoic.text.repair import canonicalize

    if not (canonical := canonicalize(text)):
        raise DataError("The text is empty: there is nothing to explain.")
    return canonical


def _encoder() -> "tuple[FixedShapeEncoder, str]":
    """The encoder of the project, the embedded one outside of any; and the folder it lies in."""
    from anechoic.embed.encoder import FixedShapeEncoder
    from anechoic.embed.schema import EmbedParams
    from anechoic.project import folders, io, model_store

    name = io.read_params("embed", EmbedParams).model if folders.in_project() else "minilm"
    folder = model_store.model_folder(name)
    return FixedShapeEncoder(folder), folder


def _missing(look: "Callable[[], object]") -> str:
    """What is missing here for what `look` wants to see, and what to do; empty where it is there."""
    from anechoic.project.errors import AnechoicError

    try:
        look()
    except AnechoicError as error:
        return str(error)
    return ""


def _find_classifier() -> str:
    from anechoic.project import io, model_store

    io.check_project()
    return model_store.read_model(CLASSIFIER)


def _read_ledger() -> "pl.DataFrame":
    from anechoic.project import io
    from anechoic.project.tables import LEDGER

    return io.read(LEDGER)


def _explained(text: str, encoder: "FixedShapeEncoder") -> "Explanation":
    from anechoic.classifier.classifier import Classifier
    from anechoic.classifier.explain import explain as explained
    from anechoic.classifier.learned_rows import learned_rows
    from anechoic.predict.likeness import least_cosine
    from anechoic.project import io
    from anechoic.project.tables import CLEAN, EMBEDDINGS, SPLIT

    classifier = Classifier.load(CLASSIFIER)
    learned = learned_rows(io.read(CLEAN), io.read(EMBEDDINGS), io.read(SPLIT), classifier.card)
    vector = encoder.encode([_canonical(text)])[0]
    return explained(text, vector, classifier, learned, least_cosine(learned))


def _show_classified(explanation: "Explanation", read: list[int]) -> None:
    """The tables of a classified text; read: ids of the encoder, which are told already."""
    from anechoic.cli.show import table

    if explanation.cut:
        typer.echo(f"{explanation.cut}\n")
    if explanation.tokens["id"].to_list() != read and not explanation.cut:
        table("tokens of the classifier", explanation.tokens.columns, explanation.tokens.iter_rows())
        typer.echo("")
    for title, part in (
        ("nearest training rows", explanation.nearest),
        ("probabilities", explanation.probabilities),
    ):
        table(title, part.columns, part.iter_rows())
        typer.echo("")
