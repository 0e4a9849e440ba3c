"""Pairs found on gold, by judges that saw neither row's gold group, beside the best single cosine.

    ANECHOIC_DATA=... python -m benchmarks.echoes

The best cosine is chosen on the very pairs it is scored on: no threshold can do better. Pairs are scored before the
guard and chain control.
"""

import numpy as np

from benchmarks.fit_judge import cross_fitted, cross_judged, quality, score, training_scenes
from benchmarks.peers import peers
from benchmarks.scenes import Scene, advising, cancellations, gsm8k


def scenes() -> list[Scene]:
    kinds = ("two", "months", "half fresh", "shuffled", "shuffled with fresh")
    shares = (0.05, 0.2, 0.5, 0.8, 1.0)
    return [
        *(cancellations(kind) for kind in kinds),
        *(cancellations("amount in one", amount=share) for share in shares),
        gsm8k("one"),
        gsm8k("drops"),
        *(advising(most) for most in (2, 5, 10, None)),
    ]


def best_cosine(scene: Scene) -> float:
    """F1 of the best single cosine threshold over all pairs of the scene."""
    similar = scene.vectors @ scene.vectors.T
    left, right = np.triu_indices(len(similar), 1)
    truth = np.zeros(similar.shape, dtype=bool)
    truth[scene.gold[:, 0], scene.gold[:, 1]] = truth[scene.gold[:, 1], scene.gold[:, 0]] = True
    order = np.argsort(-similar[left, right], kind="stable")
    hits = np.cumsum(truth[left, right][order])
    return float((2 * hits / (np.arange(1, len(hits) + 1) + len(scene.gold))).max())


def main() -> None:
    judges = cross_fitted(training_scenes())
    print(f"{'scene':32} precision recall  F1 (95 % interval)      best cosine F1")
    for scene in scenes():
        left, right, chance = cross_judged(scene, judges)
        got = quality(score(scene, left, right, chance >= 0.5))
        print(
            f"{scene.name:32} {got['precision']:9.3f} {got['recall']:6.3f}  {got['f1']:.3f} "
            f"({got['f1_low']:.3f}-{got['f1_high']:.3f})  {best_cosine(scene):.3f}",
            flush=True,
        )
        for name, precision, recall, f1 in peers(scene):
            print(f"    {name:28} {precision:9.3f} {recall:6.3f}  {f1:.3f}", flush=True)


if __name__ == "__main__":
    main()
