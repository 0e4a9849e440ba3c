"""Rewordings with one fact turned round: how many are merged, against how many true rewordings are kept.

    ANECHOIC_DATA=... python -m benchmarks.opposites

The set (tests/data/cancellations/opposites.csv) was written by hand, by somebody who did not know the guard. Judges
saw neither row's gold group. A pair that the guard objects to is never merged.
"""

from collections.abc import Sequence

import numpy as np

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.contradictions.check import contradiction
from training.cross_fit import cross_fitted, cross_judged
from training.fit_judge import training_scenes
from training.scenes import Scene, cancellations, opposite_rows, opposites

THRESHOLDS = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95)


def gold_chances(scene: Scene, judges: Sequence[Judge]) -> tuple[np.ndarray, np.ndarray]:
    """For each gold pair its probability (0 where it was no candidate), and whether the guard objects."""
    n = len(scene.texts)
    left, right, chance = cross_judged(scene, judges)
    known = dict(zip((left * n + right).tolist(), chance.tolist(), strict=True))
    found = np.array([known.get(a * n + b, 0.0) for a, b in np.sort(scene.gold, axis=1).tolist()])
    clash = np.array([contradiction(scene.texts[a], scene.texts[b]) is not None for a, b in scene.gold])
    return found, clash


def slot_of(scene: Scene) -> np.ndarray:
    """The slot that was turned in each gold pair of a scene of opposites."""
    slots = {int(row["original_row"]) - 1: row["slot"] for row in opposite_rows()}
    return np.array([slots[scene.keys[a]] for a, _ in scene.gold])


def main() -> None:
    judges = cross_fitted(training_scenes())
    for turned, true in (
        (opposites("two"), cancellations("two")),
        (opposites("one"), cancellations("shuffled")),
    ):
        found, clash = gold_chances(turned, judges)
        kept, lost = gold_chances(true, judges)
        slots = slot_of(turned)
        print(f"{turned.name}: false merges, recall of true rewordings; the same with the guard")
        for threshold in THRESHOLDS:
            merged, recalled = found >= threshold, kept >= threshold
            print(
                f"  {threshold:.2f}  {merged.mean():.3f} {recalled.mean():.3f}   "
                f"{(merged & ~clash).mean():.3f} {(recalled & ~lost).mean():.3f}"
            )
        for slot in np.unique(slots):
            here = slots == slot
            print(f"  {slot} at 0.5 with the guard: {((found >= 0.5) & ~clash)[here].mean():.3f} of {here.sum()}")


if __name__ == "__main__":
    main()
