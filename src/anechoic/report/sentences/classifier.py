"""What training, evaluation and prediction say."""

from collections import Counter

from anechoic.evaluate.schema import EvaluationReport
from anechoic.project.wording import interval, percent, plural
from anechoic.report.schema import Reports
from anechoic.report.sentences.wording import spaced


def classifier_sentences(reports: Reports) -> list[str]:
    """What the classifier reaches on test and exam, whether fine-tuning pays, what became of the inbox."""
    evaluation = reports.evaluation
    scores = [(name, score) for name, score in (("test", evaluation.test), ("exam", evaluation.exam)) if score]
    other = [(name, score) for name, score in scores if evaluation.fresh and name != evaluation.fresh.side]
    sentences = [
        f"On the {name} the fine-tuned classifier reaches {percent(score.accuracy)} "
        f"({interval(score.accuracy_low, score.accuracy_high)}, {score.rows} rows)."
        for name, score in other
    ]
    sentences.append(f"Verdict {evaluation.verdict.replace('_', ' ')}: {spaced(evaluation.verdict_reason)}")
    sentences += refit_sentences(reports)
    told = ("Fine-tuning", "Missed:")
    sentences += [spaced(each) for each in evaluation.advice if each.startswith(told)]
    return sentences + _compared(reports) + looks_sentences(reports) + _inbox(reports)


def _compared(reports: Reports) -> list[str]:
    """What the grid says where it was run on these rows; else that it was not."""
    grid = reports.grid
    if grid and not grid.these_rows:
        return [
            f"A grid of {grid.trainings} {plural(grid.trainings, 'training')} was run on other rows, labels "
            "or sides and says nothing of these: run it anew, `make compare`."
        ]
    if not reports.compare or not reports.compare.recipes:
        return []
    return [f"Recipes compared, {len(reports.compare.cells)} trainings: {spaced(reports.compare.recommendation)}."]


def looks_sentences(reports: Reports) -> list[str]:
    """How many models were scored on the exam, those of the grid too; nothing without an exam."""
    if not reports.evaluation.exam:
        return []
    grid = reports.grid.exam_looks if reports.grid else 0
    looks = reports.evaluation.exam_looks + grid
    if looks <= 1:
        return ["The exam was looked at once, by this model."] * looks
    among = f", {grid} of them in the grid" if grid else ""
    return [
        f"The exam was looked at by {looks} models so far{among}: each choice made after a look lets it promise a "
        "little more than fresh comments will keep. An exam of other rows starts anew."
    ]


def refit_sentences(reports: Reports) -> list[str]:
    """On which rows the figures were measured, from which the shipped weights learned, and what that means."""
    train, exam = reports.train, reports.evaluation.exam
    if not train.refit_rows:
        return [f"The shipped weights are the measured ones: they learned from the {train.rows} rows of train."]
    learned = "train, validation and test" if train.refit == "all" else "train and validation"
    unseen = [name for name, new in (("test", train.refit != "all"), ("exam", exam is not None)) if new]
    fresh = "none is fresh to them: add an exam"
    if unseen:
        fresh = f"fresh to them are the rows of {' and '.join(unseen)}"
    return [
        "The figures on train, validation and test are those of weights that learned from the "
        f"{train.rows} rows of train alone (kept in models/classifier/before_refit); the shipped weights learned "
        f"anew from {train.refit_rows} rows, those of {learned}.",
        f"Measured again on rows of {learned}, the shipped weights look better than they are; {fresh}.",
    ]


def _inbox(reports: Reports) -> list[str]:
    files = reports.predictions.files
    rows = sum(file.rows for file in files)
    if not rows:
        return []
    unsure, junk = sum(file.abstained for file in files), sum(file.junk for file in files)
    unlike, unread = sum(file.unlike for file in files), sum(file.unread for file in files)
    return [
        f"{rows} rows of data/inbox/ stand in data/predictions/: {unsure} flagged as unsure, {unlike} of them "
        f"because they are unlike every training row, {unread} because they hold nothing to read; {junk} are junk."
    ]


def confusions(evaluation: EvaluationReport, most: int = 10) -> list[tuple[str, str, int]]:
    """Label, predicted class and rows of the mistakes that are commonest on test and exam together."""
    counts = Counter[tuple[str, str]]()
    for matrix in (evaluation.confusion, evaluation.exam_confusion):
        for label, line in enumerate(matrix):
            for predicted, rows in enumerate(line):
                if rows and label != predicted:
                    counts[evaluation.labels[label], evaluation.labels[predicted]] += rows
    return [(label, predicted, rows) for (label, predicted), rows in counts.most_common(most)]
