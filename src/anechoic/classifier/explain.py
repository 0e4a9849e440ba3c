"""One text, all the way through: tokens and ids, vector, probabilities, nearest rows."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.classifier.classifier import Classifier
from anechoic.numeric.arrays import Vectors, matrix
from anechoic.text.repair import canonicalize

NEAREST = 5  # rows shown


@dataclass(frozen=True)
class Explanation:
    """What becomes of a text. Tables: tokens (token, id), probabilities (label_id, label, probability), nearest."""

    canonical: str
    tokens: pl.DataFrame
    vector: str
    probabilities: pl.DataFrame
    nearest: pl.DataFrame


def explain(
    text: str, classifier: Classifier, vector: Vectors, clean: pl.DataFrame, embeddings: pl.DataFrame
) -> Explanation:
    """Explain a text whose unit vector, of shape (dimension,), is given."""
    canonical = canonicalize(text)
    ids = classifier.tokenizer(canonical, truncation=True, max_length=classifier.card.max_tokens)["input_ids"]
    tokens = classifier.tokenizer.convert_ids_to_tokens(ids)
    spread = classifier.probabilities([canonical])[0]
    chances = pl.DataFrame(
        [
            (label.label_id, label.name, float(chance))
            for label, chance in zip(classifier.card.labels, spread, strict=True)
        ],
        schema=["label_id", "label", "probability"],
        orient="row",
    )
    return Explanation(
        canonical,
        pl.DataFrame({"token": tokens, "id": ids}),
        f"{len(vector)} numbers, length {np.linalg.norm(vector):.3f}, the first {vector[:4].round(3).tolist()}",
        chances.sort("probability", descending=True),
        _nearest(vector, clean, embeddings),
    )


def _nearest(vector: Vectors, clean: pl.DataFrame, embeddings: pl.DataFrame) -> pl.DataFrame:
    rows = clean.join(embeddings.select("row_id", "vector"), on="row_id", maintain_order="left")
    cosine = matrix(rows["vector"]) @ vector if rows.height else np.empty(0, np.float32)
    near = rows.with_columns(cosine=pl.Series(cosine, dtype=pl.Float32)).sort(
        "cosine", "row_id", descending=[True, False]
    )
    return near.head(NEAREST).select("cosine", "label", "text", "drop", "line", "row_id")
