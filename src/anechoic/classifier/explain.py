"""One text, all the way through: tokens and ids, vector, probabilities, nearest training rows."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.classifier.classifier import Classifier
from anechoic.numeric.arrays import Vectors, matrix
from anechoic.numeric.nearest import nearest_rows
from anechoic.text.repair import canonicalize

NEAREST_SHOWN = 5  # training rows
NUMBERS_SHOWN = 4  # of the vector


@dataclass(frozen=True)
class Explanation:
    """What becomes of a text.

    Tables: tokens (token, id), probabilities (label_id, label, probability), nearest (cosine, label, text, drop,
    line, row_id).
    """

    canonical: str
    tokens: pl.DataFrame
    vector: str
    probabilities: pl.DataFrame
    nearest: pl.DataFrame


def explain(text: str, vector: Vectors, classifier: Classifier, learned: pl.DataFrame) -> Explanation:
    """What a classifier makes of a text, and the nearest of the rows it learned from.

    vector: the text's unit vector (d,); learned: those rows, as `learned_rows` gives them.
    """
    canonical = canonicalize(text)
    ids = classifier.tokenizer(canonical, truncation=True, max_length=classifier.card.max_tokens)["input_ids"]
    tokens = classifier.tokenizer.convert_ids_to_tokens(ids)
    labels = classifier.card.labels
    probabilities = pl.DataFrame(
        {
            "label_id": [label.label_id for label in labels],
            "label": [label.name for label in labels],
            "probability": classifier.probabilities([canonical])[0],
        }
    )
    first = vector[:NUMBERS_SHOWN].round(3).tolist()
    return Explanation(
        canonical=canonical,
        tokens=pl.DataFrame({"token": tokens, "id": ids}),
        vector=f"{len(vector)} numbers, length {np.linalg.norm(vector):.3f}, the first {first}",
        probabilities=probabilities.sort("probability", descending=True),
        nearest=_nearest(vector, learned),
    )


def _nearest(vector: Vectors, learned: pl.DataFrame) -> pl.DataFrame:
    (rows,), (cosines,) = nearest_rows(vector[None], matrix(learned["vector"]), NEAREST_SHOWN)  # (NEAREST_SHOWN,)
    there = rows >= 0
    near: pl.DataFrame = learned[rows[there]]
    return near.select(
        pl.Series("cosine", cosines[there]), "label", pl.col("canonical").alias("text"), "drop", "line", "row_id"
    )
