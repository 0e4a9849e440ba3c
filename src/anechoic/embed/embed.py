"""Stage embed: texts -> unit vectors, known ones from the cache."""

from collections.abc import Callable, Sequence
from hashlib import blake2b

import numpy as np
import polars as pl

from anechoic.embed.encoder import Encoder, FixedShapeEncoder
from anechoic.numeric.arrays import Vectors, matrix, vector_column
from anechoic.project import folders, model_store, vector_store
from anechoic.project.errors import DataError
from anechoic.project.progress import run_shards

TEXTS_AT_A_TIME = 1024  # between two steps of the progress bar
VECTORS = pl.Schema({"text_hash": pl.String(), "vector": pl.List(pl.Float32())})


def embed(texts: Sequence[str], encoder: str | Encoder) -> Vectors:
    """Texts (n) -> their unit vectors (n, d), in the order of the texts; each distinct text is encoded once.

    encoder: the name of a model (`minilm`, a folder, a hub id), whose vectors come from the cache and, inside a
    project, are added to it; or anything with `.encode`, whose vectors are not kept. Without texts d is 0. Raises
    ParamsError for an unknown name, DataError where the encoder gives a wrong shape, NaN or a zero vector.
    """
    if not isinstance(encoder, str):
        return _laid_out(texts, _encoded(texts, set(), lambda: encoder))
    name = model_store.model_key(encoder)
    known = vector_store.read_vectors(name)
    new = _encoded(texts, set(known["text_hash"]), lambda: FixedShapeEncoder(model_store.model_folder(encoder)))
    if not new.is_empty() and folders.in_project():
        vector_store.write_vectors(name, new)
    return _laid_out(texts, pl.concat([known, new]))


def embeddings_table(row_ids: pl.Series, vectors: Vectors, encoder: str) -> pl.DataFrame:
    """Row ids (n) and their unit vectors (n, d) -> the table embeddings."""
    return pl.DataFrame(
        {
            row_ids.name: row_ids,
            "vector": vector_column(vectors),
            "encoder": pl.Series([encoder] * len(row_ids), dtype=pl.String),
        }
    )


def text_hash(text: str) -> str:
    """The key of a text in the vector cache: 32 hexadecimal digits."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _encoded(texts: Sequence[str], known: set[str], load: Callable[[], Encoder]) -> pl.DataFrame:
    """Vectors of the distinct texts whose hash is not known; the encoder is loaded only where there are any."""
    missing = {text_hash(text): text for text in sorted(set(texts))}
    missing = {key: text for key, text in missing.items() if key not in known}
    if not missing:
        return pl.DataFrame(schema=VECTORS)
    encoder = load()
    shards = run_shards(
        lambda shard: _checked(encoder, list(shard)),
        list(missing.values()),
        TEXTS_AT_A_TIME,
        "embedding distinct texts",
    )
    return pl.DataFrame({"text_hash": list(missing), "vector": vector_column(np.vstack(shards))}, schema=VECTORS)


def _checked(encoder: Encoder, texts: list[str]) -> Vectors:
    """What the encoder gives for some texts (n), as unit vectors (n, d)."""
    vectors = np.asarray(encoder.encode(texts), dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise DataError(f"The encoder gave shape {vectors.shape} for {len(texts)} texts: want (texts, dimension).")
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    bad = np.flatnonzero(~np.isfinite(norms[:, 0]) | (norms[:, 0] == 0))
    if len(bad):
        raise DataError(f"The encoder gave no usable vector for {len(bad)} texts, the first {texts[bad[0]]!r}.")
    unit: Vectors = vectors / norms
    return unit


def _laid_out(texts: Sequence[str], vectors: pl.DataFrame) -> Vectors:
    """The texts' rows (n, d) of vectors by text hash."""
    wanted = pl.DataFrame({"text_hash": [text_hash(text) for text in texts]}, schema={"text_hash": pl.String})
    return matrix(wanted.join(vectors, on="text_hash", how="left", maintain_order="left")["vector"])
