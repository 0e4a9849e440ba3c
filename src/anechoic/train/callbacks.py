"""What happens beside a training run: a bar or lines with the time left, and an early end."""

from collections.abc import Mapping
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from anechoic.project.progress import progress
from anechoic.project.wording import percent


class Bar(TrainerCallback):
    """Steps done, steps and time left, and what each epoch's rows say."""

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Open the bar."""
        self._bar = progress()
        self._bar.start()
        done = state.global_step
        self._task = self._bar.add_task("fine-tuning", total=state.max_steps, completed=done, before=done)
        self._epoch: list[str] = []  # what was logged of the epoch that ends

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """One step on."""
        self._bar.update(self._task, completed=state.global_step)

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, logs: Any = None, **_: Any
    ) -> None:
        """Say how an epoch ended: training rows are logged first, then validation rows where there are any."""
        told = epoch_words(logs or {})
        self._epoch += told
        if told and ("eval_loss" in logs or args.eval_strategy == "no"):
            which = f"epoch {state.epoch:.0f} of {args.num_train_epochs:.0f}"
            line, self._epoch = f"fine-tuning, {which}: {'; '.join(self._epoch)}", []
            self._bar.say(self._task, line)  # before the update, which would say it too when it is time for a line
            self._bar.update(self._task, description=line)

    def on_train_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Close the bar."""
        self._bar.stop()


def epoch_words(logs: Mapping[str, Any]) -> list[str]:
    """What the Trainer logs of an epoch's rows, in words; nothing for what is no end of an epoch."""
    return [
        f"{rows} loss {logs[f'{prefix}loss']:.2f}, {percent(logs[f'{prefix}accuracy'])} right"
        for rows, prefix in (("training", ""), ("validation", "eval_"))
        if {f"{prefix}loss", f"{prefix}accuracy"} <= logs.keys()
    ]


class StopAfter(TrainerCallback):
    """Ends the run after some epochs of the planned schedule."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs

    def on_epoch_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Stop when there."""
        if state.epoch is not None and round(state.epoch) >= self._epochs:
            control.should_training_stop = True
