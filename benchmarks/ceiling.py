"""Whether the ceiling of reports/worth.json falls as much as labels are made wrong, and what it says of clean ones.

ANECHOIC_DATA=folder python -m benchmarks.ceiling

5, 10 and 20 % of the rows, each for itself, get any other label or that of a like class. The labels as they came
are no clean control where a set has mistakes of its own; those are counted as none.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from anechoic.diversity.ceiling import Ceiling, agreement_ceiling, stricter
from anechoic.diversity.learning_curve import learning_curve
from anechoic.echoes.labels.agreement import agreement_apart
from anechoic.echoes.labels.beliefs import Labelled, alike
from anechoic.echoes.labels.label_quality import label_quality
from anechoic.echoes.labels.planted import plant
from anechoic.numeric.linear_probe import LabelledVectors
from benchmarks.accuracy_change import CLASSES
from benchmarks.label_noise import as_stage, labelled
from benchmarks.split_data import frame, grouped

DRAWS, SHARES, KINDS, ROWS = 5, (0.0, 0.05, 0.1, 0.2), ("any", "alike"), 800


def bank() -> pl.DataFrame:
    """Rows of some classes of banking77."""
    rows = frame("banking77/train.csv")
    names = np.random.default_rng(0).permutation(rows["label"].unique().sort().to_numpy())[:CLASSES]
    rows = rows.filter(pl.col("label").is_in(names.tolist()))
    return rows[np.sort(np.random.default_rng(0).permutation(rows.height)[:ROWS])]


SETS: dict[str, Callable[[], pl.DataFrame]] = {
    "cancellations": lambda: frame("cancellations/originals.csv", header=False),
    f"banking77, {CLASSES} classes": bank,
    "hint3 curekart": lambda: frame("hint3/curekart_train.csv"),
}


def told(
    rows: Labelled, given: np.ndarray, pairs: pl.DataFrame, ids: pl.Series
) -> tuple[Ceiling, Ceiling | None, float]:
    """True rows and the labels given -> the ceiling, that of the pairs alone, and what the probe surely reaches."""
    user = replace(rows, labels=given)
    errors, count = label_quality(as_stage(user)).errors, len(given)
    counts = as_stage(user).with_columns(row_id=ids, drop=pl.lit(""))
    apart = agreement_apart(counts, pairs, set())
    reached = learning_curve(LabelledVectors(user.vectors, user.labels, user.groups), 0).reached()
    by_pairs = agreement_ceiling(apart.pairs, apart.agreeing, user.classes)
    by_errors = None
    if errors.rows is not None:
        by_errors = Ceiling(*(1 - (each or 0) / count for each in (errors.rows, errors.high, errors.low)))
    return stricter(by_errors, by_pairs, reached) or Ceiling(1, 0, 1), by_pairs, reached


def lines(table: pl.DataFrame) -> None:
    """A line for each share and kind."""
    found = grouped(table["text"].to_list())
    rows = labelled(found.rows.with_columns(label=table["label"]))
    alone = replace(rows, groups=np.arange(len(rows.labels)))  # each row's label goes wrong for itself
    for share in SHARES:
        for kind in KINDS if share else ("",):
            results = []
            for draw in range(DRAWS if share else 1):
                rng = np.random.default_rng([draw, round(100 * share), KINDS.index(kind or "any")])
                likeness = alike(rows) if kind == "alike" else None
                given = plant(alone, share, rng, likeness) if share else rows.labels
                results.append(told(rows, given, found.pairs, found.rows["row_id"]))
            values = np.array([[each.value, each.low, each.high] for each, _, _ in results])
            held = ((values[:, 1] <= 1 - share) & (1 - share <= values[:, 2])).sum()
            mean, low, high = 100 * values.mean(0)
            pairs = [100 * each.value for _, each, _ in results if each]
            by_pairs = f"{np.mean(pairs):.1f}" if pairs else "silent"
            reached = 100 * np.mean([each for _, _, each in results])
            print(
                f"  {share:4.0%} {kind:6} ceiling {mean:5.1f} ({low:.1f} to {high:.1f}), holds {1 - share:.0%} "
                f"in {held} of {len(results)}; pairs alone {by_pairs}; the probe surely reaches {reached:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    for name, read in SETS.items():
        print(name, flush=True)
        lines(read())
