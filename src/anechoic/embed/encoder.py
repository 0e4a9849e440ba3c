"""Texts become unit vectors whose bits depend on the text alone, not on its neighbours in a batch."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Protocol

import numpy as np
import polars as pl

from anechoic.numeric.arrays import Vectors, matrix
from anechoic.project.errors import DataError
from anechoic.project.progress import run_shards

BATCH = 32  # rows of every batch, filled up where fewer are left
STEP = 8  # token lengths are rounded up to a multiple of it


class Encoder(Protocol):
    """Anything that turns texts into vectors, sentence-transformers' models among them."""

    def encode(self, texts: list[str], /) -> Vectors:
        """Vectors of shape (len(texts), dimension)."""
        ...


class FixedShapeEncoder:
    """A sentence-transformers model run on batches of one shape for each token length.

    Every matrix product then has the same shape for a text whoever stands beside it, so that a vector taken
    from the cache has the bits that a fresh computation gives.
    """

    def __init__(self, folder: str) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]

        self._model = SentenceTransformer(folder).eval()

    def encode(self, texts: list[str], /) -> Vectors:
        """Unit vectors of shape (len(texts), dimension)."""
        import torch

        ids = self._model.tokenizer(texts, truncation=True, max_length=self._model.max_seq_length)["input_ids"]
        lengths = np.array([-(-len(row) // STEP) * STEP for row in ids])
        batches = [
            rows[start : start + BATCH]
            for length in np.unique(lengths)
            for rows in [np.flatnonzero(lengths == length)]
            for start in range(0, len(rows), BATCH)
        ]
        out = np.empty((len(texts), self._model.get_embedding_dimension() or 0), dtype=np.float32)
        with torch.inference_mode():
            for rows in batches:
                out[rows] = self._forward([ids[row] for row in rows], int(lengths[rows[0]]))
        return out

    def _forward(self, ids: list[list[int]], length: int) -> Vectors:
        """Vectors of at most BATCH token lists, padded to (BATCH, length)."""
        import torch

        filled = ids + [ids[0]] * (BATCH - len(ids))
        padded = self._model.tokenizer.pad({"input_ids": filled}, padding="max_length", max_length=length)
        features = {name: torch.tensor(value, device=self._model.device) for name, value in padded.items()}
        vectors = self._model(features)["sentence_embedding"][: len(ids)].float()
        unit: Vectors = torch.nn.functional.normalize(vectors).cpu().numpy()
        return unit


def text_hash(text: str) -> str:
    """The key of a text in the vector cache: 32 hexadecimal digits."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def encode_missing(texts: Sequence[str], known: set[str], load: Callable[[], Encoder]) -> pl.DataFrame:
    """Vectors of the distinct texts whose hash is not known: columns text_hash, vector.

    The encoder is loaded only where there is something to encode. Raises DataError when it gives a wrong shape,
    NaN or a zero vector.
    """
    missing = {text_hash(text): text for text in sorted(set(texts))}
    missing = {key: text for key, text in missing.items() if key not in known}
    encoder = load() if missing else None
    parts = run_shards(
        lambda shard: _checked(encoder, list(shard)), list(missing.values()), 1024, "embedding distinct texts"
    )
    vectors = [row for part in parts for row in part]
    return pl.DataFrame(
        {"text_hash": list(missing), "vector": pl.Series(vectors, dtype=pl.List(pl.Float32))},
        schema={"text_hash": pl.String, "vector": pl.List(pl.Float32)},
    )


def _checked(encoder: Encoder | None, texts: list[str]) -> Vectors:
    assert encoder is not None  # there are texts only where it was loaded
    vectors = np.asarray(encoder.encode(texts), dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise DataError(f"The encoder gave shape {vectors.shape} for {len(texts)} texts: want (texts, dimension).")
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    bad = np.flatnonzero(~np.isfinite(norms[:, 0]) | (norms[:, 0] == 0))
    if len(bad):
        raise DataError(f"The encoder gave no usable vector for {len(bad)} texts, the first {texts[bad[0]]!r}.")
    unit: Vectors = vectors / norms
    return unit


def vectors_of(texts: Sequence[str], vectors: pl.DataFrame) -> Vectors:
    """The texts' rows (len(texts), dimension) of vectors by text hash."""
    wanted = pl.DataFrame({"text_hash": [text_hash(text) for text in texts]}, schema={"text_hash": pl.String})
    return matrix(wanted.join(vectors, on="text_hash", how="left", maintain_order="left")["vector"])


def embeddings_table(clean: pl.DataFrame, vectors: pl.DataFrame, encoder: str) -> pl.DataFrame:
    """One vector a row of clean, from vectors by text hash."""
    hashes = [text_hash(text) for text in clean["canonical"]]
    keyed = clean.select("row_id").with_columns(text_hash=pl.Series(hashes, dtype=pl.String))
    joined = keyed.join(vectors, on="text_hash", how="left", maintain_order="left")
    return joined.select("row_id", "vector", pl.lit(encoder).alias("encoder"))
