"""Tiny random checkpoints of every architecture, tables to train them on, and a project with a trained one."""

import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    PreTrainedTokenizerFast,
    set_seed,
)

from anechoic.classifier.classifier import Classifier
from anechoic.project import model_store
from anechoic.project.schema import Labels
from anechoic.train.schema import TrainParams, TrainReport
from anechoic.train.train import train

LABELS = Labels.model_validate({6: {"name": "lead time", "meaning": ""}, 7: {"name": "price", "meaning": ""}})
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
    vocabulary = {word: number for number, word in enumerate([*special, *WORDS])}
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
        (7, "price", f"the price is {'too ' * (row % 5)}expensive order {row}")
        if row % 2
        else (6, "lead time", f"delivery was {'a week ' * (row % 4)}late slow {row}")
        for row in range(rows)
    ]
    clean = pl.DataFrame(texts, schema=["label_id", "label", "canonical"], orient="row").with_columns(
        pl.Series("row_id", [f"{row:03}" for row in range(rows)]),
        pl.lit("raw").alias("role"),
        pl.col("canonical").alias("text"),
        pl.lit("a.csv").alias("drop"),
        pl.int_range(1, rows + 1).alias("line"),
    )
    sides = ["validation"] * validation + ["test"] * test + ["train"] * (rows - validation - test)
    split = clean.select("row_id", pl.Series("split", sides), pl.lit(1.0).alias("weight"), group_id="row_id")
    return clean, split


def vectors(rows, dimension=8, seed=0):
    """Random unit vectors as a column."""
    drawn = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return pl.Series("vector", drawn.tolist(), dtype=pl.List(pl.Float32))


@dataclass(frozen=True)
class Project:
    """The tables of a project and its trained classifier."""

    clean: pl.DataFrame
    embeddings: pl.DataFrame
    split: pl.DataFrame
    groups: pl.DataFrame
    classifier: Classifier
    report: TrainReport


@cache
def project(refit="none", epochs=8) -> Project:
    """A trained tiny classifier and its tables, with an exam of one class that repeats itself."""
    place = Path(tempfile.mkdtemp(prefix="anechoic-tests-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        clean, split = tables(rows=80, validation=16, test=24)
        trained = train(clean, split, LABELS, params(checkpoint(place / "bert"), epochs=epochs, refit=refit))
        model_store.write_model(f"{place}/classifier", trained.save)
    exam = (
        clean.filter(pl.col("label_id") == 7)
        .head(6)
        .with_columns(row_id=pl.concat_str(pl.lit("e"), "row_id"), role=pl.lit("exam"), drop=pl.lit("exam.csv"))
    )
    clean = pl.concat([clean, exam])
    sealed = exam.select(
        "row_id", split=pl.lit("exam"), weight=(pl.int_range(pl.len()) < 2).cast(pl.Float64), group_id="row_id"
    )
    first = pl.when(pl.col("role") == "exam").then(pl.lit("e")).otherwise(pl.col("row_id"))
    return Project(
        clean=clean,
        embeddings=clean.select("row_id", vectors(clean.height)),
        split=pl.concat([split, sealed]),
        groups=clean.select("row_id", group_id=first),
        classifier=Classifier.load(f"{place}/classifier"),
        report=trained.report,
    )


def copy_folder(source, target):
    shutil.copytree(source, target)
