"""A model made ready for training: its texts as tokens, its classes as codes, its runs by key."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import polars as pl
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from anechoic.classifier.pooling import add_mean_layer, reads_by_mean
from anechoic.classifier.transformer import Features, load_model, load_tokenizer, tokenize, window
from anechoic.numeric.arrays import Indices
from anechoic.project import model_registry, model_store
from anechoic.project.schema import Labels
from anechoic.train.fit import Fit, Plan, fit
from anechoic.train.schema import TrainParams


@dataclass(frozen=True)
class Work:
    """A model made ready to be fine-tuned on some classes; its runs share weights, tokenizer and knobs."""

    folder: str  # of the weights it starts from
    load: Callable[[], PreTrainedModel]
    untrained: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    label_ids: list[int]  # ascending: a class's code is its place
    tokens: int  # of a text that the model sees
    params: TrainParams
    keys: list[str] = field(default_factory=list)  # of the runs so far

    def run(self, rows: pl.DataFrame, validation: pl.DataFrame, stop_after: int | None) -> Fit:
        """Train on rows that count, going on from where a killed run of the same rows and knobs left off."""
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


def prepare(labels: Labels, params: TrainParams) -> Work:
    """Taxonomy and knobs -> the model to start from, made ready for short texts, with a new head.

    Raises ParamsError or DataError where the model is not at hand or cannot be read.
    """
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
    return Work(
        folder=folder,
        load=load,
        untrained=untrained,
        tokenizer=tokenizer,
        label_ids=list(names),
        tokens=window(untrained, tokenizer, params.max_tokens),
        params=params,
    )
