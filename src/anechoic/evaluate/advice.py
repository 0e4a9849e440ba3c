"""Everything a person should know before believing the scores, in plain words."""

from anechoic.evaluate.evidence import Evidence
from anechoic.evaluate.schema import Worth
from anechoic.evaluate.verdict import FEW_ROWS

# Conventions of ours.
DISTINCT_SHARE = 0.7  # distinct rows as a share of a side's rows, below which the side repeats itself
FEW_TO_CALIBRATE = 60  # validation rows from which a temperature was as good with a prior as without (LOG.md)


def advice(evidence: Evidence) -> list[str]:
    """Everything a person should know before believing the scores, or do to better them."""
    return [
        *_worth(evidence.worth),
        *_one_sided(evidence),
        *_repeating(evidence),
        *_thin(evidence),
        *_unlearned(evidence),
        *_answered(evidence),
        *_cut(evidence),
    ]


NAMES = {
    "tfidf_svm": "TF-IDF with a linear SVM",
    "probe": "the probe (logistic regression on frozen vectors)",
    "majority": "the commonest class",
}


def _worth(worth: list[Worth]) -> list[str]:
    """Whether fine-tuning pays, said once: test and exam together decide where there are both."""
    if not worth:
        return []
    *sides, decides = worth
    name = NAMES[decides.beside]
    parts = "".join(f", {100 * each.gain:+.1f} on the {each.side}" for each in sides)
    where = f"on {decides.side} together{parts}" if sides else f"on the {decides.side}"
    points = f"{100 * decides.gain:+.1f} points ({100 * decides.gain_low:+.1f} to {100 * decides.gain_high:+.1f})"
    if decides.gain_low > 0:
        return [f"Fine-tuning pays: {points} over {name}, the best cheap model, {where}."]
    if decides.gain_high < 0:
        return [f"Fine-tuning does not pay: {points} beside {name}, {where}. Use the cheap model."]
    return [f"Fine-tuning is not shown to pay: {points} over {name}, {where}; chance explains that."]


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


def _unlearned(evidence: Evidence) -> list[str]:
    """Classes without a training row, and what too small a validation leaves open."""
    learned, chosen = (_without_rows(evidence, side) for side in ("train", "validation"))
    rows = evidence.train.validation_rows
    sentences = []
    if learned:
        sentences.append(f"No training row is of {', '.join(learned)}: the model cannot know what belongs there.")
    if rows and chosen:
        sentences.append(
            f"Validation holds no row of {', '.join(chosen)}: epoch, temperature and threshold were chosen without."
        )
    if rows < FEW_TO_CALIBRATE:
        sentences.append(
            f"Validation holds {rows} rows: temperature and threshold lean on what is usual more than on them. "
            f"{FEW_TO_CALIBRATE} would do (split.validation)."
        )
    return sentences


def _without_rows(evidence: Evidence, side: str) -> list[str]:
    counts = zip(evidence.labels, evidence.sides[side].counts(), strict=True)
    return [label for label, count in counts if not count]


def _answered(evidence: Evidence) -> list[str]:
    """Whether the share right that was asked for is kept, said as missed where it is not."""
    wanted = f"the {100 * evidence.train.answered_accuracy:.0f} % asked for (train.answered_accuracy)"
    if not evidence.train.answered_accuracy_reached:
        return [
            f"Missed: by validation ({evidence.train.validation_rows} rows) no confidence gives {wanted}. Every "
            "prediction is flagged as unsure."
        ]
    sentences = []
    for each in evidence.answered:
        sure = f"{each.answered} of {each.rows} {each.side} rows are sure enough to be answered"
        if each.accuracy is None:
            sentences.append(f"No {each.side} row is sure enough to be answered: {wanted} cannot be tested.")
            continue
        low, high = 100 * each.accuracy_low, 100 * each.accuracy_high
        right = f"{100 * each.accuracy:.0f} % ({low:.0f}–{high:.0f} %) of them right"
        below = each.accuracy < evidence.train.answered_accuracy
        told = {
            "missed": f"Missed: {sure}, {right}, below {wanted}.",
            "open": f"{sure}, {right}: {'below' if below else 'as'} {wanted}, but so few rows leave it open.",
            "reached": f"{sure}, {right}: as {wanted}.",
        }
        sentences.append(told[each.verdict])
    return sentences
