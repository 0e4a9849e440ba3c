"""Tiny random checkpoints of every architecture, and tables to train them on."""

import polars as pl
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    PreTrainedTokenizerFast,
    set_seed,
)

from anechoic.train.schema import TrainParams

WORDS = ["too", "expensive", "price", "cost", "late", "slow", "delivery", "week"]
WORDS += ["order", "cancel", "please", "the", "is", "a", "was"]
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
ARCHITECTURES = {
    "bert": SMALL,
    "roberta": SMALL | {"max_position_embeddings": 34, "pad_token_id": 1},
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64},
    "mpnet": SMALL | {"max_position_embeddings": 34},
    "deberta-v2": SMALL | {"relative_attention": True, "pos_att_type": ["p2c", "c2p"]},
    "modernbert": SMALL,
    "gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": 32},
    "llama": SMALL | {"num_key_value_heads": 2, "max_position_embeddings": 32},
}
DECODERS = {"gpt2", "llama"}
KNOBS = {
    "epochs": 2,
    "patience": 2,
    "batch_size": 8,
    "accumulate": 1,
    "learning_rate": 0.005,
    "warmup": 0.1,
    "schedule": "linear",
    "weight_decay": 0.01,
    "label_smoothing": 0,
    "class_weights": "balanced",
    "freeze": "nothing",
    "max_tokens": 64,
    "refit": "none",
    "answered_accuracy": 0.9,
    "seed": 1,
}


def params(model, **knobs) -> TrainParams:
    return TrainParams.model_validate({"model": str(model)} | KNOBS | knobs)


def checkpoint(folder, architecture="bert"):
    """A random model of the architecture and a word tokenizer, written as anybody's would be."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    vocabulary = {word: at for at, word in enumerate([*special, *WORDS])}
    raw = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    names = {"unk_token": "<unk>", "eos_token": "</s>"}
    if architecture not in DECODERS:
        raw.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
        )
        names |= {"pad_token": "<pad>", "cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"}
    PreTrainedTokenizerFast(tokenizer_object=raw, **names).save_pretrained(folder)
    common = {"vocab_size": len(vocabulary), "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}
    if architecture == "modernbert":
        common |= {"cls_token_id": 0, "sep_token_id": 2}
    config = AutoConfig.for_model(architecture, **(common | ARCHITECTURES[architecture]))
    set_seed(0)
    kind = AutoModelForCausalLM if architecture in DECODERS else AutoModel
    kind.from_config(config).save_pretrained(folder)
    return folder


def tables(rows=48, validation=8, test=8):
    """clean and split of an easy task: `price` texts are 7, `late` texts are 6."""
    texts = [
        (7, "price", f"the price is {'too ' * (at % 5)}expensive order {at}")
        if at % 2
        else (6, "lead time", f"delivery was {'a week ' * (at % 4)}late slow {at}")
        for at in range(rows)
    ]
    clean = pl.DataFrame(texts, schema=["label_id", "label", "canonical"], orient="row").with_columns(
        pl.Series("row_id", [f"{at:03}" for at in range(rows)]),
        pl.lit("raw").alias("role"),
        pl.col("canonical").alias("text"),
        pl.lit("a.csv").alias("drop"),
        pl.int_range(1, rows + 1).alias("line"),
    )
    sides = ["validation"] * validation + ["test"] * test + ["train"] * (rows - validation - test)
    split = clean.select("row_id", pl.Series("split", sides), pl.lit(1.0).alias("weight"))
    return clean, split
