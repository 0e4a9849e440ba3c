"""Whether the learning curve of reports/worth.json foretells: fitted on 60 % of the rows, held against all of them.

ANECHOIC_DATA=folder python -m benchmarks.learning_curve
"""

import numpy as np

from anechoic.diversity.learning_curve import Measured, measure
from anechoic.numeric.arrays import Indices, Vectors
from anechoic.numeric.linear_probe import LabelledVectors, out_of_fold
from anechoic.stratify.folds import folds
from benchmarks.accuracy_change import CLASSES, read

DRAWS = 30
PART = 0.6  # of the rows, that the curve is fitted on
TRUTH_FOLDS, TRUTH_REPEATS = 20, 3  # what is foretold: the accuracy of models that learned from 95 % of the rows
HINT3 = ("sofmattress", "curekart", "powerplay11")


def truth_at(vectors: Vectors, labels: Indices, count: int) -> float:
    """Accuracy of the probe in cross-validation over so many folds, redrawn."""
    right = [
        (out_of_fold(vectors, labels, folds(labels, None, count, 100 + repeat)) == labels).mean()
        for repeat in range(TRUTH_REPEATS)
    ]
    return float(np.mean(right))


def foretold(vectors: Vectors, labels: Indices, seed: int) -> Measured | str:
    """The curve of a random part of the rows."""
    part = np.random.default_rng(seed).permutation(len(labels))[: int(PART * len(labels))]
    codes = np.unique(labels[part], return_inverse=True)[1]
    return measure(LabelledVectors(vectors[part], codes, np.arange(len(part))), seed)


def count(name: str, sets: list[tuple[Vectors, Indices]]) -> None:
    """How often the intervals cover the accuracy at all rows, and the rise from the part to all."""
    told, rises = [], []
    truths: dict[int, tuple[float, float]] = {}
    for seed, (vectors, labels) in enumerate(sets):
        key = id(vectors)
        if key not in truths:
            truths[key] = (truth_at(vectors, labels, TRUTH_FOLDS), truth_at(vectors, labels, 2))
        truth, half = truths[key]
        whole, part = (1 - 1 / TRUTH_FOLDS) * len(labels), len(labels) / 2
        measured = foretold(vectors, labels, seed)
        if isinstance(measured, str):
            print(f"{name}: {measured}")
            return
        found = measured.accuracies_at([part, whole])
        low, high = np.quantile(found[1:, 1], [0.025, 0.975])
        told.append((found[0, 1] - truth, low <= truth <= high, (high - low) / 2))
        rise = found[:, 1] - found[:, 0]
        low, high = np.quantile(rise[1:], [0.025, 0.975])
        rises.append((rise[0] - (truth - half), low <= truth - half <= high, (high - low) / 2))
    for what, results in (("accuracy at all rows", told), ("rise from half the rows to all", rises)):
        error, covered, width = np.array(results, dtype=np.float64).T
        print(
            f"{name}, {what}: covered in {covered.sum():.0f} of {len(results)}, half-width "
            f"{100 * width.mean():.1f} points, mean error {100 * error.mean():+.1f}, "
            f"mean distance {100 * np.abs(error).mean():.1f}",
            flush=True,
        )


def main() -> None:
    """Print a line for each set and figure."""
    vectors, labels = read("cancellations/originals.csv", header=False)
    count("cancellations", [(vectors, labels)] * DRAWS)
    for name in HINT3:
        vectors, labels = read(f"hint3/{name}_train.csv", header=True)
        count(f"hint3 {name}", [(vectors, labels)] * DRAWS)
    bank, intents = read("banking77/train.csv", header=True)
    sets = []
    for seed in range(DRAWS):
        rows = np.isin(intents, np.random.default_rng(seed).permutation(intents.max() + 1)[:CLASSES])
        sets.append((bank[rows], np.unique(intents[rows], return_inverse=True)[1]))
    count(f"banking77 cut to {CLASSES} classes", sets)


if __name__ == "__main__":
    main()
