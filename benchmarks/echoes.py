"""Pairs found on gold, by judges that saw neither row's gold group, beside the best single cosine.

    ANECHOIC_DATA=... python -m benchmarks.echoes

The best cosine is chosen on the very pairs it is scored on: no threshold can do better. Pairs are scored before the
guard, then (`guarded`) without those that the guard objects to; chain control comes after both.
"""

from collections.abc import Sequence

import numpy as np

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.contradictions.check import contradiction
from benchmarks.peers import peers
from training.cross_fit import cross_fitted, cross_judged, quality, score
from training.crowds import crowded
from training.fit_judge import training_scenes
from training.scenes import Scene, advising, banking, cancellations, gsm8k, unrelated

SHARES = (0.05, 0.2, 0.5, 0.8, 1.0)
DRAWS = (0, 7, 8, 9)  # of the rows that are rephrased
CROWDS = (  # see crowds.crowded; shop questions took no part in the fit
    *(("cancellations", 60, copies, 0) for copies in (2, 5, 9, 15)),
    *(("cancellations", 40, copies, 100) for copies in (3, 7, 15)),
    *(("gsm8k", 40, 15, 0), ("shop", 40, 8, 100)),
)


def scenes() -> list[Scene]:
    """Scenes with gold; the last four with MPNet's vectors (`anechoic models add mpnet`), judged all the same."""
    drawn = [(kind, seed) for kind in ("months", "half fresh") for seed in (0, 3)]
    return [
        cancellations("two"),
        *(cancellations(kind, seed=seed) for kind, seed in drawn),
        *(cancellations(kind) for kind in ("shuffled", "shuffled with fresh")),
        *(cancellations("amount in one", amount=share, seed=seed) for share in SHARES for seed in DRAWS),
        *(cancellations("amount as drops", amount=share) for share in SHARES),
        *(gsm8k("one", share=share) for share in (1, 0.05)),
        gsm8k("drops"),
        *(crowded(*crowd, seed=9) for crowd in CROWDS),
        *(advising(most, name) for name in ("slots", "advising") for most in (2, 5, 10, None)),
        *(cancellations(kind, "mpnet") for kind in ("two", "months", "shuffled with fresh", "half fresh")),
    ]


def strangers() -> list[Scene]:
    """Scenes without an echo, of intents and corpora that took no part in the fit."""
    slices = [(kind, seed) for kind in ("random", "narrow", "small") for seed in range(200, 220)]
    return [
        cancellations("none"),
        *(unrelated(name, seed) for name in ("insurance", "shop") for seed in (0, 1)),
        *(banking(kind, seed, 1) for kind, seed in slices),
    ]


def called(scene: Scene, judges: Sequence[Judge]) -> float:
    """Share of the rows that are called echoes."""
    left, right, chance = cross_judged(scene, judges)
    found = chance >= 0.5
    return len(np.union1d(left[found], right[found])) / len(scene.texts)


def guarded(scene: Scene, left: np.ndarray, right: np.ndarray, found: np.ndarray) -> np.ndarray:
    """The found pairs that the guard does not object to, as a mask like `found`."""
    kept = found.copy()
    for at in np.flatnonzero(found):
        kept[at] = contradiction(scene.texts[left[at]], scene.texts[right[at]]) is None
    return kept


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
        after = quality(score(scene, left, right, guarded(scene, left, right, chance >= 0.5)))
        print(f"    {'guarded':28} {after['precision']:9.3f} {after['recall']:6.3f}  {after['f1']:.3f}", flush=True)
        for name, precision, recall, f1 in peers(scene):
            print(f"    {name:28} {precision:9.3f} {recall:6.3f}  {f1:.3f}", flush=True)
    shares = {scene.name: called(scene, judges) for scene in strangers()}
    for name, share in shares.items():
        if not name.startswith("banking77"):
            print(f"{name:32} rows called echoes {share:.3f}")
    banks = np.array([share for name, share in shares.items() if name.startswith("banking77")])
    print(f"banking77, {len(banks)} slices: mean {banks.mean():.4f}, the worst {banks.max():.3f}, ", end="")
    print(f"above 1 %: {(banks > 0.01).sum()}")


if __name__ == "__main__":
    main()
