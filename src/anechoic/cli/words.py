"""How texts and words become vectors, on the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from anechoic.embed.encoder import FixedShapeEncoder

TOKENS_SHOWN = 30
ROWS_SHOWN, COLUMNS_SHOWN = 12, 6  # words of a table


def show_reading(canonical: str, encoder: "FixedShapeEncoder", folder: str, title: str = "tokens") -> list[int]:
    """Print the tokens of a text and how they become one vector; gives the ids that were read."""
    from anechoic.cli.show import table
    from anechoic.embed.words import follow_text

    reading = follow_text(canonical, encoder, folder)
    ids: list[int] = []
    if reading.pieces is not None:
        tokens = reading.pieces.tokens
        ids = tokens["id"].to_list()
        table(title, ("token", "id", "line of vocab.txt", "what"), tokens.head(TOKENS_SHOWN).iter_rows())
        if tokens.height > TOKENS_SHOWN:
            typer.echo(f"and {tokens.height - TOKENS_SHOWN} more tokens")
    typer.echo("\n".join(reading.sentences))
    return ids


def show_words(rows: Sequence[str], columns: Sequence[str], encoder: "FixedShapeEncoder") -> None:
    """Print the cosines of words with words, and what an embedding is beside a one-hot."""
    from anechoic.cli.show import table
    from anechoic.embed.words import one_hot_or_embedding, word_cosines

    rows, columns = list(dict.fromkeys(rows)), list(dict.fromkeys(columns))
    if rows and columns:
        found = word_cosines(rows[:ROWS_SHOWN], columns[:COLUMNS_SHOWN], encoder).tolist()
        lines = ([word, *cosines] for word, cosines in zip(rows[:ROWS_SHOWN], found, strict=True))
        table("cosines of words", ("", *columns[:COLUMNS_SHOWN]), lines)
        if more := len(rows[ROWS_SHOWN:]) + len(columns[COLUMNS_SHOWN:]):
            typer.echo(f"and {more} more words")
        typer.echo("Each word was encoded as a text of its own.\n")
    typer.echo("\n".join(one_hot_or_embedding(encoder)))
