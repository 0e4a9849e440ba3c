"""Short pieces of a run's real work, timed on this machine."""

import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from anechoic.project.schema import Labels
    from anechoic.train.schema import TrainParams

TEXTS = 64  # that are embedded; the first 16 warm up and are not counted
WARM = 16
STEPS = 3  # of training; the first warms up and is not counted where another was made
SECONDS = 5.0  # after which no further step is begun
PROBES = 7  # of which the middle one counts
PROBE_ROWS, PROBE_COLUMNS, PROBE_CLASSES = 400, 384, 8  # as the demo's


class _EnoughError(Exception):
    """Ends the training that is timed."""


@dataclass(frozen=True)
class Steps:
    """Seconds of a training step: the fastest and the slowest, and how many were timed."""

    fastest: float
    slowest: float
    steps: int


def seconds_per_text(texts: Sequence[str], encoder: str) -> float:
    """Texts and the encoder's name -> seconds that it takes to embed one of them."""
    from anechoic.embed.encoder import FixedShapeEncoder
    from anechoic.project import model_store

    sample = _spread(texts, TEXTS)
    model = FixedShapeEncoder(model_store.model_folder(encoder))
    model.encode(sample[:WARM])
    timed = sample[WARM:] or sample
    started = time.perf_counter()
    model.encode(timed)
    return (time.perf_counter() - started) / len(timed)


def seconds_per_step(texts: Sequence[str], labels: "Labels", params: "TrainParams") -> Steps:
    """Texts, taxonomy and knobs -> how long a step of the stage train takes; nothing is kept of the training."""
    import polars as pl

    from anechoic.project.progress import silence
    from anechoic.train.fit import Plan, fit
    from anechoic.train.work import prepare

    silence()
    work = prepare(labels, params)
    ids = list(labels.names())
    sample = _spread(texts, params.batch_size * STEPS)
    sample = (sample * (1 + params.batch_size * STEPS // len(sample)))[: params.batch_size * STEPS]
    rows = pl.DataFrame({"canonical": sample, "label_id": [ids[row % len(ids)] for row in range(len(sample))]})
    clock = _Clock(params.batch_size)

    def load() -> "PreTrainedModel":
        model = work.load()
        model.register_forward_pre_hook(clock, with_kwargs=True)
        return model

    with tempfile.TemporaryDirectory() as place:  # two passes: the clock ends the training before anything is saved
        plan = Plan(
            load=load, tokenizer=work.tokenizer, train=work.features(rows.with_columns(weight=pl.lit(1.0))),
            validation=[], params=params.model_copy(update={"epochs": 2}), folder=place, checkpoint=None,
        )  # fmt: skip
        with suppress(_EnoughError):
            fit(plan)
    return clock.steps()


def seconds_of_a_probe() -> float:
    """Seconds that the cheap model takes to be fitted to as many vectors as the demo has comments."""
    import numpy as np

    from anechoic.numeric.linear_probe import fit_predict

    drawn = np.random.default_rng(7).normal(size=(PROBE_ROWS, PROBE_COLUMNS)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    labels = np.arange(PROBE_ROWS, dtype=np.int64) % PROBE_CLASSES
    times = []
    for _ in range(PROBES):
        started = time.perf_counter()
        fit_predict(drawn, labels, drawn[:1])
        times.append(time.perf_counter() - started)
    return median(times)


class _Clock:
    """Notes when each step begins: a step is as many rows as a batch has, in however many forward passes."""

    def __init__(self, batch: int) -> None:
        self._batch, self._rows = batch, 0
        self._began: list[float] = []

    def __call__(self, model: Any, args: Any, kwargs: dict[str, Any]) -> None:  # noqa: ANN401, ARG002
        """A forward pass begins."""
        if self._rows % self._batch == 0:
            self._began.append(time.perf_counter())
            if len(self._began) > 1 and (len(self._began) > STEPS or self._began[-1] - self._began[0] > SECONDS):
                raise _EnoughError
        self._rows += len(kwargs["input_ids"])

    def steps(self) -> Steps:
        """The seconds between the beginnings of steps."""
        times = [later - earlier for earlier, later in zip(self._began, self._began[1:], strict=False)]
        timed = times[1:] or times
        return Steps(min(timed), max(timed), len(timed))


def _spread(texts: Sequence[str], most: int) -> list[str]:
    """At most so many of the texts, evenly from first to last."""
    every = max(1, len(texts) // most)
    return list(texts[::every][:most])
