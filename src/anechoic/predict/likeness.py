"""What an inbox text is like among the rows the classifier learned from, and whether it is like any of them."""

import numpy as np
import polars as pl

from anechoic.numeric.arrays import Floats, Indices, Vectors, matrix
from anechoic.numeric.nearest import NONE, nearest

UNLIKE_SHARE = 0.05  # of texts such as the learned rows, that may be called unlike them: the convention of tests
MOST_ASKED = 5_000  # learned groups whose nearest others are looked for: enough for a quantile


def likeness(vectors: Vectors, predicted: pl.Series, learned: pl.DataFrame) -> pl.DataFrame:
    """Texts -> the nearest learned row of each, and the nearest of the class that was predicted for it.

    vectors: unit vectors (n, d); predicted: the ids of their classes (n,); learned: see `learned_rows`. Returns
    nearest_row_id, nearest_text, nearest_label, nearest_cosine, and the same with `like_` for the predicted
    class; texts masked; empty and 0 where there is no such row. A nearest row of another class is a doubt, as it is
    nearer.
    """
    base = matrix(learned["vector"])
    rows, cosines = nearest(vectors, base) if len(base) else _none(len(vectors))
    like, like_cosines = _none(len(vectors))
    classes = learned["label_id"].to_numpy()
    for label_id in predicted.unique(maintain_order=True):
        asked, members = np.flatnonzero(predicted.to_numpy() == label_id), np.flatnonzero(classes == label_id)
        if len(members):
            places, like_cosines[asked] = nearest(vectors[asked], base[members])
            like[asked] = members[places]
    return pl.concat(
        [_named(learned, rows, cosines, "nearest"), _named(learned, like, like_cosines, "like")], how="horizontal"
    )


def _none(count: int) -> tuple[Indices, Floats]:
    return np.full(count, NONE, dtype=np.int64), np.zeros(count)


def _named(learned: pl.DataFrame, rows: Indices, cosines: Floats, name: str) -> pl.DataFrame:
    shown = learned.select("row_id", "label", text="canonical")
    known = shown.select(pl.all().name.prefix(f"{name}_"))
    places = pl.Series([row if row != NONE else None for row in rows.tolist()], dtype=pl.UInt32)
    found: pl.DataFrame = known.select(pl.all().gather(places).fill_null(""))
    return found.with_columns(pl.Series(f"{name}_cosine", cosines))


def least_cosine(learned: pl.DataFrame) -> float | None:
    """Learned rows -> the cosine to the nearest of them below which a text is unlike all of them; None: too few.

    Each echo group stands once. A group is as far from its nearest other as a new text of the kind is from the
    groups, so at most UNLIKE_SHARE of such texts lie below the rank taken here: a conformal p-value with the
    nearest neighbour's distance (Vovk, Gammerman and Shafer 2005; leave-one-out: Barber et al. 2021). Below
    1 / UNLIKE_SHARE - 1 groups no rank keeps that share.
    """
    base = matrix(learned.unique("group_id", keep="first", maintain_order=True)["vector"])
    asked = np.unique(np.linspace(0, len(base) - 1, min(len(base), MOST_ASKED)).astype(np.int64))
    rank = int(UNLIKE_SHARE * (len(asked) + 1))
    if rank == 0:
        return None
    _, cosines = nearest(base[asked], base, without=asked)
    return float(np.sort(cosines)[rank - 1])
