"""Whether reports/worth.json says the right thing about drops whose worth is known, in 20 draws of each kind.

ANECHOIC_DATA=folder python -m benchmarks.accuracy_change
"""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from anechoic.diversity.accuracy_change import AccuracyChange, accuracy_changes
from anechoic.embed.embed import embed
from anechoic.numeric.arrays import Indices, Vectors
from anechoic.numeric.linear_probe import LabelledVectors

DATA = Path(os.environ.get("ANECHOIC_DATA", ""))
DRAWS = 20
KINDS = ("copies", "fresh", "few", "shuffled")  # few: fresh rows too, beside many
CLASSES = 10  # of banking77, drawn anew each time: all 77 take minutes a draw and say the same
ROWS = {
    "copies": (200, 200),
    "rephrased": (200, 200),
    "fresh": (100, 300),
    "few": (360, 40),
    "shuffled": (200, 200),
}

Planted = tuple[LabelledVectors, Indices]  # the rows, and 1 where a row is of the planted drop


def read(path: str, *, header: bool) -> tuple[Vectors, Indices]:
    """Vectors and label codes of a labelled file."""
    with (DATA / path).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    rows = rows[1:] if header else rows
    labels = np.unique([row[0] for row in rows], return_inverse=True)[1]
    return embed([row[1] for row in rows], "minilm"), labels


def planted(kind: str, vectors: Vectors, labels: Indices, rng: np.random.Generator) -> Planted:
    """What stands, and beside it a drop of the kind; both drawn from rows that are no echoes of each other."""
    standing, added = ROWS[kind]
    order = rng.permutation(len(labels))
    base = order[:standing]
    drop = base if kind == "copies" else order[standing : standing + added]
    rows = np.concatenate([base, drop])
    truth = labels[rows]
    if kind == "shuffled":
        truth = np.concatenate([labels[base], rng.permutation(labels[drop])])
    codes = np.unique(truth, return_inverse=True)[1]
    groups = np.unique(rows, return_inverse=True)[1]
    return LabelledVectors(vectors[rows], codes, groups), (np.arange(len(rows)) >= standing).astype(np.int64)


def rephrased(originals: Vectors, restated: Vectors, labels: Indices, rng: np.random.Generator) -> Planted:
    """200 originals, and a drop that says them in other words."""
    base = rng.permutation(len(labels))[: ROWS["rephrased"][0]]
    both, groups = np.vstack([originals[base], restated[base]]), np.tile(np.arange(len(base)), 2)
    return LabelledVectors(both, np.tile(labels[base], 2), groups), np.repeat([0, 1], len(base))


def count(name: str, kind: str, draw: Callable[[np.random.Generator], Planted]) -> None:
    results: list[AccuracyChange] = []
    for seed in range(DRAWS):
        data, drops = draw(np.random.default_rng(seed))
        results.extend(accuracy_changes(data, [drops == 1], seed))
    changes = np.array([[each.change, each.low, each.high] for each in results], dtype=np.float64) * 100
    sure_up, sure_down = int((changes[:, 1] > 0).sum()), int((changes[:, 2] < 0).sum())
    above, below = int((changes[:, 0] > 0).sum()), int((changes[:, 0] < 0).sum())
    print(
        f"{name} {kind} {'+'.join(map(str, ROWS[kind]))}: mean {changes[:, 0].mean():+.1f} points, above 0 in "
        f"{above}, below in {below} of {DRAWS}; the interval lies above 0 in {sure_up}, below in {sure_down}, "
        f"holds 0 in {DRAWS - sure_up - sure_down}; its mean width {(changes[:, 2] - changes[:, 1]).mean():.1f}",
        flush=True,
    )


def main() -> None:
    vectors, labels = read("cancellations/originals.csv", header=False)
    restated, _ = read("cancellations/rephrased.csv", header=False)
    with (DATA / "cancellations/gold_pairs.csv").open(encoding="utf-8") as stream:
        pairs = {int(row["original_row"]) - 1: int(row["rephrased_row"]) - 1 for row in csv.DictReader(stream)}
    partner = restated[[pairs[row] for row in range(len(labels))]]
    for kind in KINDS:
        count("cancellations", kind, lambda rng, kind=kind: planted(kind, vectors, labels, rng))
    count("cancellations", "rephrased", lambda rng: rephrased(vectors, partner, labels, rng))
    bank, intents = read("banking77/train.csv", header=True)

    def few_classes(kind: str, rng: np.random.Generator) -> Planted:
        rows = np.isin(intents, rng.permutation(intents.max() + 1)[:CLASSES])
        return planted(kind, bank[rows], intents[rows], rng)

    for kind in KINDS:
        count("banking77", kind, lambda rng, kind=kind: few_classes(kind, rng))


if __name__ == "__main__":
    main()
