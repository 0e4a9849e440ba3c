"""Texts become unit vectors whose bits depend on the text alone, not on its neighbours in a batch."""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from anechoic.embed.mean_bert import MeanBert, is_mean_bert
from anechoic.numeric.arrays import Vectors

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

BATCH = 16  # rows of every batch, filled up where fewer are left; 8 and 32 give the same bits, slower (LOG.md)
STEP = 8  # token lengths are rounded up to a multiple of it


class Encoder(Protocol):
    """Anything that turns texts into vectors, sentence-transformers' models among them."""

    def encode(self, texts: list[str], /) -> Vectors:
        """Vectors of shape (len(texts), dimension)."""
        ...


class FixedShapeEncoder:
    """A model run on batches of one shape for each token length.

    Every matrix product then has the same shape for a text whoever stands beside it, so that a vector taken
    from the cache has the bits that a fresh computation gives.
    """

    def __init__(self, folder: str) -> None:
        import torch

        plain = is_mean_bert(folder) and not torch.cuda.is_available()
        self._model = MeanBert(folder) if plain else SentenceModel(folder)

    def encode(self, texts: list[str], /) -> Vectors:
        """Unit vectors of shape (len(texts), dimension)."""
        import torch

        ids = self._model.token_ids(texts)
        lengths = np.array([-(-len(row) // STEP) * STEP for row in ids])
        out = np.empty((len(texts), self._model.dimension), dtype=np.float32)
        with torch.inference_mode():
            for length in np.unique(lengths):
                rows = np.flatnonzero(lengths == length)
                for start in range(0, len(rows), BATCH):
                    batch = rows[start : start + BATCH]
                    out[batch] = self._forward([ids[row] for row in batch], int(length))
        return out

    def token_vectors(self, text: str) -> Vectors:
        """A text -> the states of its tokens after the last layer (tokens, dimension), before they are pooled."""
        import torch

        (ids,) = self._model.token_ids([text])
        with torch.inference_mode():
            states: Vectors = self._model.states([ids], len(ids))[0].cpu().numpy()
        return states

    @property
    def tokenizer(self) -> "Tokenizer | None":
        """What cuts texts into tokens; None where the model's own way is not that of the library tokenizers."""
        return self._model.tokenizer

    @property
    def window(self) -> int:
        """Tokens of a text that are read, start and end marks included."""
        return self._model.window

    def _forward(self, ids: list[list[int]], length: int) -> Vectors:
        """Vectors of at most BATCH token lists, padded to (BATCH, length)."""
        import torch

        filled = ids + [ids[0]] * (BATCH - len(ids))
        vectors = self._model.pooled(filled, length)[: len(ids)]
        unit: Vectors = torch.nn.functional.normalize(vectors).cpu().numpy()
        return unit


class SentenceModel:
    """Any model that sentence-transformers loads: texts -> token ids, padded ids -> one vector a text."""

    def __init__(self, folder: str) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]

        self._model = SentenceTransformer(folder).eval()
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.tokenizer: Tokenizer | None = getattr(self._model.tokenizer, "backend_tokenizer", None)
        self.window = int(self._model.max_seq_length or self._model.tokenizer.model_max_length)

    def token_ids(self, texts: list[str]) -> list[list[int]]:
        """Texts -> their token ids, cut at the model's length, start and end marks included."""
        model = self._model
        ids: list[list[int]] = model.tokenizer(texts, truncation=True, max_length=model.max_seq_length)["input_ids"]
        return ids

    def pooled(self, ids: list[list[int]], length: int) -> "torch.Tensor":
        """Token ids (b lists) -> a vector for each (b, d), all padded to one length."""
        return self._run(ids, length)["sentence_embedding"].float()

    def states(self, ids: list[list[int]], length: int) -> "torch.Tensor":
        """Token ids (b lists) -> the last states of their tokens (b, length, d), all padded to one length."""
        return self._run(ids, length)["token_embeddings"].float()

    def _run(self, ids: list[list[int]], length: int) -> "dict[str, torch.Tensor]":
        import torch

        padded = self._model.tokenizer.pad({"input_ids": ids}, padding="max_length", max_length=length)
        found: dict[str, torch.Tensor] = self._model(
            {name: torch.tensor(value, device=self._model.device) for name, value in padded.items()}
        )
        return found
