"""The rows that a classifier learned from: what "the nearest training row" of a text is searched among."""

import polars as pl

from anechoic.classifier.card import Card


def learned_rows(clean: pl.DataFrame, embeddings: pl.DataFrame, split: pl.DataFrame, card: Card) -> pl.DataFrame:
    """The rows of clean that the card's weights learned from, in its order, with their `group_id` and `vector`."""
    used = split.filter(card.is_learned()).select("row_id", "group_id")
    rows = clean.join(used, on="row_id", maintain_order="left")
    return rows.join(embeddings.select("row_id", "vector"), on="row_id", maintain_order="left")
