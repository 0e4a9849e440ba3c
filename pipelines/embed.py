"""Stage embed: clean, inbox -> embeddings, inbox_embeddings. Vectors of known texts come from the cache."""

import polars as pl

from anechoic.embed.embed import embed, embeddings_table
from anechoic.embed.schema import EmbedParams
from anechoic.project import io, model_store
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, EMBEDDINGS, INBOX, INBOX_EMBEDDINGS
from pipelines import run


def main() -> None:
    """Encode what the cache does not know, then lay out one vector a row, and one a distinct text of the inbox."""
    params = io.read_params("embed", EmbedParams)
    name = model_store.model_key(params.model)
    clean, inbox = io.read(CLEAN), io.read(INBOX)
    io.write(EMBEDDINGS, embeddings_table(clean["row_id"], embed(clean["canonical"].to_list(), params.model), name))
    texts = inbox.filter(pl.col("canonical") != "")["canonical"].unique(maintain_order=True)
    io.write(INBOX_EMBEDDINGS, embeddings_table(texts, embed(texts.to_list(), params.model), name))
    distinct = f"{clean['canonical'].n_unique():,} distinct texts"
    say([f"{clean.height:,} rows ({distinct}) and {texts.len():,} texts of the inbox as vectors of {params.model}"])


if __name__ == "__main__":
    run(main)
