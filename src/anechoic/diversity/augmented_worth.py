"""Whether rows declared as made from others helped: the probe trained with them minus without them."""

import numpy as np
import polars as pl

from anechoic.augmented.declared import AUGMENTED
from anechoic.augmented.schema import Policy
from anechoic.diversity.accuracy_change import AccuracyChange, accuracy_changes, training_weights
from anechoic.diversity.drop_worth import points_of
from anechoic.diversity.schema import AugmentedWorth
from anechoic.numeric.linear_probe import LabelledVectors


def taking_part(clean: pl.DataFrame, split: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """Table clean without the rows that a person, a flag, the exam or a lost source (column of made) keeps out."""
    kept_out = split.filter((pl.col("split") == "excluded") & (pl.col("reason") != AUGMENTED))
    for out in (kept_out, made.filter("lost")):
        clean = clean.join(out, on="row_id", how="anti", maintain_order="left")
    return clean


def augmented_worth(data: LabelledVectors, policy: Policy, seed: int) -> AugmentedWorth | None:
    """The rows that take part -> what those made from others did to the accuracy; None where there are none.

    Both models learn from the originals of four fifths of the echo groups, one of them also from the declared rows
    that are tied to none of the tested fifth, each as the split would keep it: policy is split.echoes_in_training.
    """
    inside = data.is_made()
    if not inside.any():
        return None
    weights = training_weights(data, np.ones_like(inside), ~inside, policy)
    rows, counting = int(inside.sum()), int((weights[inside] > 0).sum())
    (change,) = accuracy_changes(data, [inside], seed, policy)
    return AugmentedWorth(
        rows=rows,
        counting=counting,
        accuracy_change=change.change,
        accuracy_change_low=change.low,
        accuracy_change_high=change.high,
        verdict=_verdict(rows, counting, change, policy),
    )


def _verdict(rows: int, counting: int, change: AccuracyChange, policy: Policy) -> str:
    """Whether they helped, in a sentence."""
    sentence = (
        f"rows made from others: {counting:,} of {rows:,} count in training (split.echoes_in_training: {policy})"
    )
    if not counting:
        sentence += ", for originals say what they say"
    told = points_of(change)
    if change.low is not None and change.low > 0:
        told = f"they help, {told}"
    if change.high is not None and change.high < 0:
        told = f"they hurt, {told}"
    return f"{sentence}; accuracy on originals with them against without them: {told}"
