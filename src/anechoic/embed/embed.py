"""Stage embed: texts -> unit vectors, known ones from the cache."""

from collections.abc import Sequence

import polars as pl

from anechoic.embed.encoder import FixedShapeEncoder, embeddings_table, encode_missing
from anechoic.numeric.arrays import Vectors, matrix
from anechoic.project import folders, model_store, vector_store


def embedded(rows: pl.DataFrame, model: str) -> pl.DataFrame:
    """The table embeddings for rows with row_id and canonical.

    Known texts come from the vector cache; new ones are added to it inside a project, and nowhere else.
    """
    name, folder = model_store.model_key(model), model_store.model_folder(model)
    known = vector_store.read_vectors(name)
    new = encode_missing(rows["canonical"].to_list(), set(known["text_hash"]), lambda: FixedShapeEncoder(folder))
    if not new.is_empty() and folders.in_project():
        vector_store.write_vectors(name, new)
    return embeddings_table(rows, pl.concat([known, new]), name)


def vectors_of(texts: Sequence[str], model: str) -> Vectors:
    """Unit vectors of the texts: (n, d)."""
    rows = pl.DataFrame({"canonical": pl.Series(texts, dtype=pl.String)}).with_row_index("row_id")
    return matrix(embedded(rows.cast({"row_id": pl.String}), model)["vector"])
