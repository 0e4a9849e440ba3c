"""One fine-tuning run: transformers' Trainer, set up for short texts and small data."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from accelerate.utils.memory import should_reduce_batch_size
from transformers import (
    DataCollatorWithPadding,
    EarlyStoppingCallback,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from transformers.trainer_callback import PrinterCallback

from anechoic.errors import DataError
from anechoic.learn.callbacks import Bar, StopAfter
from anechoic.learn.models import Features, freeze
from anechoic.learn.params import CurvePoint, TrainParams

CHECK = 20  # steps between two looks at whether the loss is still a number


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
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=_accuracy,
        callbacks=callbacks,
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _arguments(params: TrainParams, folder: str, parts: int, chooses: bool, save: bool) -> TrainingArguments:
    """The Trainer's own knobs; `chooses`: there are validation rows to choose the epoch by."""
    cuda = torch.cuda.is_available()
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
        bf16=cuda and torch.cuda.is_bf16_supported(),
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


class WeightedTrainer(Trainer):
    """Trainer whose loss is the mean cross entropy by row weight, and which counts what it gets right."""

    loss_is_scaled_for_ga = False

    def __init__(self, smoothing: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._smoothing = smoothing
        self._right, self._seen = 0, 0
        self._sum = torch.zeros((), device=self.args.device)

    def compute_loss(
        self, model: Any, inputs: Features, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Cross entropy, rows weighted; in training, loss and hits are counted on the way."""
        labels, weights = inputs.pop("labels"), inputs.pop("weight")
        outputs = model(**inputs)
        smoothing = self._smoothing if model.training else 0.0
        losses = torch.nn.functional.cross_entropy(
            outputs.logits.float(), labels, reduction="none", label_smoothing=smoothing
        )
        loss = (losses * weights).sum() / weights.sum().clamp(min=1e-9)
        if model.training:
            self._sum = self._sum + loss.detach()
            self._right = self._right + (outputs.logits.detach().argmax(-1) == labels).sum()
            self._seen += len(labels)
            if self.state.global_step % CHECK == 0:
                self._check()
        return (loss, outputs) if return_outputs else loss

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:
        """The epoch's training loss, with the share of rows that were right when they were trained on."""
        if "loss" in logs:
            self._check()
            logs["accuracy"] = float(self._right) / max(1, self._seen)
            self._right, self._seen = 0, 0
        super().log(logs, *args, **kwargs)

    def _check(self) -> None:
        if not math.isfinite(float(self._sum)):
            raise DataError(
                f"The training loss is no number any more (step {self.state.global_step}, learning rate "
                f"{self.args.learning_rate:g}). Lower params.yaml train.learning_rate."
            )
        self._sum = torch.zeros_like(self._sum)


def _accuracy(predicted: Any) -> dict[str, float]:
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
