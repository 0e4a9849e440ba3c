"""What happens beside a training run: a bar with the time left, and an early end."""

from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from anechoic.project.progress import progress


class Bar(TrainerCallback):
    """Steps done, steps and time left, and the last epoch's validation accuracy."""

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Open the bar."""
        self._bar = progress()
        self._bar.start()
        self._task = self._bar.add_task("fine-tuning", total=state.max_steps, completed=state.global_step)

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """One step on."""
        self._bar.update(self._task, completed=state.global_step)

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, metrics: Any = None, **_: Any
    ) -> None:
        """Say what the validation rows say."""
        if metrics and "eval_accuracy" in metrics:
            self._bar.update(
                self._task,
                description=f"fine-tuning, epoch {state.epoch:.0f}: validation {metrics['eval_accuracy']:.3f}",
            )

    def on_train_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Close the bar."""
        self._bar.stop()


class StopAfter(TrainerCallback):
    """Ends the run after some epochs of the planned schedule."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs

    def on_epoch_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Stop when there."""
        if state.epoch is not None and round(state.epoch) >= self._epochs:
            control.should_training_stop = True
