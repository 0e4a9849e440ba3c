"""The knobs of training and the shape of its report; apart from train.py so that nothing heavy is imported."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from anechoic.project.schema import Params, Report
from anechoic.project.wording import percent


class TrainParams(Params):
    """Knobs of the stage train."""

    model: str = Field(
        description="what is fine-tuned: `minilm` (embedded), a name that `anechoic models` lists, a folder with a "
        "model, or a hub id `owner/name` [name]"
    )
    epochs: int = Field(
        ge=1, le=1000, description="most passes over the rows, and what the decay is planned for [epochs]"
    )
    patience: int = Field(
        ge=1, le=1000, description="epochs without a lower validation loss before it stops [epochs]"
    )
    batch_size: int = Field(ge=1, le=4096, description="rows of one step [rows]")
    accumulate: int = Field(
        ge=1, le=4096, description="slices a batch is computed in; doubled by itself when memory runs out [slices]"
    )
    learning_rate: float = Field(gt=0, lt=1, description="highest step size, after the warm-up [0..1]")
    warmup: float = Field(ge=0, lt=1, description="share of the steps over which the learning rate rises [0..1]")
    schedule: Literal["linear", "cosine", "constant_with_warmup"] = Field(
        description="how the learning rate falls afterwards: linear, cosine, constant_with_warmup [choice]"
    )
    weight_decay: float = Field(ge=0, lt=1, description="pull of the weights towards 0 (AdamW) [0..1]")
    label_smoothing: float = Field(
        ge=0, lt=1, description="share of each label that is spread over all classes while training [0..1]"
    )
    class_weights: Literal["none", "balanced"] = Field(
        description="balanced: rows of rare classes count more, so that every class counts the same [choice]"
    )
    freeze: Literal["nothing", "embeddings", "backbone"] = Field(
        description="what stays as it came: nothing, embeddings (tokens), backbone (all but the head) [choice]"
    )
    max_tokens: int = Field(
        ge=8, le=100_000, description="longer texts are cut there or at the model's window [tokens]"
    )
    refit: Literal["none", "train+validation", "all"] = Field(
        description="rows the shipped model is trained on again, with the epochs found before: none, "
        "train+validation, all (test too, never the exam) [choice]"
    )
    answered_accuracy: float = Field(
        gt=0, le=1, description="share right wanted among predictions that are not flagged as unsure [0..1]"
    )
    seed: int = Field(ge=0, description="draws the head, the order of rows and the dropout [number]")


class CurvePoint(Report):
    """How an epoch went."""

    epoch: int = Field(description="passes over the training rows, from 1")
    train_loss: float = Field(description="mean cross entropy while training, dropout on")
    validation_loss: float | None = Field(description="mean cross entropy on validation; null without such rows")
    train_accuracy: float = Field(description="share right while training, dropout on")
    validation_accuracy: float | None = Field(description="share right on validation; null without such rows")


class Further(Report):
    """What the epochs after the kept one did on validation: the last epoch minus the kept one, row by row."""

    epochs: int = Field(description="epochs that were run after the kept one")
    loss: float = Field(description="change of the mean cross entropy: above 0, more training made it worse")
    loss_low: float = Field(description="lower end, 95 %, paired, echo groups resampled")
    loss_high: float = Field(description="upper end, 95 %, paired, echo groups resampled")
    accuracy: float = Field(description="change of the share right: below 0, more training made it worse")
    accuracy_low: float = Field(description="lower end, 95 %, paired, echo groups resampled")
    accuracy_high: float = Field(description="upper end, 95 %, paired, echo groups resampled")


class TrainReport(Report):
    """reports/train.json: what was trained on what, and how it went."""

    model: str = Field(description="what was fine-tuned")
    device: str = Field(description="where it was computed")
    rows: int = Field(description="training rows, one an echo group unless split.echoes_in_training says otherwise")
    validation_rows: int = Field(description="rows that chose the epoch, the temperature and the abstain threshold")
    epochs: int = Field(description="passes that were planned at most")
    batch_size: int = Field(description="rows of one step")
    accumulate: int = Field(description="slices a batch was computed in, as the memory allowed")
    learning_rate: float = Field(description="highest step size")
    seed: int = Field(description="what drew head, order and dropout")
    seconds: float = Field(description="time the training took, refit included")
    stopped_at: int = Field(description="the last epoch that was run")
    best_epoch: int = Field(description="the epoch whose weights were kept: lowest validation loss")
    max_tokens: int = Field(description="tokens of a text that the model sees")
    truncated: int = Field(description="training and validation texts that are longer and were cut")
    refit: str = Field(description="what the shipped model was trained on again, with the epochs found before")
    refit_rows: int = Field(description="rows of that second training; 0 without one")
    temperature: float = Field(
        description="scores are divided by it, fitted on validation, the nearer to 1 the fewer rows it has; "
        "above 1: overconfident"
    )
    abstain_below: float = Field(
        description="confidence under which predictions are flagged, fitted on validation; 1: all are"
    )
    answered_accuracy: float = Field(
        description="share right that was wanted among predictions that are not flagged"
    )
    answered_accuracy_reached: bool = Field(
        description="whether a confidence is expected to give it, by validation"
    )
    curves: list[CurvePoint] = Field(description="each epoch")
    further: Further | None = Field(
        description="what the epochs after the kept one did; null where the last was kept, or without validation"
    )

    def sentences(self) -> Iterator[str]:
        """What was trained on how much, how long, and which epoch was kept."""
        yield (
            f"{self.model} on {self.device}: {self.rows:,} rows, {self.stopped_at} of {self.epochs} epochs, epoch "
            f"{self.best_epoch} kept; {self.seconds:.0f} s (epoch by epoch: reports/curves.csv)"
        )
        if self.refit_rows:
            yield f"then trained on {self.refit} ({self.refit_rows:,} rows) for as long: the model that is shipped"
        if not self.answered_accuracy_reached:
            yield f"missed: no confidence gives {percent(self.answered_accuracy)} right: all predictions are unsure"
