"""Stage train: clean, split -> a fine-tuned classifier, how it went, and what it may be used for."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import polars as pl
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from anechoic.classifier.card import BEFORE_REFIT, Card, ClassLabel
from anechoic.classifier.pooling import add_mean_layer, reads_by_mean
from anechoic.classifier.temperature import abstain_threshold, fit_temperature, probabilities
from anechoic.classifier.transformer import Features, load_model, load_tokenizer, logits, tokenize, window
from anechoic.numeric.arrays import Indices
from anechoic.project import model_registry, model_store
from anechoic.project.errors import DataError
from anechoic.project.schema import Labels
from anechoic.train.fit import Fit, fit
from anechoic.train.schema import TrainParams, TrainReport


@dataclass(frozen=True)
class Trained:
    """The result: `examined` never saw a test row; `shipped` is the same where nothing was refitted."""

    examined: PreTrainedModel
    shipped: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    card: Card
    report: TrainReport

    def save(self, folder: str) -> None:
        """Write weights (safetensors), config with the label names, tokenizer and card into an empty folder."""
        _save(self.shipped, self.tokenizer, self.card, folder)
        if self.shipped is not self.examined:
            _save(self.examined, self.tokenizer, self.card, f"{folder}/{BEFORE_REFIT}")

    def curves_csv(self) -> str:
        """The curves as a table for DVC's plots."""
        return pl.DataFrame([point.model_dump() for point in self.report.curves]).write_csv()


def _save(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, card: Card, folder: str) -> None:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    model_store.write_card(folder, card.model_dump_json(indent=1) + "\n")


def train(clean: pl.DataFrame, split: pl.DataFrame, labels: Labels, params: TrainParams) -> Trained:
    """Fine-tune on the training rows that count, choose the epoch on validation, refit where asked.

    Raises DataError when there is nothing to train on, or the loss is no number any more.
    """
    started = time.monotonic()
    folder = model_registry.start_folder(params.model)
    rows = clean.join(split.select("row_id", "split", "weight"), on="row_id", maintain_order="left")
    rows = rows.filter((pl.col("weight") > 0) & (pl.col("role") == "raw"))
    sides = {side: rows.filter(pl.col("split") == side) for side in ("train", "validation", "test")}
    if sides["train"]["label_id"].n_unique() < 2:
        raise DataError(
            f"{sides['train'].height} training rows of {sides['train']['label_id'].n_unique()} class: there is "
            "nothing to tell apart. Add distinct rows to data/raw/ (reports/split.json says where rows went)."
        )
    tokenizer = load_tokenizer(folder)
    names = list(labels.names().values())

    by_mean = reads_by_mean(model_store.pooling_config(folder))

    def load() -> PreTrainedModel:
        model = load_model(folder, tokenizer, names, params.seed)
        if by_mean:
            add_mean_layer(model)
        return model

    untrained = load()
    tokens = window(untrained, tokenizer, params.max_tokens)
    work = _Work(load, untrained, tokenizer, list(labels.names()), tokens, params)
    first = work.run(sides["train"], sides["validation"], None)
    chosen = {"none": [], "train+validation": ["train", "validation"], "all": ["train", "validation", "test"]}
    again = pl.concat([sides[side] for side in chosen[params.refit]] or [rows.clear()])
    last = work.run(again, rows.clear(), first.best) if not again.is_empty() else first
    card, truncated = _card(work, first, sides, labels, folder)
    for key in work.keys:
        model_store.forget_checkpoints(key)
    report = _report(work, first, sides, card, truncated, again.height, time.monotonic() - started)
    return Trained(first.model, last.model, tokenizer, card, report)


def _device() -> str:
    return torch.cuda.get_device_name() if torch.cuda.is_available() else f"cpu, {torch.get_num_threads()} threads"


def _report(
    work: "_Work",
    first: Fit,
    sides: dict[str, pl.DataFrame],
    card: Card,
    truncated: int,
    again: int,
    seconds: float,
) -> TrainReport:
    return TrainReport(
        **work.params.model_dump(include={"model", "epochs", "batch_size", "learning_rate", "seed", "refit"}),
        device=_device(),
        rows=sides["train"].height,
        validation_rows=sides["validation"].height,
        accumulate=first.parts,
        seconds=round(seconds, 1),
        stopped_at=len(first.curves),
        best_epoch=first.best,
        max_tokens=work.tokens,
        truncated=truncated,
        refit_rows=again,
        temperature=card.temperature,
        abstain_below=card.abstain_below,
        curves=first.curves,
    )


@dataclass
class _Work:
    """What both runs of a training share."""

    load: Callable[[], PreTrainedModel]
    untrained: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    label_ids: list[int]
    tokens: int
    params: TrainParams

    def __post_init__(self) -> None:
        self.keys: list[str] = []

    def run(self, rows: pl.DataFrame, validation: pl.DataFrame, stop_after: int | None) -> Fit:
        """Train, going on from where a killed run of the same rows and knobs left off."""
        key = self._key(rows, validation, stop_after)
        self.keys.append(key)
        place = model_store.checkpoint_folder(key)
        return fit(
            self.load,
            self.tokenizer,
            self.features(rows, balanced=self.params.class_weights == "balanced"),
            self.features(validation),
            self.params,
            place,
            model_store.last_checkpoint(place),
            stop_after,
        )

    def features(self, rows: pl.DataFrame, *, balanced: bool = False) -> list[Features]:
        """Model inputs with `labels` (class codes) and `weight` of each row."""
        codes = self.codes(rows)
        counts = np.bincount(codes, weights=rows["weight"].to_numpy(), minlength=len(self.label_ids))
        scale = counts.sum() / np.maximum((counts > 0).sum() * counts, 1e-9) if balanced else np.ones(len(counts))
        features, _ = tokenize(self.tokenizer, self.untrained, rows["canonical"].to_list(), self.tokens)
        for each, code, weight in zip(features, codes, rows["weight"], strict=True):
            each |= {"labels": int(code), "weight": float(weight * scale[code])}
        return features

    def codes(self, rows: pl.DataFrame) -> Indices:
        """The class of each row, coded from 0 in the taxonomy's order."""
        return np.searchsorted(self.label_ids, rows["label_id"].to_numpy()).astype(np.int64)

    def _key(self, rows: pl.DataFrame, validation: pl.DataFrame, stop_after: int | None) -> str:
        """A hash of everything the run depends on."""
        start = model_store.weights_hash(model_registry.start_folder(self.params.model))
        told: list[Any] = [self.params.model_dump_json(), start, self.label_ids, stop_after, torch.__version__]
        for part in (rows, validation):
            told += part.select("canonical", "label_id", "weight").rows()
        return blake2b(repr(told).encode(), digest_size=12).hexdigest()


def _card(work: _Work, first: Fit, sides: dict[str, pl.DataFrame], labels: Labels, folder: str) -> tuple[Card, int]:
    """What a user of the model must know, temperature and threshold fitted on validation; texts that were cut."""
    validation = sides["validation"]
    texts = validation["canonical"].to_list()
    scores = logits(first.model, work.tokenizer, texts, work.tokens, "reading validation")
    truth = work.codes(validation)
    temperature = fit_temperature(scores, truth)
    spread = probabilities(scores, temperature)
    right = spread.argmax(1) == truth
    card = Card(
        model=work.params.model,
        weights_sha256=model_store.weights_hash(folder),
        labels=[
            ClassLabel(label_id=at, name=label.name, meaning=label.meaning)
            for at, label in sorted(labels.root.items())
        ],
        max_tokens=work.tokens,
        temperature=temperature,
        abstain_below=abstain_threshold(spread.max(1), right, work.params.answered_accuracy),
    )
    every = pl.concat([sides["train"], validation])["canonical"].to_list()
    return card, tokenize(work.tokenizer, first.model, every, work.tokens)[1]
