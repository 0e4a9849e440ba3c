"""What training, evaluation and prediction say."""

from anechoic.report.schema import Reports
from anechoic.report.sentences.wording import interval, percent, spaced


def classifier_sentences(reports: Reports) -> list[str]:
    """What the classifier reaches on test and exam, whether fine-tuning pays, what became of the inbox."""
    evaluation = reports.evaluation
    scores = [(name, score) for name, score in (("test", evaluation.test), ("exam", evaluation.exam)) if score]
    reached = " and ".join(
        f"{percent(score.accuracy)} ({interval(score.accuracy_low, score.accuracy_high)}) on the {name}"
        for name, score in scores
    )
    sentences = [
        f"The fine-tuned classifier reaches {reached}." if reached else "There is no test and no exam to score."
    ]
    sentences += [spaced(each) for each in evaluation.advice if each.startswith(("Fine-tuning", "Missed:"))]
    return sentences + _inbox(reports)


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
