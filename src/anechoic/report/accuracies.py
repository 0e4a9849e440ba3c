"""Every accuracy of a run: what was tested on which rows, and why it is not the one that is quoted."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import polars as pl

from anechoic.evaluate.schema import FreshScore
from anechoic.project.schema import Score
from anechoic.project.wording import interval, percent, plural
from anechoic.report.schema import Reports

MODELS = {"majority": "always the commonest class", "tfidf_svm": "TF-IDF and a linear SVM", "probe": "the probe"}
PROBE = "the probe: logistic regression on frozen vectors"
QUOTED = "this one is quoted: "


@dataclass(frozen=True)
class Accuracy:
    """One accuracy, its 95 % interval, the rows behind it, and what it is."""

    score: str  # its name
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    rows: int
    model: str
    meaning: str  # what it says, and why it differs from the quoted one


def fresh_sentence(fresh: FreshScore | None) -> str:
    """The accuracy to quote, with its interval and its source."""
    if fresh is None:
        return "How good the classifier is on fresh comments is not known: there is neither a test nor an exam."
    shown = f"{percent(fresh.accuracy)} ({interval(fresh.accuracy_low, fresh.accuracy_high)})"
    return f"On fresh comments expect the shipped classifier to be right {shown} of the time, {fresh.why}."


def all_accuracies(reports: Reports) -> list[Accuracy]:
    """Reports -> each accuracy once, the quoted one first."""
    found = [*_fine_tuned(reports), *_cheap(reports), *_price_tag(reports)]
    return sorted(found, key=lambda each: not each.meaning.startswith(QUOTED))


def accuracies(reports: Reports) -> pl.DataFrame:
    """Reports -> one line for each accuracy: score, accuracy, accuracy_low, accuracy_high, rows, model, meaning."""
    return pl.DataFrame([asdict(each) for each in all_accuracies(reports)])


def _fine_tuned(reports: Reports) -> Iterator[Accuracy]:
    evaluation, refit = reports.evaluation, reports.train.refit_rows > 0
    before = f"fine-tuned, before it learned from all rows ({reports.train.rows})" if refit else "fine-tuned"
    shipped = f"fine-tuned, as shipped ({reports.train.refit_rows or reports.train.rows} rows)"
    quoted = evaluation.fresh.side if evaluation.fresh else ""
    meanings = {
        "test": ("rows kept apart from the raw files, no echo of a training row", evaluation.test, before),
        "exam": ("rows from elsewhere that no training saw", evaluation.exam, shipped),
        "validation": ("rows that chose the epoch: a little too good", evaluation.validation, before),
        "train": ("rows it learned: says that it learned them, nothing else", evaluation.train, before),
    }
    for side, (meaning, score, model) in meanings.items():
        if score:
            yield _of(f"fine-tuned, {side}", score, model, (QUOTED if side == quoted else "") + meaning)


def _cheap(reports: Reports) -> Iterator[Accuracy]:
    for name, each in reports.evaluation.baselines.items():
        for side, score in (("test", each.test), ("exam", each.exam)):
            if score:
                meaning = f"what costs nothing reaches on the {side}, trained on the same rows"
                yield _of(f"{name}, {side}", score, MODELS.get(name, name), meaning)


def _price_tag(reports: Reports) -> Iterator[Accuracy]:
    leakage = reports.leakage
    drops, repeats = len(reports.echoes.drops), leakage.repeats
    files = f"all rows of {drops} {plural(drops, 'file')}, each tested once"
    if repeats > 1:
        files += f" in each of {repeats} redraws"
    for name, how in (
        ("naive", f"{files}, copies and rewordings trained on: what a random split would pretend"),
        ("honest", f"{files}, nothing that says the same trained on: compare it with the random one alone"),
    ):
        value, low, high = (getattr(leakage, f"{name}_accuracy{end}") for end in ("", "_low", "_high"))
        title = "probe, random test" if name == "naive" else "probe, honest test"
        yield Accuracy(title, value, low, high, leakage.rows, PROBE, how)
    if leakage.exam:
        yield _of("probe of all rows, exam", leakage.exam, PROBE, "the same plain model, trained on every raw row")


def _of(name: str, score: Score, model: str, meaning: str) -> Accuracy:
    return Accuracy(name, score.accuracy, score.accuracy_low, score.accuracy_high, score.rows, model, meaning)
