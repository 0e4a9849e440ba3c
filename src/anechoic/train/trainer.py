"""transformers' Trainer with weighted rows, and without paying for padding."""

import math
from dataclasses import dataclass
from typing import Any

import torch
from transformers import DataCollatorWithPadding, Trainer

from anechoic.classifier.transformer import Features
from anechoic.project.errors import DataError

CHECK_EVERY = 20  # steps between two looks at whether the loss is still a number: each waits for the GPU


class WeightedTrainer(Trainer):
    """Trainer whose loss is the mean cross entropy by row weight, and which counts what it gets right."""

    loss_is_scaled_for_ga = False  # the mean is taken by slice here; the Trainer divides by the slices

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
        if model.training:
            parts = [model(**part) for part in by_length(inputs)]
            outputs, smoothing = {"logits": torch.cat([part.logits for part in parts])}, self._smoothing
        else:
            outputs, smoothing = model(**inputs), 0.0
        logits = outputs["logits"]
        losses = torch.nn.functional.cross_entropy(
            logits.float(), labels, reduction="none", label_smoothing=smoothing
        )
        loss = (losses * weights).sum() / weights.sum().clamp(min=1e-9)
        if model.training:
            self._sum = self._sum + loss.detach()
            self._right = self._right + (logits.detach().argmax(-1) == labels).sum()
            self._seen += len(labels)
            if self.state.global_step % CHECK_EVERY == 0:
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


def by_length(inputs: Features) -> list[Features]:
    """A padded batch, or its short and its long rows apart where that spares half of the padded tokens.

    The rows of the tensors, each of shape (rows, tokens), must come longest first, as `LongestFirst` makes them.
    One text of 256 tokens among fifteen of 20 otherwise costs as much as sixteen of 256.
    """
    mask = inputs["attention_mask"]  # (rows, tokens)
    lengths = mask.sum(1).tolist()
    rows, longest = len(lengths), lengths[0]
    # Cut before row `cut`: the rows above are padded to the longest, those below to the length of row `cut`.
    tokens, cut = min((cut * longest + (rows - cut) * length, cut) for cut, length in enumerate(lengths))
    if cut == 0 or 2 * tokens > rows * longest:
        return [inputs]
    pads_left = mask[-1, 0] == 0
    short = slice(-lengths[cut], None) if pads_left else slice(None, lengths[cut])
    return [
        {name: tensor[:cut] for name, tensor in inputs.items()},
        {name: tensor[cut:, short] for name, tensor in inputs.items()},
    ]


@dataclass(frozen=True)
class LongestFirst:
    """A collator that pads a batch to its longest row and puts long rows first."""

    pad: DataCollatorWithPadding

    def __call__(self, rows: list[Features]) -> Features:
        """The batch as tensors of shape (rows, tokens); `labels` and `weight` of shape (rows,)."""
        return self.pad(sorted(rows, key=lambda row: -len(row["input_ids"])))
