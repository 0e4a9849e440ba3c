"""Any transformer that classifies sequences: loaded, made ready for short texts, run on texts.

BERT, RoBERTa, DistilBERT, MPNet, DeBERTa, ModernBERT, GPT-2 and Llama-like decoders go through the same code: what
differs (pad token, token types, window) is read off the model itself.
"""

import inspect
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import torch
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging

from anechoic.numeric.arrays import Floats
from anechoic.project.errors import DataError
from anechoic.project.progress import run_shards

Features = dict[str, Any]
Frozen = Literal["nothing", "embeddings", "backbone"]

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
BATCH = 64  # texts of one forward pass when predicting
NO_LIMIT = 1_000_000  # tokens; tokenizers without a limit say 1e30, which is no int64

logging.set_verbosity_error()  # type: ignore[no-untyped-call]
logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def load_tokenizer(folder: str) -> PreTrainedTokenizerBase:
    """The tokenizer of a model folder or hub id, with a token to pad with.

    Raises DataError when there is none that can be read.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{folder} holds no tokenizer that can be read ({_first_line(error)}). Put tokenizer.json and "
            "tokenizer_config.json beside the weights."
        ) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    if tokenizer.pad_token is None:
        raise DataError(f"{folder}: the tokenizer has neither a pad, an end nor an unknown token to pad with.")
    return tokenizer


def load_model(
    folder: str, tokenizer: PreTrainedTokenizerBase, names: Sequence[str] | None = None, seed: int = 0
) -> PreTrainedModel:
    """A sequence classifier in float32; with `names` its head is new, drawn with the seed, one class a name.

    Raises DataError when there are no weights, they are damaged, or no such architecture is known.
    """
    torch.manual_seed(seed)
    classes = {} if names is None else {"num_labels": len(names), "id2label": dict(enumerate(names))}
    try:
        config = AutoConfig.from_pretrained(folder, **classes)
        if names is not None:
            config.label2id = {name: code for code, name in enumerate(names)}
        config.pad_token_id = tokenizer.pad_token_id
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, config=config, dtype=torch.float32, use_safetensors=True, ignore_mismatched_sizes=bool(names)
        )
    except Exception as error:
        # Broad on purpose: what the library raises on a damaged file or an unknown architecture is of any class
        # (safetensors', json's, KeyError, RuntimeError, ...), and for the user it all means the same.
        raise DataError(
            f"{folder} holds no sequence classifier that can be loaded ({_first_line(error)}). It needs "
            "config.json and undamaged weights in model.safetensors."
        ) from error
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        model.resize_token_embeddings(len(tokenizer))
    return model  # type: ignore[no-any-return]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def window(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, longest: int) -> int:
    """Tokens a text may have: the least of the asked length, the tokenizer's limit and the positions there are.

    RoBERTa and MPNet number positions from behind the pad token's, so as many of theirs are lost.
    """
    limits = [longest, min(tokenizer.model_max_length, NO_LIMIT)]
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Embedding) and "position" in name.rsplit(".", 1)[-1]:
            lost = 0 if module.padding_idx is None else module.padding_idx + 1
            limits.append(module.num_embeddings - lost)
    positions = getattr(model.config, "max_position_embeddings", None)
    return int(min([*limits, positions] if positions else limits))


def freeze(model: PreTrainedModel, frozen: Frozen) -> None:
    """Keep the token embeddings, or all but the head, as they are."""
    parts = {"nothing": [], "embeddings": [model.get_input_embeddings()], "backbone": [model.base_model]}
    for part in parts[frozen]:
        part.requires_grad_(requires_grad=False)


def tokenize(
    tokenizer: PreTrainedTokenizerBase, model: PreTrainedModel, texts: Sequence[str], longest: int
) -> tuple[list[Features], int]:
    """The inputs that the model takes for each text, cut at `longest` tokens; and how many texts were cut.

    An input is a name, such as input_ids, and a list of numbers, one a token.
    """
    if not texts:
        return [], 0
    takes = inspect.signature(model.forward).parameters
    whole = tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]
    encoded = tokenizer(list(texts), truncation=True, max_length=longest)
    names = [name for name in INPUTS if name in encoded and name in takes]  # DistilBERT has no token types
    features = [{name: encoded[name][row] for name in names} for row in range(len(texts))]
    return features, sum(len(ids) > longest for ids in whole)


def logits(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], longest: int, doing: str
) -> Floats:
    """Scores of every class for every text: (texts, classes), in the order of the texts.

    longest: tokens from which a text is cut; doing: what the progress bar says.
    """
    features, _ = tokenize(tokenizer, model, texts, longest)
    # Texts of like length share a batch, so that little is padded.
    order = np.argsort([len(each["input_ids"]) for each in features], kind="stable")
    model.train(mode=False)

    def forward(rows: Sequence[int]) -> Floats:
        padded = tokenizer.pad([features[row] for row in rows], return_tensors="pt").to(model.device)
        with torch.inference_mode():
            scores: Floats = model(**padded).logits.double().cpu().numpy()
        return scores

    out = np.empty((len(texts), int(model.config.num_labels or 0)))
    parts = run_shards(forward, order.tolist(), BATCH, doing)
    if parts:
        out[order] = np.concatenate(parts)
    return out
