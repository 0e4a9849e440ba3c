"""A side of the split, examined: beside cheap models, by class, by part, mistake by mistake."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anechoic.classifier.card import Card
from anechoic.evaluate.baselines import baselines
from anechoic.evaluate.schema import Baseline, EvaluateParams, LabelScore, Mistake, Slice, Worth
from anechoic.numeric.arrays import Indices, matrix
from anechoic.numeric.intervals import share_interval
from anechoic.numeric.scores import difference, score
from anechoic.project.schema import Score

WORDS = (0, 5, 10, 20, 1_000_000)  # edges of the length parts
LEARNED = {"none": ["train"], "train+validation": ["train", "validation"], "all": ["train", "validation", "test"]}


@dataclass(frozen=True)
class Side:
    """The rows of one side that count, with what was predicted: codes from 0 in the taxonomy's order."""

    rows: pl.DataFrame
    truth: Indices
    groups: Indices
    predicted: Indices
    classes: int

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each row is predicted right."""
        same: NDArray[np.bool_] = self.truth == self.predicted
        return same

    def counts(self) -> list[int]:
        """Rows of each class."""
        found: list[int] = np.bincount(self.truth, minlength=self.classes).tolist()
        return found

    def score(self, params: EvaluateParams) -> Score:
        """Accuracy, interval, macro F1."""
        return score(self.truth, self.predicted, self.groups, params.bootstraps, params.seed)


def side_of(rows: pl.DataFrame, card: Card) -> Side:
    """The rows with truth and prediction as codes in the taxonomy's order."""
    codes = {label.label_id: at for at, label in enumerate(card.labels)}
    truth, predicted = (
        np.array([codes[label] for label in rows[column]], dtype=np.int64)
        for column in ("label_id", "predicted_id")
    )
    return Side(rows, truth, np.unique(rows["group_id"].to_numpy(), return_inverse=True)[1], predicted, len(codes))


def beside(sides: dict[str, Side], params: EvaluateParams, refit: str) -> tuple[dict[str, Baseline], list[Worth]]:
    """Scores of the cheap models, and the fine-tuned model against the best of them on each side."""
    found: dict[str, dict[str, Score]] = {name: {} for name in ("majority", "tfidf_svm", "probe")}
    worth = []
    for name, of in (("test", ["train"]), ("exam", LEARNED[refit])):
        side = sides[name]
        if not len(side.truth):
            continue
        known = pl.concat([sides[each].rows for each in of])
        labels = np.concatenate([sides[each].truth for each in of])
        guesses = baselines(
            known["canonical"].to_list(),
            matrix(known["vector"]),
            labels,
            side.rows["canonical"].to_list(),
            matrix(side.rows["vector"]),
        )
        for cheap, guess in guesses.items():
            found[cheap][name] = score(side.truth, guess, side.groups, params.bootstraps, params.seed)
        best = max(guesses, key=lambda cheap: float((guesses[cheap] == side.truth).mean()))
        gain, low, high = difference(
            side.right, guesses[best] == side.truth, side.groups, params.bootstraps, params.seed
        )
        worth.append(Worth(side=name, beside=best, gain=gain, gain_low=low, gain_high=high))
    return {name: Baseline(test=each.get("test"), exam=each.get("exam")) for name, each in found.items()}, worth


def per_label(side: Side, names: list[str]) -> dict[str, LabelScore]:
    """Precision, recall and F1 of each class that has rows on the side or is predicted there."""
    found = {}
    for at, name in enumerate(names):
        rows, guessed = side.truth == at, side.predicted == at
        if not (rows.any() or guessed.any()):
            continue
        hits = int((rows & guessed).sum())
        low, high = share_interval(hits, int(rows.sum()))
        precision, recall = hits / max(1, int(guessed.sum())), hits / max(1, int(rows.sum()))
        found[name] = LabelScore(
            rows=int(rows.sum()),
            precision=precision,
            recall=recall,
            recall_low=low,
            recall_high=high,
            f1=2 * hits / max(1, int(rows.sum() + guessed.sum())),
        )
    return found


def confusion(side: Side) -> list[list[int]]:
    """Rows by label (line) and prediction (column)."""
    counts = np.zeros((side.classes, side.classes), dtype=np.int64)
    np.add.at(counts, (side.truth, side.predicted), 1)
    found: list[list[int]] = counts.tolist()
    return found


def slices(name: str, side: Side, params: EvaluateParams) -> list[Slice]:
    """Accuracy by similarity to training, by length in words, by drop; parts without rows are left out."""
    cosine = side.rows["similarity_to_train"].to_numpy()
    words = side.rows["canonical"].str.split(" ").list.len().to_numpy()
    drops = side.rows["drop"].to_numpy()
    parts = []
    for start, stop in pairwise([-1.0, *sorted(params.bands), 1.01]):
        label = f"below {stop:g}" if start < 0 else f"{start:g} and more" if stop > 1 else f"{start:g} to {stop:g}"
        parts.append(("similarity", label, (cosine >= start) & (cosine < stop)))
    for least, most in pairwise(WORDS):
        label = f"more than {least} words" if most == WORDS[-1] else f"{least + 1} to {most} words"
        parts.append(("length", label, (words > least) & (words <= most)))
    parts += [("drop", str(drop), drops == drop) for drop in sorted(set(drops))]
    found = []
    for by, label, inside in parts:
        if inside.any():
            hits, rows = int(side.right[inside].sum()), int(inside.sum())
            low, high = share_interval(hits, rows)
            found.append(
                Slice(
                    side=name,
                    by=by,
                    part=label,
                    rows=rows,
                    accuracy=hits / rows,
                    accuracy_low=low,
                    accuracy_high=high,
                )
            )
    return found


def mistakes(sides: dict[str, Side], rows: pl.DataFrame, most: int) -> list[Mistake]:
    """The most confident mistakes of test and exam, each with its nearest training row."""
    wrong = pl.concat(
        [
            sides[name].rows.filter(pl.Series(~sides[name].right, dtype=pl.Boolean)).with_columns(side=pl.lit(name))
            for name in ("test", "exam")
        ]
    )
    near = rows.select(nearest="row_id", nearest_text="text", nearest_label="label")
    wrong = wrong.sort("confidence", "row_id", descending=[True, False]).head(most)
    wrong = wrong.join(near, on="nearest", how="left", maintain_order="left")
    return [
        Mistake(
            **{key: row[key] for key in ("side", "row_id", "text", "label", "predicted", "confidence")},
            place=f"{row['drop']}:{row['line']}",
            nearest_text=row["nearest_text"] or "",
            nearest_label=row["nearest_label"] or "",
            nearest_cosine=row["similarity_to_train"],
        )
        for row in wrong.iter_rows(named=True)
    ]
