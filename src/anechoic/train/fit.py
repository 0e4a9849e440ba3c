"""One fine-tuning run: transformers' Trainer, set up for short texts and small data."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from accelerate.utils.memory import should_reduce_batch_size
from scipy.special import log_softmax
from transformers import (
    DataCollatorWithPadding,
    EarlyStoppingCallback,
    EvalPrediction,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from transformers.trainer_callback import PrinterCallback

from anechoic.classifier.transformer import Features, freeze
from anechoic.numeric.arrays import Floats, Indices
from anechoic.train.callbacks import Bar, StopAfter
from anechoic.train.schema import CurvePoint, TrainParams
from anechoic.train.trainer import LongestFirst, WeightedTrainer

VALIDATION_BATCH = 64  # rows of one forward pass on validation, where no gradients are kept


@dataclass(frozen=True)
class Plan:
    """What a run trains on what, and where it keeps its checkpoints."""

    load: Callable[[], PreTrainedModel]
    tokenizer: PreTrainedTokenizerBase
    train: list[Features]  # with `labels` and `weight`
    validation: list[Features]  # chooses the epoch; without any the last epoch's weights stay
    params: TrainParams
    folder: str  # of the checkpoints
    checkpoint: str | None  # where a killed run left off
    stop_after: int | None = None  # ends the planned schedule after that many epochs


@dataclass(frozen=True)
class Fit:
    """A finished run; `best` is the epoch whose weights the model holds."""

    model: PreTrainedModel
    curves: list[CurvePoint]
    best: int
    parts: int  # slices a batch was cut into so that it fits the memory
    row_losses: Mapping[int, Floats]  # epoch -> cross entropy of each validation row, in the plan's order: (rows,)
    row_hits: Mapping[int, Floats]  # epoch -> 1 where a validation row is right: (rows,)


def fit(plan: Plan) -> Fit:
    """Fine-tune a model by a plan.

    A batch that does not fit the memory is cut into twice as many slices until it does, the step staying the same.
    Raises DataError when the loss is no number any more.
    """
    params, parts, checkpoint = plan.params, plan.params.accumulate, plan.checkpoint
    while True:
        try:
            model = plan.load()
            freeze(model, params.freeze)
            trainer = _trainer(model, plan, parts)
            trainer.train(resume_from_checkpoint=checkpoint)
            break
        except RuntimeError as error:
            if not should_reduce_batch_size(error) or parts >= params.batch_size:
                raise
            # A checkpoint counts steps of its own slices, so the run starts anew.
            parts, checkpoint = min(2 * parts, params.batch_size), None
    curves = _curves(trainer.state.log_history)
    best = trainer.state.best_global_step
    steps = max(1, trainer.state.max_steps // math.ceil(trainer.args.num_train_epochs))
    # The Trainer leaves the model computing in bf16; what is saved, and what is measured of it, is float32.
    model = trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)
    return Fit(
        model=model.eval(),
        curves=curves,
        best=round(best / steps) if plan.validation and best else len(curves),
        parts=parts,
        row_losses=_by_row(trainer.state.log_history, "eval_losses", plan.validation),
        row_hits=_by_row(trainer.state.log_history, "eval_hits", plan.validation),
    )


def _by_length(rows: list[Features]) -> Indices:
    """The order in which rows are read: those of like length share a batch, so that little is padded. (rows,)."""
    return np.argsort([len(row["input_ids"]) for row in rows], kind="stable").astype(np.int64)


def _by_row(history: list[dict[str, Any]], name: str, validation: list[Features]) -> dict[int, Floats]:
    """Epoch -> a logged list of one number for each validation row, brought back into the order of `validation`."""
    back = np.argsort(_by_length(validation))
    return {round(entry["epoch"]): np.array(entry[name])[back] for entry in history if name in entry}


def _trainer(model: PreTrainedModel, plan: Plan, parts: int) -> Trainer:
    callbacks: list[TrainerCallback] = [Bar()]
    if plan.validation:
        callbacks.append(EarlyStoppingCallback(early_stopping_patience=plan.params.patience))
    if plan.stop_after is not None:
        callbacks.append(StopAfter(plan.stop_after))
    trainer = WeightedTrainer(
        smoothing=plan.params.label_smoothing,
        model=model,
        args=_arguments(plan, parts),
        train_dataset=plan.train,
        eval_dataset=[plan.validation[row] for row in _by_length(plan.validation)] or None,
        processing_class=plan.tokenizer,
        data_collator=LongestFirst(DataCollatorWithPadding(plan.tokenizer)),
        compute_metrics=_row_by_row,
        callbacks=callbacks,
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _arguments(plan: Plan, parts: int) -> TrainingArguments:
    """The Trainer's own knobs for batches cut into `parts` slices."""
    params, chooses = plan.params, bool(plan.validation)
    cuda, bf16 = torch.cuda.is_available(), _has_bf16()
    return TrainingArguments(
        output_dir=plan.folder,
        num_train_epochs=params.epochs,
        per_device_train_batch_size=max(1, params.batch_size // parts),
        gradient_accumulation_steps=parts,
        per_device_eval_batch_size=VALIDATION_BATCH,
        learning_rate=params.learning_rate,
        lr_scheduler_type=params.schedule,
        warmup_steps=params.warmup,  # below 1 the Trainer takes it as a share of the steps
        weight_decay=params.weight_decay,
        optim="adamw_torch_fused",
        train_sampling_strategy="group_by_length",
        bf16=bf16,
        use_cpu=bf16 and not cuda,  # else the Trainer looks for a GPU to do bf16 on
        seed=params.seed,
        data_seed=params.seed,
        eval_strategy="epoch" if chooses else "no",
        save_strategy="epoch",
        save_total_limit=1,
        load_best_model_at_end=chooses,
        metric_for_best_model="loss",  # the share right of a few dozen rows picks an epoch by luck
        logging_strategy="epoch",
        logging_nan_inf_filter=False,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=cuda,
        remove_unused_columns=False,
    )


def _has_bf16() -> bool:
    """Whether the hardware multiplies bf16 itself; where it only emulates it, bf16 is slower than float32."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def _row_by_row(predicted: EvalPrediction) -> dict[str, Any]:
    """The share right, and of each row its loss and whether it is right; in the log, so a killed run has them."""
    scores = predicted.predictions
    scores = scores[0] if isinstance(scores, tuple) else scores  # decoders give their cache as well
    truth = np.asarray(predicted.label_ids)
    hits = scores.argmax(-1) == truth  # (rows,)
    losses = -log_softmax(scores.astype(np.float64), axis=-1)[np.arange(len(truth)), truth]  # (rows,)
    return {"accuracy": float(hits.mean()), "losses": losses.tolist(), "hits": hits.astype(float).tolist()}


def _curves(history: list[dict[str, Any]]) -> list[CurvePoint]:
    """One point an epoch, from the Trainer's log, which has a line for training and one for validation."""
    points: dict[int, dict[str, Any]] = {}
    for entry in history:
        points.setdefault(round(entry["epoch"]), {}).update(entry)
    return [
        CurvePoint(
            epoch=epoch,
            train_loss=point["loss"],
            validation_loss=point.get("eval_loss"),
            train_accuracy=point["accuracy"],
            validation_accuracy=point.get("eval_accuracy"),
        )
        for epoch, point in sorted(points.items())
        if "loss" in point
    ]
