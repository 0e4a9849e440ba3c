"""Sentence encoders that are a BERT whose token states are averaged, run by torch and tokenizers alone.

all-MiniLM-L6-v2, the embedded one, is such a model. Importing sentence-transformers, or transformers' own BERT,
costs six to ten CPU seconds, more than encoding a few hundred texts: a command about a small file should not pay
them. The products are the same ones in the same order, so that the vectors equal those of sentence-transformers
(a test holds them together).
"""

import json
from typing import TYPE_CHECKING

from anechoic.project import model_store

if TYPE_CHECKING:
    import torch

POOLING, LIMITS, TOKENIZER = "1_Pooling/config.json", "sentence_bert_config.json", "tokenizer.json"
KINDS = (["Transformer", "Pooling", "Normalize"], ["Transformer", "Pooling"])
MEAN = {"pooling_mode_mean_tokens"}


def is_mean_bert(folder: str) -> bool:
    """Whether a model folder holds a BERT with absolute positions whose token states are averaged."""
    needed = [model_store.model_text(folder, name) for name in ("config.json", "modules.json", POOLING, LIMITS)]
    if not all(needed) or not model_store.model_text(folder, TOKENIZER):
        return False
    config, modules, pooling, _ = map(json.loads, needed)
    modes = {name for name, on in pooling.items() if name.startswith("pooling_mode") and on is True}
    kinds = [module["type"].rpartition(".")[2] for module in modules]
    plain = config.get("position_embedding_type", "absolute") == "absolute" and config.get("hidden_act") == "gelu"
    return config.get("model_type") == "bert" and plain and modes == MEAN and kinds in KINDS


class MeanBert:
    """A loaded encoder: texts -> token ids, padded ids -> the mean of their last states."""

    def __init__(self, folder: str) -> None:
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        config, limits = (json.loads(model_store.model_text(folder, name)) for name in ("config.json", LIMITS))
        self._heads, self._layers = int(config["num_attention_heads"]), int(config["num_hidden_layers"])
        self._eps, self.dimension = float(config["layer_norm_eps"]), int(config["hidden_size"])
        self._pad = int(config["pad_token_id"])
        self._weights = load_file(f"{folder}/model.safetensors")
        self.window = int(limits["max_seq_length"])  # tokens, start and end marks included
        self.tokenizer: Tokenizer = Tokenizer.from_file(f"{folder}/{TOKENIZER}")
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self.window)

    def token_ids(self, texts: list[str]) -> list[list[int]]:
        """Texts -> their token ids, cut at the model's length, start and end marks included."""
        return [encoded.ids for encoded in self.tokenizer.encode_batch(texts)]

    def pooled(self, ids: list[list[int]], length: int) -> "torch.Tensor":
        """Token ids (b lists) -> the unit mean of each text's last states (b, d), all padded to one length."""
        import torch
        from torch.nn import functional

        mask = torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in ids])
        states = self.states(ids, length)
        weights = mask[:, :, None].expand(states.shape).to(states.dtype)
        return functional.normalize((states * weights).sum(1) / weights.sum(1).clamp(min=1e-9))

    def states(self, ids: list[list[int]], length: int) -> "torch.Tensor":
        """Token ids (b lists) -> the last states of their tokens (b, length, d), all padded to one length."""
        import torch

        tokens = torch.tensor([row + [self._pad] * (length - len(row)) for row in ids])  # (b, length)
        mask = torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in ids])
        states = self._embedded(tokens)
        attends = mask.bool()[:, None, None, :].expand(-1, 1, length, -1)  # (b, 1, length, length)
        for layer in range(self._layers):
            states = self._layer(states, f"encoder.layer.{layer}", None if bool(mask.all()) else attends)
        return states

    def _embedded(self, tokens: "torch.Tensor") -> "torch.Tensor":
        """Tokens (b, length) -> their states before the first layer (b, length, d)."""
        weights, prefix = self._weights, "embeddings"
        words = weights[f"{prefix}.word_embeddings.weight"][tokens]
        kind = weights[f"{prefix}.token_type_embeddings.weight"][0]  # one text: all tokens are of the first kind
        places = weights[f"{prefix}.position_embeddings.weight"][: tokens.shape[1]]
        return self._normed(words + kind + places, f"{prefix}.LayerNorm")

    def _layer(self, states: "torch.Tensor", prefix: str, attends: "torch.Tensor | None") -> "torch.Tensor":
        """A layer of BERT (Devlin et al., 2019): attention, then a feed-forward part, each added and normalised."""
        from torch.nn import functional

        rows, length, width = states.shape
        shape = (rows, length, self._heads, width // self._heads)
        query, key, value = (
            self._dense(states, f"{prefix}.attention.self.{name}").view(shape).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=attends)
        mixed = mixed.transpose(1, 2).contiguous().reshape(rows, length, width)
        attended = self._dense(mixed, f"{prefix}.attention.output.dense")
        states = self._normed(attended + states, f"{prefix}.attention.output.LayerNorm")
        inner = functional.gelu(self._dense(states, f"{prefix}.intermediate.dense"))
        return self._normed(self._dense(inner, f"{prefix}.output.dense") + states, f"{prefix}.output.LayerNorm")

    def _dense(self, states: "torch.Tensor", name: str) -> "torch.Tensor":
        from torch.nn import functional

        return functional.linear(states, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _normed(self, states: "torch.Tensor", name: str) -> "torch.Tensor":
        from torch.nn import functional

        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return functional.layer_norm(states, (states.shape[-1],), weight, bias, self._eps)
