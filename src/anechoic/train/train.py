"""Stage train: clean, split -> a fine-tuned classifier, how it went, and what it may be used for."""

import time
from dataclasses import dataclass

import polars as pl
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from anechoic.classifier.card import BEFORE_REFIT, Card, ClassLabel
from anechoic.classifier.temperature import abstain_threshold, fit_temperature, probabilities
from anechoic.classifier.transformer import logits, tokenize
from anechoic.numeric.arrays import dense_codes
from anechoic.project import model_store
from anechoic.project.errors import DataError
from anechoic.project.kinds import SIDES
from anechoic.project.schema import Labels
from anechoic.project.wording import plural
from anechoic.train.fit import Fit
from anechoic.train.further import further
from anechoic.train.schema import TrainParams, TrainReport
from anechoic.train.work import Work, prepare

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
    work = prepare(labels, params)
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
    threads = torch.get_num_threads()
    return (
        torch.cuda.get_device_name() if torch.cuda.is_available() else f"cpu, {threads} {plural(threads, 'thread')}"
    )


def _card(work: Work, first: Fit, validation: pl.DataFrame, labels: Labels) -> Card:
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
