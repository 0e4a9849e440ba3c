"""What training, evaluation and prediction say, for the page."""

from dataclasses import dataclass

from anechoic.diversity.schema import DiversityReport, WorthReport
from anechoic.evaluate.schema import EvaluationReport
from anechoic.predict.schema import PredictionsReport
from anechoic.spectra.schema import SpectraReport
from anechoic.train.schema import TrainReport


@dataclass(frozen=True)
class Learned:
    """The reports from train on."""

    train: TrainReport
    evaluation: EvaluationReport
    spectra: SpectraReport
    diversity: DiversityReport
    worth: WorthReport
    predictions: PredictionsReport


def learned_story(learned: Learned) -> list[str]:
    """The classifier in two or three sentences."""
    evaluation = learned.evaluation
    sides = [(name, score) for name, score in (("test", evaluation.test), ("exam", evaluation.exam)) if score]
    told = " and ".join(
        f"{score.accuracy:.0%} ({100 * score.accuracy_low:.0f}–{100 * score.accuracy_high:.0f} %) on the {name}"
        for name, score in sides
    )
    sentences = [f"The fine-tuned classifier reaches {told}." if told else "There is no test and no exam to score."]
    sentences += [each for each in evaluation.advice if each.startswith("Fine-tuning")]
    rows = sum(file.rows for file in learned.predictions.files)
    if rows:
        junk = sum(file.junk for file in learned.predictions.files)
        unsure = sum(file.abstained for file in learned.predictions.files)
        sentences.append(
            f"{rows} rows of data/inbox/ are classified in data/predictions/: {unsure} flagged as unsure, {junk} "
            "as nothing to classify."
        )
    return sentences
