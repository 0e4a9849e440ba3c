"""One cell of the grid: a recipe trained with one seed, and which rows of test and exam it gets right."""

import time
from hashlib import blake2b

import numpy as np
import torch
from pydantic import BaseModel

from anechoic.classifier.transformer import logits
from anechoic.compare.grid import Task
from anechoic.project import model_registry, model_store
from anechoic.project.progress import silence
from anechoic.spectra.spectra import mean_alphas
from anechoic.train.work import prepare


class Finished(BaseModel):
    """What a cell leaves: kept on disk, so that it is never run twice."""

    right: list[bool]  # of the examined rows, in their order
    seconds: float
    updates: int
    alpha: float | None
    alpha_change: float | None


def key_of(task: Task, version: str) -> str:
    """A hash of all that a cell depends on: recipe, seed, rows, start weights, this package and torch.

    Raises ParamsError where the model is not at hand.
    """
    folder = model_registry.start_folder(task.recipe.params.model)
    causes = [task.recipe.params.model_dump_json(), task.seed, model_store.weights_hash(folder), version]
    causes += [torch.__version__, task.labels.model_dump_json()]
    for part in (task.train, task.validation):
        causes += part.select("canonical", "label_id", "weight").rows()
    causes += task.examined.select("row_id", "canonical", "label_id").rows()
    return blake2b(repr(causes).encode(), digest_size=12).hexdigest()


def start_worker(threads: int) -> None:
    """Make this process a worker: so many threads, no progress bars of its own."""
    torch.set_num_threads(threads)
    silence()


def run_cell(task: Task) -> Finished | str:
    """Train and examine; a failure of any kind is returned as its reason, for the rest of the grid goes on."""
    try:
        return _run(task)
    except Exception as error:  # noqa: BLE001 - no memory, no loss, a library's own: the table says it
        return f"{type(error).__name__}: {(str(error).strip().splitlines() or ['no reason given'])[0]}"


def _run(task: Task) -> Finished:
    started = time.monotonic()
    work = prepare(task.labels, task.recipe.params.model_copy(update={"seed": task.seed}))
    run = work.run(task.train, task.validation, None)
    texts = task.examined["canonical"].to_list()
    scores = logits(run.model, work.tokenizer, texts, work.tokens, "reading test and exam")
    for key in work.keys:
        model_store.forget_checkpoints(key)
    seconds = time.monotonic() - started
    alpha, change = mean_alphas(run.model, work.load())
    batches = int(np.ceil(task.train.height / task.recipe.params.batch_size))
    return Finished(
        right=(scores.argmax(1) == work.codes(task.examined)).tolist(),
        seconds=round(seconds, 1),
        updates=batches * run.best,
        alpha=alpha,
        alpha_change=change,
    )
