"""Whether the grid's verdicts hold: false alarms of recipes that are one, power, and the recipe that it picks.

python -m benchmarks.compare [verdicts|recommend]     recommend wants ANECHOIC_DATA=folder
"""

import sys
from collections.abc import Callable

import numpy as np
from sklearn.pipeline import Pipeline, make_pipeline

from anechoic.compare.verdicts import pairs
from anechoic.numeric.arrays import Floats, Indices
from anechoic.numeric.intervals import resampled_means

ROWS, TWINS = 160, 20  # rows that examine; of them so many are an echo of the row before
EASE, ROW_NOISE, SEED_NOISE = 1.2, 1.6, 0.18  # of the logit: mean of rows, spread of rows, spread of seeds
FLIPS = 0.45  # of the logit: what differs between two trainings on one row
DRAWS = 500


def trained(rng: np.random.Generator, hard: Floats, seeds: int, better: float) -> Floats:
    """Right or wrong (seeds, rows) of a recipe: rows differ in how hard they are, seeds in how they came out."""
    seed = rng.normal(0, SEED_NOISE, (seeds, 1))
    row = rng.normal(0, FLIPS, (seeds, len(hard)))
    return (hard + better + seed + row > 0).astype(np.float64)


def rows(rng: np.random.Generator) -> tuple[Floats, Indices]:
    """How easy each row is (rows,), and its echo group (rows,); echoes are as easy as each other."""
    groups = np.concatenate([np.arange(ROWS - TWINS), np.arange(TWINS)])
    return rng.normal(EASE, ROW_NOISE, ROWS - TWINS)[groups], groups


def bootstrap(one: Floats, other: Floats, groups: Indices, seed: int) -> tuple[float, float]:
    """The other way: seeds and groups resampled together, quantiles of the difference."""
    rng = np.random.default_rng(seed)
    draws = []
    for _ in range(400):
        picked = [each[rng.integers(0, len(each), len(each))].mean(0) for each in (one, other)]
        draws.append(resampled_means((picked[0] - picked[1])[:, None], groups, 1, int(rng.integers(1 << 30)))[0, 0])
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def verdicts() -> None:
    """How often two recipes are called different, when they are one and when one is 8 points better."""
    for seeds in (2, 3, 5):
        for better, name in ((0.0, "one recipe"), (0.5, "8 points better")):
            ours = theirs = 0
            gaps, spread = [], []
            for draw in range(DRAWS):
                rng = np.random.default_rng(draw)
                hard, groups = rows(rng)
                one, other = trained(rng, hard, seeds, better), trained(rng, hard, seeds, 0.0)
                gaps.append(one.mean() - other.mean())
                spread.append(one.mean(1).std(ddof=1))
                ours += not pairs({"a": one, "b": other}, groups)[0].verdict.startswith("undecided")
                low, high = bootstrap(one, other, groups, draw)
                theirs += low > 0 or high < 0
            print(
                f"{seeds} seeds, {name}: gap {100 * np.mean(gaps):+.1f} points, sd of a seed "
                f"{100 * np.mean(spread):.1f}; called different in {100 * ours / DRAWS:.1f} % of {DRAWS}, by the "
                f"bootstrap in {100 * theirs / DRAWS:.1f} %",
                flush=True,
            )


# --- the recipe that is picked ---------------------------------------------------------------------------

TRAINED, EXAMINED, PICKS, SEEDS = 300, 258, 20, 3  # rows that teach and examine, as in the demo; draws; seeds
SUBSAMPLE = 0.9  # of the training rows, drawn anew by each seed, as a probe has no chance of its own


def cheap_recipes() -> dict[str, Callable[[], Pipeline]]:
    """Models over frozen vectors that cost nothing to train."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier, NearestCentroid

    return {
        "logistic regression, C = 1": lambda: make_pipeline(LogisticRegression(C=1, max_iter=1000)),
        "logistic regression, C = 10": lambda: make_pipeline(LogisticRegression(C=10, max_iter=1000)),
        "logistic regression, C = 100": lambda: make_pipeline(LogisticRegression(C=100, max_iter=1000)),
        "nearest centroid": lambda: make_pipeline(NearestCentroid()),
        "five nearest rows": lambda: make_pipeline(KNeighborsClassifier(5, metric="cosine")),
        "naive Bayes": lambda: make_pipeline(GaussianNB()),
        "random forest": lambda: make_pipeline(RandomForestClassifier(100, random_state=0)),
    }


def recommend() -> None:
    """How far the recipe with the best mean lies below the best one on thousands of other rows of the same kind."""
    from benchmarks.label_next_sets import HELD, TUNED

    for name, make in (TUNED | HELD).items():
        pool = make()
        vectors, labels = np.concatenate([pool.vectors, pool.test]), np.concatenate([pool.labels, pool.test_labels])
        if len(labels) < 2 * (TRAINED + EXAMINED):
            continue
        lost = np.array([_lost(vectors, labels, draw) for draw in range(PICKS)])
        print(
            f"{name}: {len(labels) - TRAINED - EXAMINED} rows tell the truth; within a point of the best in "
            f"{(lost <= 0.01).sum()} of {PICKS} draws, {100 * lost.mean():.2f} points below it on average, "
            f"{100 * lost.max():.1f} at most",
            flush=True,
        )


def _lost(vectors: Floats, labels: Indices, draw: int) -> float:
    """Accuracy of the best recipe minus that of the picked one, on the rows that neither taught nor examined."""
    rng = np.random.default_rng(draw)
    teach, examine, rest = np.split(rng.permutation(len(labels)), [TRAINED, TRAINED + EXAMINED])
    seen, truth = {}, {}
    for name, model in cheap_recipes().items():
        parts = [rng.permutation(teach)[: int(SUBSAMPLE * TRAINED)] for _ in range(SEEDS)]
        fitted = [model().fit(vectors[part], labels[part]) for part in parts]
        seen[name] = np.mean([(each.predict(vectors[examine]) == labels[examine]).mean() for each in fitted])
        truth[name] = np.mean([(each.predict(vectors[rest]) == labels[rest]).mean() for each in fitted])
    return float(max(truth.values()) - truth[max(seen, key=seen.__getitem__)])


if __name__ == "__main__":
    {"verdicts": verdicts, "recommend": recommend}[sys.argv[1] if len(sys.argv) > 1 else "verdicts"]()
