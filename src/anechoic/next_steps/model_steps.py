"""Steps that change the training, the examination, or what is done with unsure answers."""

import math
from collections.abc import Iterator

from anechoic.compare.grid import recipe_name
from anechoic.next_steps.findings import Findings, measured, unmeasured
from anechoic.next_steps.schema import Step

SMALLEST_SHARE = 0.5  # of rows answered, below which a threshold is not proposed
GRID = 0.05  # a proposed share right is rounded down to it


def model_steps(findings: Findings) -> Iterator[Step]:
    """Reports -> what to do about training and examination."""
    yield from _examination(findings)
    yield from _training(findings)
    yield from _cheap(findings)
    yield from _flags(findings)
    yield from _recipes(findings)


def _recipes(findings: Findings) -> Iterator[Step]:
    """Another model, batch size or rate: tried where nobody has, taken where it is better."""
    train, compared = findings.train, findings.compare
    if compared is None or not compared.recipes:
        yield unmeasured(
            "Try other models, batch sizes and learning rates",
            "one training cannot say whether another recipe is better; the grid says it, or that it is undecided",
            "make compare",
            "reports/train.json",
        )
        return
    own = recipe_name(train.model, train.batch_size, train.learning_rate)
    for pair in compared.pairs:
        turned = -1 if pair.a == own else 1
        better = pair.b if pair.a == own else pair.a
        if own in (pair.a, pair.b) and pair.verdict == f"{better} is better":
            low, high = sorted((turned * pair.low, turned * pair.high))
            yield measured(
                f"Train as {better}",
                f"it is better than {own} over all seeds, on the same rows of test and exam",
                (turned * pair.difference, low, high),
                "params.yaml: train, then: dvc repro",
                "reports/compare.json: pairs",
            )


def _examination(findings: Findings) -> Iterator[Step]:
    evaluation = findings.evaluation
    if evaluation.verdict in ("leaking", "too_little_data"):
        action = (
            "Find out why the test promises more than the exam keeps"
            if evaluation.verdict == "leaking"
            else "Add rows to the test before you believe a difference"
        )
        command = "reports/index.html#split" if evaluation.verdict == "leaking" else "params.yaml: split.test"
        why = f"{evaluation.verdict_reason} It changes what is known, not the accuracy"
        yield unmeasured(action, why, command, "reports/evaluation.json: verdict_reason")
    if evaluation.exam is None:
        yield unmeasured(
            "Put labelled rows of another month or source into data/exam/",
            "without an exam nobody knows whether the accuracy lasts; it changes what is known, not the accuracy",
            "data/exam/",
            "reports/evaluation.json: exam",
        )


def _training(findings: Findings) -> Iterator[Step]:
    train, evaluation = findings.train, findings.evaluation
    if evaluation.verdict in ("underfit", "overfit"):
        yield unmeasured(
            "Train otherwise",
            f"{evaluation.verdict_reason} What it brings is known when it has run",
            "params.yaml: train, then: dvc repro",
            "reports/evaluation.json: verdict_reason",
        )
    elif train.validation_rows and train.best_epoch == train.stopped_at == train.epochs:
        yield unmeasured(
            f"Train longer: train.epochs {2 * train.epochs} instead of {train.epochs}",
            f"the last epoch was the best so far, on {train.validation_rows} validation rows; what more brings is "
            "known when it has run",
            "params.yaml: train.epochs, then: dvc repro",
            "reports/train.json: curves",
        )


def _cheap(findings: Findings) -> Iterator[Step]:
    """Where a model that costs nothing is surely better."""
    if not findings.evaluation.worth:
        return
    decides = findings.evaluation.worth[-1]
    if decides.gain_high < 0:
        yield measured(
            f"Use the cheap model ({decides.beside}) instead of the fine-tuned one",
            f"on {decides.side} it is right more often; the frozen encoder under a trained head comes near it",
            (-decides.gain, -decides.gain_high, -decides.gain_low),
            "params.yaml: train.freeze: backbone, then: dvc repro",
            "reports/evaluation.json: worth",
        )


def _flags(findings: Findings) -> Iterator[Step]:
    """What is asked of the answers that are not flagged: more than can be had, or more than is kept."""
    evaluation, train = findings.evaluation, findings.train
    wanted = train.answered_accuracy
    usable = [each for each in evaluation.abstention if each.answered_share >= SMALLEST_SHARE]
    if not train.answered_accuracy_reached and usable:
        best = max(each.accuracy for each in usable)
        reachable = GRID * min(math.floor(best / GRID), math.ceil(wanted / GRID) - 1)
        yield unmeasured(
            f"Ask for less: train.answered_accuracy {reachable:.2f} instead of {wanted:g}",
            f"every prediction is flagged, as no confidence gives {100 * wanted:.0f} % right; of the surest half "
            f"of the test {100 * best:.0f} % are. It changes who answers, not the accuracy",
            "params.yaml: train.answered_accuracy, then: dvc repro",
            "reports/evaluation.json: abstention",
        )
    missed = [each for each in evaluation.answered if each.verdict == "missed" and each.accuracy is not None]
    if train.answered_accuracy_reached and missed:
        told = ", ".join(f"{100 * (each.accuracy or 0):.0f} % on the {each.side}" for each in missed)
        enough = next((each for each in usable if each.accuracy >= wanted), None)
        why = f"{100 * wanted:.0f} % right were asked of the answers that are not flagged, {told} are"
        if enough:
            why += (
                f"; from a confidence of {enough.confidence:.2f} on it is {100 * enough.accuracy:.0f} % of the "
                f"test, with {100 * enough.answered_share:.0f} % answered"
            )
        yield unmeasured(
            "Leave more of the unsure rows to people",
            f"{why}. It changes who answers, not the accuracy",
            "params.yaml: raise train.answered_accuracy, or split.validation, which sets the threshold",
            "reports/evaluation.json: answered, abstention",
        )
