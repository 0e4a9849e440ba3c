"""Stage embed: clean -> embeddings. Vectors of known texts come from the cache."""

import polars as pl

from anechoic.embed.encoder import FixedShapeEncoder, embeddings_table, encode_missing
from anechoic.embed.schema import EmbedParams
from anechoic.project import io, model_store, vector_store
from anechoic.project.tables import CLEAN, EMBEDDINGS
from pipelines import run


def main() -> None:
    """Encode what the cache does not know, then lay out one vector a row."""
    params = io.read_params("embed", EmbedParams)
    clean = io.read(CLEAN)
    name, folder = model_store.model_key(params.model), model_store.model_folder(params.model)
    known = vector_store.read_vectors(name)
    new = encode_missing(clean["canonical"].to_list(), set(known["text_hash"]), lambda: FixedShapeEncoder(folder))
    if not new.is_empty():
        vector_store.write_vectors(name, new)
    io.write(EMBEDDINGS, embeddings_table(clean, pl.concat([known, new]), name))


if __name__ == "__main__":
    run(main)
