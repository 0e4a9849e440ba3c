"""One side of the split scored: beside cheap models, by class, by part, mistake by mistake."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from anechoic.classifier.card import Card
from anechoic.evaluate.schema import EvaluateParams, LabelScore, Mistake, Slice
from anechoic.numeric.arrays import Flags, Indices, dense_codes
from anechoic.numeric.intervals import share_interval
from anechoic.numeric.scores import score
from anechoic.project.schema import Score

LENGTH_EDGES = (0, 5, 10, 20)  # words; the last part is open
COSINE_BOUNDS = -1.0, 1.01  # every cosine lies in between, 1 and its rounding included


@dataclass(frozen=True)
class Side:
    """The rows of one side that count, n of them, with labels as codes from 0 in the taxonomy's order."""

    rows: pl.DataFrame
    truth: Indices  # (n,)
    groups: Indices  # (n,) echo groups, codes from 0
    predicted: Indices  # (n,)
    classes: int

    @property
    def right(self) -> Flags:
        """Whether each row is predicted right: (n,)."""
        same: Flags = self.truth == self.predicted
        return same

    def counts(self) -> list[int]:
        """Rows of each class."""
        counts: list[int] = np.bincount(self.truth, minlength=self.classes).tolist()
        return counts

    def score(self, params: EvaluateParams) -> Score:
        """Accuracy, interval, macro F1. The side must hold a row."""
        return score(self.truth, self.predicted, self.groups, params.bootstraps, params.seed)


def side_of(rows: pl.DataFrame, card: Card) -> Side:
    """The rows as a side: label_id and predicted_id become codes in the taxonomy's order."""
    codes = {label.label_id: code for code, label in enumerate(card.labels)}
    truth, predicted = (
        np.array([codes[label] for label in rows[column]], dtype=np.int64)
        for column in ("label_id", "predicted_id")
    )
    groups = dense_codes(rows["group_id"])
    return Side(rows=rows, truth=truth, groups=groups, predicted=predicted, classes=len(codes))


def per_label(side: Side, names: Sequence[str]) -> dict[str, LabelScore]:
    """Precision, recall and F1 of each class that has rows on the side or is predicted there."""
    scores = {}
    for code, name in enumerate(names):
        of_class, predicted = side.truth == code, side.predicted == code  # (n,)
        if not (of_class.any() or predicted.any()):
            continue
        hits, rows, guesses = int((of_class & predicted).sum()), int(of_class.sum()), int(predicted.sum())
        low, high = share_interval(hits, rows)
        scores[name] = LabelScore(
            rows=rows,
            precision=hits / max(1, guesses),
            recall=hits / max(1, rows),
            recall_low=low,
            recall_high=high,
            f1=2 * hits / (rows + guesses),
        )
    return scores


def confusion(side: Side) -> list[list[int]]:
    """Rows by label (line) and prediction (column): (classes, classes)."""
    counts = np.zeros((side.classes, side.classes), dtype=np.int64)
    np.add.at(counts, (side.truth, side.predicted), 1)
    lines: list[list[int]] = counts.tolist()
    return lines


def slices(name: str, side: Side, params: EvaluateParams) -> list[Slice]:
    """Accuracy by similarity to training, by length in words, by drop.

    Parts without rows are left out, and a part that holds all of them: its accuracy is the side's, told elsewhere.
    """
    accuracies = []
    for by, part, inside in _parts(side, params):
        if inside.any() and not inside.all():
            hits, rows = int(side.right[inside].sum()), int(inside.sum())
            low, high = share_interval(hits, rows)
            accuracies.append(
                Slice(
                    side=name,
                    by=by,
                    part=part,
                    rows=rows,
                    accuracy=hits / rows,
                    accuracy_low=low,
                    accuracy_high=high,
                )
            )
    return accuracies


def _parts(side: Side, params: EvaluateParams) -> Iterator[tuple[str, str, Flags]]:
    """What a side is parted by, the part's name, and which rows lie in it (n,)."""
    cosines = side.rows["similarity_to_train"].to_numpy()
    lowest, above = COSINE_BOUNDS
    for start, stop in pairwise([lowest, *sorted(params.bands), above]):
        if start == lowest:
            part = f"below {stop:g}"
        else:
            part = f"{start:g} and more" if stop == above else f"{start:g} to {stop:g}"
        yield "similarity", part, (cosines >= start) & (cosines < stop)
    words = side.rows["canonical"].str.split(" ").list.len().to_numpy()
    for least, most in pairwise(LENGTH_EDGES):
        yield "length", f"{least + 1} to {most} words", (words > least) & (words <= most)
    yield "length", f"more than {LENGTH_EDGES[-1]} words", words > LENGTH_EDGES[-1]
    drops = side.rows["drop"].to_numpy()
    for drop in sorted(set(drops)):
        yield "drop", str(drop), drops == drop


def mistakes(sides: Mapping[str, Side], rows: pl.DataFrame, most: int) -> list[Mistake]:
    """At most `most` mistakes of test and exam, the most confident first, each with its nearest training row."""
    wrong = pl.concat(
        [
            sides[name].rows.filter(pl.Series(~sides[name].right, dtype=pl.Boolean)).with_columns(side=pl.lit(name))
            for name in ("test", "exam")
        ]
    )
    near = rows.select(nearest="row_id", nearest_text="canonical", nearest_label="label")
    wrong = wrong.sort("confidence", "row_id", descending=[True, False]).head(most)
    wrong = wrong.join(near, on="nearest", how="left", maintain_order="left")
    return [
        Mistake(
            **{key: row[key] for key in ("side", "row_id", "label", "predicted", "confidence")},
            text=row["canonical"],
            place=f"{row['drop']}:{row['line']}",
            nearest_text=row["nearest_text"] or "",
            nearest_label=row["nearest_label"] or "",
            nearest_cosine=row["similarity_to_train"],
        )
        for row in wrong.iter_rows(named=True)
    ]
