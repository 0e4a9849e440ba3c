"""Texts become unit vectors whose bits depend on the text alone, not on its neighbours in a batch."""

from typing import Protocol

import numpy as np

from anechoic.numeric.arrays import Vectors

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
