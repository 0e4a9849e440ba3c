"""What the numbers of an evaluation mean: one verdict, and advice in plain words, each with its numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from anechoic.evaluate.breakdown import Side
from anechoic.evaluate.schema import EvaluateParams, Worth
from anechoic.numeric.scores import gap
from anechoic.project.schema import Score
from anechoic.train.schema import TrainReport

# Conventions of ours, chosen so that a verdict is said only where a person would nod.
FEW_ROWS = 10  # of a class on test or exam, below which nothing can be said about it
DISTINCT_SHARE = 0.7  # distinct rows as a share of a side's rows, below which the side repeats itself
FITTED_ACCURACY = 0.7  # on training rows, above which a model is not called underfit


@dataclass(frozen=True)
class Evidence:
    """All that a verdict is drawn from."""

    sides: Mapping[str, Side]
    scores: Mapping[str, Score]
    train: TrainReport
    worth: list[Worth]
    labels: list[str]
    repeats: Mapping[str, tuple[int, int]]  # of test and exam: rows that were given, distinct ones among them


def verdict(evidence: Evidence, params: EvaluateParams) -> tuple[str, str]:
    """The first that holds of leaking, too_little_data, underfit, overfit, good; and the numbers behind it."""
    for code, holds in VERDICTS.items():
        if reason := holds(evidence, params):
            return code, reason
    test, train = evidence.scores["test"], evidence.scores["train"]
    return (
        "good",
        f"{_percent(test)} of the test are right, {train.accuracy:.0%} of the training rows: no wide gap.",
    )


def _leaking(evidence: Evidence, params: EvaluateParams) -> str:
    test, exam = evidence.scores.get("test"), evidence.scores.get("exam")
    if not test or not exam:
        return ""
    above, low, _ = gap(evidence.sides["test"].right, evidence.sides["exam"].right, params.bootstraps, params.seed)
    if above <= params.gap or low <= 0:
        return ""
    return (
        f"the test says {_percent(test)}, the exam {_percent(exam)}: {100 * above:.0f} points less. Either the "
        "test still knows the training rows, or the exam is another kind of data."
    )


def _too_little_data(evidence: Evidence, params: EvaluateParams) -> str:
    test = evidence.scores.get("test")
    if not test:
        return "there is no test row that counts, so nothing can be said."
    width = test.accuracy_high - test.accuracy_low
    if width < params.widest and test.rows >= FEW_ROWS:
        return ""
    return f"{test.rows} test rows leave {_percent(test)}: {100 * width:.0f} points wide is too wide to judge by."


def _underfit(evidence: Evidence, params: EvaluateParams) -> str:
    train, curves = evidence.scores["train"], evidence.train.curves
    chance = max(evidence.sides["train"].counts()) / train.rows
    best = max((worth.gain_low for worth in evidence.worth if worth.side == "test"), default=0.0)
    if train.accuracy > max(FITTED_ACCURACY, chance + params.gap) or best > 0:
        return ""
    still = len(curves) == evidence.train.epochs == evidence.train.best_epoch
    more = " It was still getting better when the epochs ended: raise train.epochs." if still else ""
    always = f"{chance:.0%} by always saying one class"
    return f"only {train.accuracy:.0%} of its own training rows are right ({always}).{more}"


def _overfit(evidence: Evidence, params: EvaluateParams) -> str:
    train, test = evidence.scores["train"], evidence.scores["test"]
    above, low, high = gap(
        evidence.sides["train"].right, evidence.sides["test"].right, params.bootstraps, params.seed
    )
    if above <= params.gap or low <= 0:
        return ""
    return (
        f"{train.accuracy:.0%} of its training rows are right but {_percent(test)} of the test: {100 * above:.0f} "
        f"points ({100 * low:.0f} to {100 * high:.0f}). It knows rows by heart; new meanings help."
    )


VERDICTS: dict[str, Callable[[Evidence, EvaluateParams], str]] = {
    "leaking": _leaking,
    "too_little_data": _too_little_data,
    "underfit": _underfit,
    "overfit": _overfit,
}


def advice(evidence: Evidence) -> list[str]:
    """Everything a person should know before believing the scores, or do to better them."""
    return [
        *(_worth(worth) for worth in evidence.worth),
        *_one_sided(evidence),
        *_repeating(evidence),
        *_thin(evidence),
        *_cut(evidence),
    ]


def _worth(worth: Worth) -> str:
    points = f"{100 * worth.gain:+.0f} points ({100 * worth.gain_low:+.0f} to {100 * worth.gain_high:+.0f})"
    name = {"tfidf_svm": "TF-IDF with a linear SVM", "probe": "the probe", "majority": "the commonest class"}[
        worth.beside
    ]
    if worth.gain_low > 0:
        return f"Fine-tuning pays on the {worth.side}: {points} over {name}, the best cheap model."
    if worth.gain_high < 0:
        return (
            f"Fine-tuning is not worth it: on the {worth.side} {name} is better by {100 * -worth.gain:.0f} points."
        )
    return (
        f"Fine-tuning is not shown to be worth it on the {worth.side}: {points} over {name}; chance explains that."
    )


def _one_sided(evidence: Evidence) -> list[str]:
    sentences = []
    for name in ("test", "exam"):
        classes = sum(count > 0 for count in evidence.sides[name].counts())
        if name not in evidence.scores:
            sentences.append(
                f"There is no {name}: put labelled rows {'into data/exam/' if name == 'exam' else 'in'}."
            )
        elif classes < len(evidence.labels):
            missing = [
                label
                for label, count in zip(evidence.labels, evidence.sides[name].counts(), strict=True)
                if not count
            ]
            sentences.append(
                f"The {name} holds {classes} of {len(evidence.labels)} classes: it says nothing about "
                f"{', '.join(missing)}."
            )
    return sentences


def _repeating(evidence: Evidence) -> list[str]:
    return [
        f"The {name} repeats itself: {given} rows are {distinct} different things; the repeats are not counted."
        for name, (given, distinct) in evidence.repeats.items()
        if given and distinct < DISTINCT_SHARE * given
    ]


def _thin(evidence: Evidence) -> list[str]:
    thin = [
        f"{label} ({count})"
        for label, count in zip(evidence.labels, evidence.sides["test"].counts(), strict=True)
        if 0 < count < FEW_ROWS
    ]
    if not thin:
        return []
    return [f"Too few test rows to judge a class by: {', '.join(thin)}."]


def _cut(evidence: Evidence) -> list[str]:
    if not evidence.train.truncated:
        return []
    return [
        f"{evidence.train.truncated} texts are longer than the {evidence.train.max_tokens} tokens the model sees; "
        "their ends were cut off (train.max_tokens, or the model's window)."
    ]


def _percent(score: Score) -> str:
    return f"{score.accuracy:.0%} ({100 * score.accuracy_low:.0f}–{100 * score.accuracy_high:.0f} %)"
