"""Whether the learning curve of reports/worth.json foretells: fitted on 60 % of the groups, held against all.

ANECHOIC_DATA=folder python -m benchmarks.learning_curve
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from anechoic.diversity.learning_curve import Measured, measure
from anechoic.numeric.arrays import Floats, Indices, Vectors, dense_codes, matrix
from anechoic.numeric.linear_probe import LabelledVectors, fit_predict, fold_parts
from benchmarks.accuracy_change import CLASSES, read
from benchmarks.split_data import frame, grouped

DRAWS = 30
PART = 0.6  # of the rows, that the curve is fitted on
WHOLE = 0.95  # of the rows, that all but one of the folds hold: the accuracy after so many is what is foretold
TRUTH_FOLDS, TRUTH_REPEATS = 20, 3
HINT3 = ("sofmattress", "curekart", "powerplay11")


@dataclass(frozen=True)
class Labelled:
    """Rows that do not echo each other."""

    vectors: Vectors
    labels: Indices


def distinct(path: str) -> Labelled:
    """The first row of each echo group of a labelled file."""
    table = frame(path)
    found = grouped(table["text"].to_list()).rows.with_columns(label=table["label"])
    found = found.unique("group_id", keep="first", maintain_order=True)
    return Labelled(matrix(found["vector"]), dense_codes(found["label"]))


def truth_at(rows: Labelled, shares: tuple[float, ...]) -> Floats:
    """Accuracy of the probe on the other rows after random parts of all of them: (shares,)."""
    rng, count = np.random.default_rng(99), len(rows.labels)
    right = np.zeros(len(shares))
    for _ in range(TRUTH_REPEATS):
        for train, test in fold_parts(rng.permutation(count) % TRUTH_FOLDS):
            order = rng.permutation(train)
            for place, share in enumerate(shares):
                part = order[: int(share * count)]
                predicted = fit_predict(rows.vectors[part], rows.labels[part], rows.vectors[test])
                right[place] += (predicted == rows.labels[test]).sum()
    return right / count / TRUTH_REPEATS


def foretold(rows: Labelled, seed: int) -> Measured | str:
    """The curve of a random part of the rows."""
    part = np.random.default_rng(seed).permutation(len(rows.labels))[: int(PART * len(rows.labels))]
    codes = np.unique(rows.labels[part], return_inverse=True)[1]
    return measure(LabelledVectors(rows.vectors[part], codes, np.arange(len(part))), seed)


def count(name: str, sets: Iterable[Labelled]) -> None:
    """How often the intervals cover the accuracy at all rows, and the rise from the part to all."""
    told, rises = [], []
    truths: dict[int, Floats] = {}
    for seed, rows in enumerate(sets):
        truth = truths.setdefault(id(rows), truth_at(rows, (PART, WHOLE)))
        measured = foretold(rows, seed)
        if isinstance(measured, str):
            print(f"{name}: {measured}")
            return
        found = measured.accuracies_at([PART * len(rows.labels), WHOLE * len(rows.labels)])
        told.append(held(found[:, 1], truth[1]))
        rises.append(held(found[:, 1] - found[:, 0], truth[1] - truth[0]))
    for what, results in (("accuracy at all rows", told), ("rise from 60 % of the rows to all", rises)):
        error, covered, width, true = np.array(results, dtype=np.float64).T
        print(
            f"{name}, {what} ({100 * true.mean():.1f}): covered in {covered.sum():.0f} of {len(results)}, "
            f"half-width {100 * width.mean():.1f} points, mean error {100 * error.mean():+.1f}, "
            f"mean distance {100 * np.abs(error).mean():.1f}",
            flush=True,
        )


def held(found: Floats, truth: float) -> tuple[float, bool, float, float]:
    """Estimate and resamples (1 + b,) against the truth: error, whether the interval covers, half-width, truth."""
    low, high = np.quantile(found[1:], [0.025, 0.975])
    return found[0] - truth, low <= truth <= high, (high - low) / 2, truth


def main() -> None:
    """Print a line for each set and figure."""
    vectors, labels = read("cancellations/originals.csv", header=False)
    count("cancellations", [Labelled(vectors, labels)] * DRAWS)
    for name in HINT3:
        count(f"hint3 {name}", [distinct(f"hint3/{name}_train.csv")] * DRAWS)
    bank = distinct("banking77/train.csv")
    sets = []
    for seed in range(DRAWS):
        rows = np.isin(bank.labels, np.random.default_rng(seed).permutation(bank.labels.max() + 1)[:CLASSES])
        sets.append(Labelled(bank.vectors[rows], np.unique(bank.labels[rows], return_inverse=True)[1]))
    count(f"banking77 cut to {CLASSES} classes", sets)


if __name__ == "__main__":
    main()
