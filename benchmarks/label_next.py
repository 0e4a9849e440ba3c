"""Ways to choose the rows that are labelled next: accuracy of the probe, in rounds as a user labels.

    ANECHOIC_DATA=... python -m benchmarks.label_next [tuned|held|a set's name] [repeats]

`tuned` for choosing the settings, `held` for judging them. 40 random rows are labelled, then rounds of about 50
follow; all ways begin with the same rows of each repeat. Last column: rows by which a way is as accurate as random
choice with all of them, on a straight line between the rounds; `from none` is 50 rows chosen without any label.
"""

import sys
import warnings
from itertools import pairwise

import numpy as np

from anechoic.label_next.choice import Labelled, choose
from anechoic.numeric.arrays import Floats, Indices
from anechoic.numeric.linear_probe import fit_predict
from benchmarks.label_next_sets import HELD, TUNED, Pool
from benchmarks.label_next_ways import WAYS, Way

COUNTS = (40, 90, 140, 210, 250, 300)  # labelled rows: at the beginning and after each round
REPEATS = 20
FROM_NONE = 50
NOTHING = Labelled(np.empty((0, 0), dtype=np.float32), np.empty(0, dtype=np.int64), 0)


def accuracy(pool: Pool, rows: Indices) -> float:
    return float((fit_predict(pool.vectors[rows], pool.labels[rows], pool.test) == pool.test_labels).mean())


def curve(pool: Pool, way: Way, repeat: int) -> list[float]:
    """Accuracy at each of COUNTS."""
    rng = np.random.default_rng(repeat)
    rows = rng.permutation(len(pool.labels))[: COUNTS[0]]
    reached = [accuracy(pool, rows)]
    for before, after in pairwise(COUNTS):
        rows = np.concatenate([rows, way(pool, rows, after - before, rng)])
        reached.append(accuracy(pool, rows))
    return reached


def rows_until(reached: Floats, wanted: float) -> str:
    """Rows at which the mean curve first passes an accuracy."""
    at = int((reached >= wanted).argmax())
    if reached[at] < wanted:
        return f"> {COUNTS[-1]}"
    if at == 0:
        return str(COUNTS[0])
    share = (wanted - reached[at - 1]) / (reached[at] - reached[at - 1])
    return f"{COUNTS[at - 1] + share * (COUNTS[at] - COUNTS[at - 1]):.0f}"


def from_none(pool: Pool, repeats: int) -> tuple[Floats, Floats]:
    """Accuracy of 50 random rows and of 50 typical ones, without a label to begin with: (repeats,) each."""
    ones = np.ones(len(pool.labels))
    typical = [choose(pool.vectors, ones, NOTHING, FROM_NONE, seed).rows for seed in range(repeats)]
    drawn = [np.random.default_rng(seed).permutation(len(ones))[:FROM_NONE] for seed in range(repeats)]
    return np.array([accuracy(pool, rows) for rows in drawn]), np.array([accuracy(pool, rows) for rows in typical])


def main() -> None:
    warnings.simplefilter("ignore", UserWarning)
    every = TUNED | HELD
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = {"": every, "tuned": TUNED, "held": HELD}.get(asked) or {asked: every[asked]}
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else REPEATS
    for name, make in chosen.items():
        pool = make()
        print(f"{name}: {len(pool.labels)} rows, {len(pool.test)} examine, {repeats} repeats, rows {COUNTS}")
        wanted = 0.0
        for way_name, way in WAYS.items():
            runs = np.array([curve(pool, way, repeat) for repeat in range(repeats)])
            mean, error = 100 * runs.mean(0), 100 * runs.std(0, ddof=1) / np.sqrt(repeats)
            wanted = wanted or mean[-1]
            told = " ".join(f"{each:5.1f}" for each in mean)
            print(f"  {way_name:10} {told}  (± {error.max():.1f})  {rows_until(mean, wanted)} rows", flush=True)
        drawn, typical = from_none(pool, repeats)
        print(f"  from none: random {100 * drawn.mean():.1f}, typical {100 * typical.mean():.1f}", flush=True)


if __name__ == "__main__":
    main()
