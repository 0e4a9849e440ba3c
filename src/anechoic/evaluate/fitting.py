"""Whether a model learned too little of its training rows, or learned them by heart, and what to turn."""

import math

from anechoic.evaluate.evidence import Evidence, percent_of
from anechoic.numeric.scores import gap
from anechoic.train.schema import TrainReport

FITTED_ACCURACY = 0.8  # of what labels allow, on its own training rows: below it a model has not learned them
LEARNED_BY_HEART = 0.95  # ... and below this one that a cheap model beats has not learned by heart but too little
FELL = 0.9  # of the first epoch's loss: a training loss that ends above it has not fallen
SWING = 0.1  # of the loss of guessing: a training loss that rises by more, or stands so far above it, diverges


def underfit(evidence: Evidence) -> str:
    """Training rows that the model does not know, though the labels allow it."""
    train = evidence.scores["train"]
    allowed = _allowed(evidence)
    decides = evidence.worth[-1] if evidence.worth else None
    beaten = decides is not None and decides.gain_high < 0
    wanted = (LEARNED_BY_HEART if beaten else FITTED_ACCURACY) * allowed
    if train.accuracy_high > wanted or _by_heart(evidence):
        return ""
    bound = "" if allowed == 1 else f" (their labels allow {100 * allowed:.0f} % or more)"
    step = _learning_step(evidence.train, len(evidence.labels))
    return f"only {percent_of(train)} of its own training rows are right{bound}. {step}"


def _learning_step(train: TrainReport, classes: int) -> str:
    """The curves of a training and the number of classes -> the knob to turn, with the numbers that say so.

    Guessing among the classes has a mean cross entropy of log(classes): steps that are too large leave the loss
    above it or throw it back, steps that are too small leave it where it was.
    """
    losses = [point.train_loss for point in train.curves]
    guessing, rate = math.log(classes), train.learning_rate
    rise = max((later - min(losses[:at]) for at, later in enumerate(losses) if at), default=0.0)
    if max(losses) > (1 + SWING) * guessing or rise > SWING * guessing:
        return (
            f"Its training loss ({losses[0]:.2f} in the first epoch, {max(losses):.2f} in the worst, "
            f"{losses[-1]:.2f} in the last) rises, or stands above the {guessing:.2f} of guessing: the steps are "
            f"too large. Set train.learning_rate to {rate / 10:g}."
        )
    if len(losses) > 1 and losses[-1] > FELL * losses[0]:
        return (
            f"Its training loss hardly fell ({losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last): "
            f"the steps are too small. Set train.learning_rate to {rate * 10:g}."
        )
    if train.best_epoch == train.stopped_at == train.epochs:
        return f"It was still getting better when the epochs ended: set train.epochs to {3 * train.epochs}."
    return (
        f"It stopped getting better at epoch {train.best_epoch}: let it move more (train.freeze: nothing), or take "
        "a larger train.model."
    )


def overfit(evidence: Evidence) -> str:
    """Honest accuracy that gets worse with capacity or training, or that learning by heart left at chance."""
    train, test = evidence.scores["train"], evidence.scores["test"]
    fitted = f"{100 * train.accuracy:.0f} % of its training rows are right"
    decides = evidence.worth[-1] if evidence.worth else None
    if decides and decides.gain_high < 0:
        return (
            f"{fitted}, but on {decides.side} a cheap model ({decides.beside}) is better by "
            f"{-100 * decides.gain:.0f} points ({-100 * decides.gain_high:.0f} to {-100 * decides.gain_low:.0f}): "
            "what fine-tuning added is learned by heart. Train less (train.freeze: backbone, fewer train.epochs, a "
            "smaller train.learning_rate), or take the cheap model."
        )
    further = evidence.train.further
    if further and further.accuracy_high < 0:
        worse = f"{-100 * further.accuracy_high:.0f} to {-100 * further.accuracy_low:.0f}"
        return (
            f"after epoch {evidence.train.best_epoch} validation falls by {-100 * further.accuracy:.0f} points "
            f"({worse}) in {further.epochs} more. The weights of that epoch were kept: set train.epochs to it, "
            "and take a smaller train.learning_rate."
        )
    if further and train.accuracy_high <= FITTED_ACCURACY * _allowed(evidence) and _by_heart(evidence):
        return (
            f"{fitted}, and after epoch {evidence.train.best_epoch} the loss on validation rises by "
            f"{further.loss:.2f} ({further.loss_low:.2f} to {further.loss_high:.2f}) while that on training falls: "
            "what it learns further is learned by heart. Take a smaller train.learning_rate, or train.freeze: "
            "backbone."
        )
    above, low, _ = gap(evidence.sides["train"].right, evidence.sides["test"].right)
    if not at_chance(evidence) or above <= evidence.params.gap or low <= 0:
        return ""
    return (
        f"{fitted}, but {percent_of(test)} of the test, {at_chance(evidence)}: it learned rows by heart and "
        "nothing that carries over. Look whether test and training rows are labelled by the same rules."
    )


def _allowed(evidence: Evidence) -> float:
    """The share right that the labels surely allow."""
    return 1.0 if evidence.data.ceiling_low is None else evidence.data.ceiling_low


def _by_heart(evidence: Evidence) -> bool:
    """Whether what was learned after the kept epoch surely made the loss on validation worse."""
    train = evidence.train
    if train.further is None or train.further.loss_low <= 0:
        return False
    before = min(train.curves[train.best_epoch - 1].train_loss, math.log(len(evidence.labels)))
    return train.curves[-1].train_loss < FELL * before


def at_chance(evidence: Evidence) -> str:
    """That the test is not shown to be answered better than by its commonest class, in words; or nothing.

    Where that class is nearly all of the test, little room is left above it and few rows show nothing: so half of
    the room must surely be missed too.
    """
    test = evidence.scores["test"]
    chance = max(evidence.sides["test"].counts()) / test.rows
    if test.accuracy_low > chance or chance == 1 or test.accuracy_high >= (1 + chance) / 2:
        return ""
    return f"not shown to be better than saying one class always ({100 * chance:.0f} %)"
