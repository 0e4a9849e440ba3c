"""anechoic.json, beside the weights of a classifier: what its numbers mean to its user."""

import polars as pl
from pydantic import Field

from anechoic.project.schema import Report

BEFORE_REFIT = "before_refit"  # the model that never saw the test, below the shipped one


class ClassLabel(Report):
    """A class, in the order of the model's scores."""

    label_id: int = Field(description="the user's id")
    name: str = Field(description="its name")
    meaning: str = Field(description="what belongs to it")


class Card(Report):
    """What is needed to use a classifier, beside what transformers needs."""

    model: str = Field(description="what was fine-tuned")
    weights_sha256: str = Field(description="sha256 of the weights it started from")
    learned_from: list[str] = Field(
        description="sides of the split whose rows with a weight these weights learned from"
    )
    labels: list[ClassLabel] = Field(description="the classes, in the order of the scores")
    max_tokens: int = Field(description="tokens of a text that the model sees")
    temperature: float = Field(description="scores are divided by it before softmax")
    abstain_below: float = Field(description="confidence under which a prediction is flagged")

    def is_learned(self) -> pl.Expr:
        """Whether these weights learned from a row: an expression over the columns split and weight."""
        return pl.col("split").is_in(self.learned_from) & (pl.col("weight") > 0)
