"""Stage train: clean, split -> a fine-tuned classifier, how it went, and what it may be used for."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
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
from anechoic.numeric.arrays import Indices, dense_codes
from anechoic.project import model_registry, model_store
from anechoic.project.errors import DataError
from anechoic.project.kinds import SIDES
from anechoic.project.schema import Labels
from anechoic.train.fit import Fit, Plan, fit
from anechoic.train.further import further
from anechoic.train.schema import TrainParams, TrainReport

# The sides that the shipped weights learn from, by the knob refit; the exam is never among them.
LEARNED_FROM = {"none": SIDES[:1], "train+validation": SIDES[:2], "all": SIDES}


@dataclass(frozen=True)
class Trained:
    """The result: `examined` never saw a test row; `shipped` is the same where nothing was refitted."""

    examined: PreTrainedModel
    shipped: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    card: Card  # of the shipped model
    report: TrainReport

    def save(self, folder: str) -> None:
        """Write weights (safetensors), config with the label names, tokenizer and card into an empty folder."""
        _save(self.shipped, self.tokenizer, self.card, folder)
        if self.shipped is not self.examined:
            before = self.card.model_copy(update={"learned_from": list(LEARNED_FROM["none"])})
            _save(self.examined, self.tokenizer, before, f"{folder}/{BEFORE_REFIT}")

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
    sides = _sides(clean, split)
    work = _work(labels, params)
    nothing = sides["train"].clear()
    first = work.run(sides["train"], sides["validation"], None)
    refit = nothing
    if params.refit != "none":
        refit = pl.concat([sides[side] for side in LEARNED_FROM[params.refit]])
    last = first if refit.is_empty() else work.run(refit, nothing, first.best)
    card = _card(work, first, sides["validation"], labels)
    read = pl.concat([sides["train"], sides["validation"]])["canonical"].to_list()
    for key in work.keys:
        model_store.forget_checkpoints(key)
    report = TrainReport(
        **params.model_dump(
            include={"model", "epochs", "batch_size", "learning_rate", "seed", "refit", "answered_accuracy"}
        ),
        device=_device(),
        rows=sides["train"].height,
        validation_rows=sides["validation"].height,
        accumulate=first.parts,
        seconds=round(time.monotonic() - started, 1),
        stopped_at=len(first.curves),
        best_epoch=first.best,
        max_tokens=work.tokens,
        truncated=tokenize(work.tokenizer, first.model, read, work.tokens)[1],
        refit_rows=refit.height,
        temperature=card.temperature,
        abstain_below=card.abstain_below,
        answered_accuracy_reached=card.abstain_below < 1,
        curves=first.curves,
        further=further(first, dense_codes(sides["validation"]["group_id"])),
    )
    return Trained(examined=first.model, shipped=last.model, tokenizer=work.tokenizer, card=card, report=report)


def _sides(clean: pl.DataFrame, split: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The raw rows that count, by side. Raises DataError where those of train are of fewer than two classes."""
    columns = split.select("row_id", "split", "weight", "group_id")
    rows = clean.join(columns, on="row_id", maintain_order="left")
    rows = rows.filter((pl.col("weight") > 0) & (pl.col("role") == "raw"))
    sides = {side: rows.filter(pl.col("split") == side) for side in SIDES}
    classes = sides["train"]["label_id"].n_unique()
    if classes < 2:
        raise DataError(
            f"{sides['train'].height} training rows of {classes} class: there is "
            "nothing to tell apart. Add distinct rows to data/raw/ (reports/split.json says where rows went)."
        )
    return sides


def _device() -> str:
    return torch.cuda.get_device_name() if torch.cuda.is_available() else f"cpu, {torch.get_num_threads()} threads"


@dataclass(frozen=True)
class _Work:
    """What both runs of a training share."""

    folder: str  # of the weights it starts from
    load: Callable[[], PreTrainedModel]
    untrained: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    label_ids: list[int]  # ascending: a class's code is its place
    tokens: int  # of a text that the model sees
    params: TrainParams
    keys: list[str] = field(default_factory=list)  # of the runs so far

    def run(self, rows: pl.DataFrame, validation: pl.DataFrame, stop_after: int | None) -> Fit:
        """Train, going on from where a killed run of the same rows and knobs left off."""
        key = self._key(rows, validation, stop_after)
        self.keys.append(key)
        place = model_store.checkpoint_folder(key)
        plan = Plan(
            load=self.load,
            tokenizer=self.tokenizer,
            train=self.features(rows, balanced=self.params.class_weights == "balanced"),
            validation=self.features(validation),
            params=self.params,
            folder=place,
            checkpoint=model_store.last_checkpoint(place),
            stop_after=stop_after,
        )
        return fit(plan)

    def features(self, rows: pl.DataFrame, *, balanced: bool = False) -> list[Features]:
        """Model inputs with `labels` (class codes) and `weight` of each row; balanced: classes weigh the same."""
        codes = self.codes(rows)
        scale = np.ones(len(self.label_ids))
        if balanced:
            weights = np.bincount(codes, weights=rows["weight"].to_numpy(), minlength=len(self.label_ids))
            present = weights > 0
            # each class that is there gets the same share of all weight, which stays what it was
            scale[present] = weights.sum() / (present.sum() * weights[present])
        features, _ = tokenize(self.tokenizer, self.untrained, rows["canonical"].to_list(), self.tokens)
        for inputs, code, weight in zip(features, codes, rows["weight"], strict=True):
            inputs |= {"labels": int(code), "weight": float(weight * scale[code])}
        return features

    def codes(self, rows: pl.DataFrame) -> Indices:
        """The class of each row (n,), coded from 0 in the taxonomy's order."""
        return np.searchsorted(self.label_ids, rows["label_id"].to_numpy()).astype(np.int64)

    def _key(self, rows: pl.DataFrame, validation: pl.DataFrame, stop_after: int | None) -> str:
        """A hash of everything the run depends on."""
        start = model_store.weights_hash(self.folder)
        causes: list[Any] = [self.params.model_dump_json(), start, self.label_ids, stop_after, torch.__version__]
        for part in (rows, validation):
            causes += part.select("canonical", "label_id", "weight").rows()
        return blake2b(repr(causes).encode(), digest_size=12).hexdigest()


def _work(labels: Labels, params: TrainParams) -> _Work:
    """The model to start from, made ready for short texts, with a new head."""
    folder = model_registry.start_folder(params.model)
    tokenizer = load_tokenizer(folder)
    names = labels.names()
    by_mean = reads_by_mean(model_store.model_text(folder, "1_Pooling/config.json"))

    def load() -> PreTrainedModel:
        model = load_model(folder, tokenizer, list(names.values()), params.seed)
        if by_mean:
            add_mean_layer(model)
        return model

    untrained = load()
    return _Work(
        folder=folder,
        load=load,
        untrained=untrained,
        tokenizer=tokenizer,
        label_ids=list(names),
        tokens=window(untrained, tokenizer, params.max_tokens),
        params=params,
    )


def _card(work: _Work, first: Fit, validation: pl.DataFrame, labels: Labels) -> Card:
    """What a user of the shipped model must know, temperature and threshold fitted on validation."""
    texts = validation["canonical"].to_list()
    scores = logits(first.model, work.tokenizer, texts, work.tokens, "reading validation")  # (rows, classes)
    truth = work.codes(validation)
    counts = validation.select(1 / pl.len().over("group_id")).to_series().to_numpy()  # a group of echoes is one row
    temperature = fit_temperature(scores, truth, counts)
    calibrated = probabilities(scores, temperature)
    right = calibrated.argmax(1) == truth
    return Card(
        model=work.params.model,
        weights_sha256=model_store.weights_hash(work.folder),
        learned_from=list(LEARNED_FROM[work.params.refit]),
        labels=[
            ClassLabel(label_id=label_id, name=label.name, meaning=label.meaning)
            for label_id, label in sorted(labels.root.items())
        ],
        max_tokens=work.tokens,
        temperature=temperature,
        abstain_below=abstain_threshold(calibrated.max(1), right, counts, work.params.answered_accuracy),
    )
