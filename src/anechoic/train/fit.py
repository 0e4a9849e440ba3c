"""One fine-tuning run: transformers' Trainer, set up for short texts and small data."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from accelerate.utils.memory import should_reduce_batch_size
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
from anechoic.train.callbacks import Bar, StopAfter
from anechoic.train.schema import CurvePoint, TrainParams
from anechoic.train.trainer import LongestFirst, WeightedTrainer


@dataclass(frozen=True)
class Fit:
    """A finished run; `best` is the epoch whose weights the model holds."""

    model: PreTrainedModel
    curves: list[CurvePoint]
    best: int
    parts: int  # slices a batch was cut into so that it fits the memory


def fit(
    load: Callable[[], PreTrainedModel],
    tokenizer: PreTrainedTokenizerBase,
    train: list[Features],
    validation: list[Features],
    params: TrainParams,
    folder: str,
    checkpoint: str | None,
    stop_after: int | None = None,
    save: bool = True,
) -> Fit:
    """Fine-tune what `load` gives on features with `labels` and `weight`; resumes at `checkpoint`.

    Without validation rows the last epoch's weights stay. `stop_after` ends the planned schedule after that many
    epochs. A batch that does not fit the memory is cut into twice as many slices until it does, the step staying
    the same. Raises DataError when the loss is no number any more.
    """
    parts = params.accumulate
    while True:
        try:
            model = load()
            freeze(model, params.freeze)
            trainer = _trainer(model, tokenizer, train, validation, params, folder, parts, stop_after, save)
            trainer.train(resume_from_checkpoint=checkpoint)
            break
        except RuntimeError as error:
            if not should_reduce_batch_size(error) or parts >= params.batch_size:
                raise
            parts, checkpoint = min(2 * parts, params.batch_size), None
    curves = _curves(trainer.state.log_history)
    best = trainer.state.best_global_step
    steps = max(1, trainer.state.max_steps // math.ceil(trainer.args.num_train_epochs))
    # The Trainer leaves the model computing in bf16; what is saved, and what is measured of it, is float32.
    model = trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)
    return Fit(model.train(False), curves, round(best / steps) if validation and best else len(curves), parts)


def _trainer(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    train: list[Features],
    validation: list[Features],
    params: TrainParams,
    folder: str,
    parts: int,
    stop_after: int | None,
    save: bool,
) -> Trainer:
    callbacks: list[TrainerCallback] = [Bar()]
    if validation:
        callbacks.append(EarlyStoppingCallback(early_stopping_patience=params.patience))
    if stop_after is not None:
        callbacks.append(StopAfter(stop_after))
    trainer = WeightedTrainer(
        smoothing=params.label_smoothing,
        model=model,
        args=_arguments(params, folder, parts, bool(validation), save),
        train_dataset=train,
        eval_dataset=sorted(validation, key=lambda each: len(each["input_ids"])) or None,
        processing_class=tokenizer,
        data_collator=LongestFirst(DataCollatorWithPadding(tokenizer)),
        compute_metrics=_accuracy,
        callbacks=callbacks,
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _arguments(params: TrainParams, folder: str, parts: int, chooses: bool, save: bool) -> TrainingArguments:
    """The Trainer's own knobs; `chooses`: there are validation rows to choose the epoch by."""
    cuda, bf16 = torch.cuda.is_available(), _has_bf16()
    return TrainingArguments(
        output_dir=folder,
        num_train_epochs=params.epochs,
        per_device_train_batch_size=max(1, params.batch_size // parts),
        gradient_accumulation_steps=parts,
        per_device_eval_batch_size=64,
        learning_rate=params.learning_rate,
        lr_scheduler_type=params.schedule,
        warmup_steps=params.warmup,
        weight_decay=params.weight_decay,
        optim="adamw_torch_fused",
        train_sampling_strategy="group_by_length",
        bf16=bf16,
        use_cpu=bf16 and not cuda,  # else the Trainer looks for a GPU to do bf16 on
        seed=params.seed,
        data_seed=params.seed,
        eval_strategy="epoch" if chooses else "no",
        save_strategy="epoch" if save or chooses else "no",
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
    known = torch.cpu.get_capabilities()
    return bool(known.get("avx512_bf16") or known.get("amx_bf16"))


def _accuracy(predicted: EvalPrediction) -> dict[str, float]:
    scores = predicted.predictions
    scores = scores[0] if isinstance(scores, tuple) else scores
    return {"accuracy": float((scores.argmax(-1) == predicted.label_ids).mean())}


def _curves(history: list[dict[str, float]]) -> list[CurvePoint]:
    """One point an epoch, from the Trainer's log."""
    points: dict[int, dict[str, float]] = {}
    for entry in history:
        point = points.setdefault(round(entry["epoch"]), {})
        point |= {key: value for key, value in entry.items() if key in {"loss", "accuracy"}}
        point |= {key: value for key, value in entry.items() if key in {"eval_loss", "eval_accuracy"}}
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
