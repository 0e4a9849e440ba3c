"""Steps that change the training, the examination, or what is done with unsure answers."""

import math
from collections.abc import Iterator

from anechoic.compare.grid import recipe_name
from anechoic.compare.schema import CompareReport
from anechoic.next_steps.findings import Findings, measured, trained_with, unmeasured
from anechoic.next_steps.schema import Step
from anechoic.train.schema import TrainReport

SMALLEST_SHARE = 0.5  # of rows answered, below which a threshold is not proposed
GRID = 0.05  # a proposed share right is rounded down to it
HIGHEST = 0.99  # share right that is ever asked for
CHEAP = {  # what a fine-tuned model can be replaced by, and how
    "probe": ("the frozen encoder under a trained head", "", trained_with({"train.freeze": "backbone"})),
    "tfidf_svm": ("a linear SVM over TF-IDF", "; scikit-learn trains it on this file", "data/export/train.csv"),
}


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
    own, best = recipe_name(train.model, train.batch_size, train.learning_rate), compared.recommended
    for pair in compared.pairs:
        if {pair.a, pair.b} == {own, best} and pair.verdict == f"{best} is better":
            turned = -1 if pair.a == own else 1
            low, high = sorted((turned * pair.low, turned * pair.high))
            command, besides = _knobs(compared, train)
            yield measured(
                f"Train as {best}{besides}",
                f"it is better than {own} over all seeds, on the same rows of test and exam",
                (turned * pair.difference, low, high),
                command,
                "reports/compare.json: pairs",
            )
    if own not in {recipe.name for recipe in compared.recipes}:
        yield unmeasured(
            "Put the recipe that is trained into the grid",
            f"the grid holds no finished run of {own}, so nothing says whether {best} is better than it; add it to "
            "compare in params.yaml first",
            "make compare",
            "reports/compare.json: recipes",
        )


def _knobs(compared: CompareReport, train: TrainReport) -> tuple[str, str]:
    """The command that trains the recommended recipe, and what a person has to do before it."""
    cell = next(cell for cell in compared.cells if cell.recipe == compared.recommended)
    knobs: dict[str, object] = {
        "train.model": cell.model,
        "train.batch_size": cell.batch_size,
        "train.learning_rate": f"{cell.learning_rate:g}",
    }
    before = ""
    if cell.steps == "updates" and cell.batch_size > (smallest := min(each.batch_size for each in compared.cells)):
        times = round(cell.batch_size / smallest)
        knobs["train.epochs"] = train.epochs * times
        before += f"; first make train.patience in params.yaml {times} times what it is"
    if cell.data == "all":
        knobs["split.echoes_in_training"] = "keep_all"
    if cell.data == "originals_only":
        before += "; first take the files that only repeat (reports/worth.json: drops) out of data/raw/"
    return trained_with(knobs), before


def _examination(findings: Findings) -> Iterator[Step]:
    evaluation = findings.evaluation
    if evaluation.verdict in ("leaking", "too_little_data"):
        action = (
            "Find out why the test promises more than the exam keeps"
            if evaluation.verdict == "leaking"
            else "Add rows to the test before you believe a difference"
        )
        command = "reports/index.html" if evaluation.verdict == "leaking" else "params.yaml"
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
            f"{evaluation.verdict_reason} What it brings is known when it has run (`dvc repro`)",
            "params.yaml",
            "reports/evaluation.json: verdict_reason",
        )
    elif train.validation_rows and train.best_epoch == train.stopped_at == train.epochs:
        yield unmeasured(
            f"Train longer: train.epochs {2 * train.epochs} instead of {train.epochs}",
            f"the last epoch was the best so far, on {train.validation_rows} validation rows; what more brings is "
            "known when it has run",
            trained_with({"train.epochs": 2 * train.epochs}),
            "reports/train.json: curves",
        )


def _cheap(findings: Findings) -> Iterator[Step]:
    """Where a model that costs nothing is surely better."""
    if not findings.evaluation.worth:
        return
    decides = findings.evaluation.worth[-1]
    if decides.gain_high < 0 and decides.beside in CHEAP:
        name, besides, command = CHEAP[decides.beside]
        yield measured(
            f"Use {name} instead of the fine-tuned model",
            f"on {decides.side} it is right more often{besides}",
            (-decides.gain, -decides.gain_high, -decides.gain_low),
            command,
            "reports/evaluation.json: worth",
        )


def _flags(findings: Findings) -> Iterator[Step]:
    """What is asked of the answers that are not flagged: more than can be had, or more than is kept."""
    evaluation, train = findings.evaluation, findings.train
    wanted = train.answered_accuracy
    usable = [each for each in evaluation.abstention if each.answered_share >= SMALLEST_SHARE]
    if not train.answered_accuracy_reached and usable:
        best = max(usable, key=lambda each: each.accuracy)
        reachable = GRID * min(math.floor(best.accuracy / GRID), math.ceil(wanted / GRID) - 1)
        guessed = evaluation.baselines["majority"].test if "majority" in evaluation.baselines else None
        if reachable > (guessed.accuracy if guessed else 0.0):
            yield unmeasured(
                f"Ask for less: train.answered_accuracy {reachable:.2f} instead of {wanted:g}",
                f"every prediction is flagged, as no confidence gives {100 * wanted:.0f} % right; "
                f"{100 * best.accuracy:.0f} % of the test are with {100 * best.answered_share:.0f} % answered. It "
                "changes who answers, not the accuracy",
                trained_with({"train.answered_accuracy": f"{reachable:.2f}"}),
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
        quoted = evaluation.fresh.side if evaluation.fresh else ""
        speaks = next((each for each in missed if each.side == quoted), missed[0])
        higher = min(HIGHEST, wanted + wanted - (speaks.accuracy or 0.0))
        yield unmeasured(
            "Leave more of the unsure rows to people",
            f"{why}. Ask for as much more as is missed, {100 * higher:.0f} %: it changes who answers, not the "
            "accuracy",
            trained_with({"train.answered_accuracy": f"{higher:.2f}"}),
            "reports/evaluation.json: answered, abstention",
        )
