"""Stage projection: texts and vectors -> the place of every row on a map of the data.

Distinct texts are projected, not rows: copies lie at one place, and a text that stands in the data a hundred times
pulls no more than others do.
"""

import numpy as np
import polars as pl

from anechoic.numeric.arrays import Flags, Vectors, matrix
from anechoic.project.kinds import INBOX_ROLE
from anechoic.project.tables import inbox_row_id
from anechoic.projection.plane import beside, plane
from anechoic.projection.schema import ProjectionParams, ProjectionReport
from anechoic.text.same_text import text_key

NEIGHBOURS = 15  # of a text, in the measure of trust


def labelled_rows(clean: pl.DataFrame, embeddings: pl.DataFrame) -> pl.DataFrame:
    """The tables clean and embeddings -> row_id, role, canonical, vector."""
    rows = clean.select("row_id", pl.col("role").cast(pl.String), "canonical")
    return rows.join(embeddings.select("row_id", "vector"), on="row_id", maintain_order="left")


def inbox_rows(inbox: pl.DataFrame, embeddings: pl.DataFrame) -> pl.DataFrame:
    """The tables inbox and inbox_embeddings -> row_id, role, canonical, vector of what holds something to read.

    row_id is FILE:RECORD. Records that hold nothing to read have no vector and are left out.
    """
    rows = inbox.select(inbox_row_id().alias("row_id"), pl.lit(INBOX_ROLE).alias("role"), "canonical")
    return rows.join(embeddings.select("canonical", "vector"), on="canonical", maintain_order="left")


def projection(
    labelled: pl.DataFrame, inbox: pl.DataFrame, params: ProjectionParams
) -> tuple[pl.DataFrame, ProjectionReport]:
    """Rows with vectors (`labelled_rows`, `inbox_rows`) -> the table projection and its report.

    Nothing is drawn at random and the order of the rows plays no part.
    """
    from threadpoolctl import threadpool_limits

    rows = pl.concat([labelled, inbox])
    rows = rows.with_columns(key=pl.Series([text_key(text) for text in rows["canonical"]], dtype=pl.String))
    texts = (
        rows.sort("key", "canonical")
        .group_by("key", maintain_order=True)
        .agg(pl.col("vector").first(), known=(pl.col("role") != INBOX_ROLE).any())
    )
    vectors = matrix(texts["vector"])
    chosen = projected_texts(texts["known"].to_numpy(), params.most_texts)
    with threadpool_limits(1):  # more threads add in another order, and t-SNE makes much of a last digit
        method, places = plane(vectors[chosen])
        laid = np.zeros((len(vectors), 2), dtype=np.float32)
        laid[chosen] = places
        if not chosen.all():
            laid[~chosen] = beside(vectors[~chosen], vectors[chosen], places)
        trust = trust_in(vectors[chosen], places)
    at = texts.select("key", x=pl.Series(laid[:, 0]), y=pl.Series(laid[:, 1]), projected=pl.Series(chosen))
    table = rows.join(at, on="key", maintain_order="left").with_columns(
        placed=pl.when("projected").then(pl.lit("projected")).otherwise(pl.lit("beside"))
    )
    report = ProjectionReport(
        method=method,
        rows=labelled.height,
        inbox_rows=inbox.height,
        texts=texts.height,
        projected=int(chosen.sum()),
        placed=int((~chosen).sum()),
        trustworthiness=trust,
    )
    return table.select("row_id", "role", "x", "y", "placed").sort("role", "row_id"), report


def projected_texts(known: Flags, most: int) -> Flags:
    """Which of the texts to project, in the order of their hashes: at most `most`, (n,).

    known: (n,), whether a labelled row has the text. Labelled texts and those of the inbox alone get a half each,
    and more where the others need less: of a large table the map still shows where the inbox lies, and the other
    way round. The first by hash are taken, so that a text more or less changes little.
    """
    count = int(known.sum())
    others = len(known) - count
    labelled = min(count, max(most // 2, most - others))
    return np.where(known, known.cumsum() <= labelled, (~known).cumsum() <= most - labelled)


def trust_in(vectors: Vectors, places: Vectors) -> float | None:
    """Trustworthiness of places (n, 2) for vectors (n, d); None for few texts or where all are at one place."""
    if len(vectors) <= 2 * NEIGHBOURS or not places.any():
        return None
    from sklearn.manifold import trustworthiness

    return float(trustworthiness(vectors, places, n_neighbors=NEIGHBOURS))
