"""Fits the shipped judge on open gold and scores it cross-fitted by gold group; writes echoes/judge.json.

    ANECHOIC_DATA=... python -m benchmarks.fit_judge

Positives weigh the same in every scene; slices of half of the banking77 intents are negatives (other people saying
alike
things). Coefficients are sign-constrained: evidence for an echo can never count against it, which carries over
to sets the judge has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from anechoic import io
from anechoic.echoes.judge import PAIR_FEATURES, RIVAL_FEATURES, Judge, Regression, rivals
from anechoic.echoes.verdicts import Evidence, collect, decide
from benchmarks.scenes import Scene, advising, banking, cancellations, gsm8k

FOLDS = 5
SIGNS = {"length": (None, 0), "rivals": (None, 0)}  # all others (0, None)
TARGET = Path("src/anechoic/echoes/judge.json")
UNSCORED = {f"{name}{end}": 0.0 for name in ("precision", "recall", "f1") for end in ("", "_low", "_high")}


@dataclass(frozen=True)
class Prepared:
    """A scene's evidence, and which of its candidate pairs are gold."""

    scene: Scene
    evidence: Evidence
    truth: np.ndarray
    weight: float  # of the scene's positives; of each pair where it has none
    match_weight: float  # the same for the ranking of partners, 0: not fitted on


def prepare(scene: Scene, weight: float, match_weight: float) -> Prepared:
    """Evidence as the pipeline collects it; drops are left out, the judge itself does not know them."""
    evidence = collect(scene.vectors, scene.texts, np.zeros(len(scene.texts), dtype=np.int64))
    gold = scene.gold[:, 0] * len(scene.texts) + scene.gold[:, 1]
    truth = np.isin(evidence.left * len(scene.texts) + evidence.right, gold)
    return Prepared(scene, evidence, truth, weight, match_weight)


def regress(x: np.ndarray, y: np.ndarray, weights: np.ndarray, names: Sequence[str]) -> Regression:
    """A logistic regression with sign constraints and a light ridge."""
    mean = np.average(x, axis=0, weights=weights)
    scale = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weights)) + 1e-9
    standard, sign = (x - mean) / scale, np.where(y, 1.0, -1.0)

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (standard @ v[1:] + v[0])
        pull = weights * sign * expit(-margin)
        value = (weights * np.logaddexp(0, -margin)).sum() + 0.5 * v[1:] @ v[1:]
        return value, np.concatenate([[-pull.sum()], -(standard.T @ pull) + v[1:]])

    bounds = [(None, None), *(SIGNS.get(name, (0, None)) for name in names)]
    found = minimize(
        loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    )
    rounded = [[round(float(value), 6) for value in values] for values in (mean, scale, found.x[1:])]
    return Regression(
        names=list(names),
        mean=rounded[0],
        scale=rounded[1],
        coefficients=rounded[2],
        intercept=round(float(found.x[0]), 6),
    )


def fit(parts: Sequence[Prepared], masks: Sequence[np.ndarray], fitted_on: str = "") -> Judge:
    """A judge fitted on the masked pairs of these scenes."""

    def weights(which: str) -> np.ndarray:
        return np.concatenate(
            [
                np.full(int(mask.sum()), getattr(part, which) * (400 / max(part.truth[mask].sum(), 1)))
                for part, mask in zip(parts, masks, strict=True)
            ]
        )

    x = np.concatenate([part.evidence.matrix[mask] for part, mask in zip(parts, masks, strict=True)])
    y = np.concatenate([part.truth[mask] for part, mask in zip(parts, masks, strict=True)])
    alone = regress(x, y, weights("weight"), PAIR_FEATURES)
    white = PAIR_FEATURES.index("whitened")
    competing = [
        rivals(
            part.evidence.left,
            part.evidence.right,
            alone.log_odds(part.evidence.matrix),
            part.evidence.matrix[:, white],
            part.evidence.seen,
        )[mask]
        for part, mask in zip(parts, masks, strict=True)
    ]
    among = regress(np.concatenate(competing), y, weights("weight"), RIVAL_FEATURES)
    ranking = weights("match_weight")
    match = regress(x[ranking > 0], y[ranking > 0], ranking[ranking > 0], PAIR_FEATURES)
    return Judge(
        encoder="minilm", fitted_on=fitted_on, alone=alone, among=among, match=match, threshold=0.5, **UNSCORED
    )


def training_scenes() -> list[Prepared]:
    """The scenes the shipped judge is fitted on."""
    banks = [banking(kind, seed, 0) for seed, kind in enumerate(("random", "random", "narrow", "small"))]
    return [
        prepare(cancellations("shuffled with fresh"), 2, 2),
        prepare(cancellations("amount in one", amount=0.2), 2, 2),
        prepare(cancellations("amount in one", amount=0.05), 1, 0),
        prepare(cancellations("none"), 2 / 400, 0),
        prepare(gsm8k("one"), 1, 1),
        prepare(gsm8k("one", share=0.2), 1, 1),
        prepare(advising(2, "slots", seed=2), 0.1, 0.5),
        prepare(advising(5, "slots", seed=5), 0.1, 0.5),
        *(prepare(scene, 15 / 400, 0) for scene in banks),
    ]


def units_of(scene: Scene) -> list[str]:
    """The gold group of each row, by name; rows without one stand alone."""
    name = scene.name.split()[0]
    return [f"{name} {key}" if key is not None else f"{name} alone {at}" for at, key in enumerate(scene.keys)]


def fold_of(scene: Scene) -> np.ndarray:
    """The fold of each row's gold group, the same in every scene."""
    return np.array([crc32(unit.encode()) % FOLDS for unit in units_of(scene)])


def kept_pairs(part: Prepared, out: int | None) -> np.ndarray:
    """Pairs to fit on: both rows outside the fold; of banking77 only those under a cosine of 0.88."""
    mask = np.ones(len(part.truth), dtype=bool)
    if "banking77" in part.scene.name:
        return part.evidence.matrix[:, PAIR_FEATURES.index("cosine")] < 0.88
    if out is not None:
        fold = fold_of(part.scene)
        mask = (fold[part.evidence.left] != out) & (fold[part.evidence.right] != out)
    return mask


def cross_fitted(parts: Sequence[Prepared]) -> list[Judge]:
    """One judge a fold, fitted without that fold's gold groups."""
    return [fit(parts, [kept_pairs(part, out) for part in parts]) for out in range(FOLDS)]


def cross_judged(scene: Scene, judges: Sequence[Judge]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of a scene and their probabilities, each by judges that saw neither row's gold group."""
    fold, evidence = fold_of(scene), collect(scene.vectors, scene.texts, scene.drops)
    left, right = evidence.left, evidence.right
    table = np.array([decide(evidence, judge).chance for judge in judges])
    at = np.arange(table.shape[1])
    return left, right, (table[fold[left], at] + table[fold[right], at]) / 2


def score(scene: Scene, left: np.ndarray, right: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Found and gold, found, gold pairs of each gold key (or lone row): (keys, 3); half a pair to each row."""
    names = units_of(scene)
    codes = {name: at for at, name in enumerate(dict.fromkeys(names))}
    unit = np.array([codes[name] for name in names])
    counts = np.zeros((len(codes), 3))
    for side in (left, right):
        np.add.at(counts[:, 0], unit[side[found & (unit[left] == unit[right])]], 0.5)
        np.add.at(counts[:, 1], unit[side[found]], 0.5)
    for column in (0, 1):
        np.add.at(counts[:, 2], unit[scene.gold[:, column]], 0.5)
    return counts


def quality(counts: np.ndarray) -> dict[str, float]:
    """Precision, recall and F1 with 95 % intervals over resampled gold groups."""
    draws = np.random.default_rng(1).multinomial(len(counts), np.full(len(counts), 1 / len(counts)), 2000)
    sums = np.vstack([counts.sum(0), draws @ counts])
    both, found, gold = sums.T
    values = {"precision": both / np.maximum(found, 1), "recall": both / np.maximum(gold, 1)}
    values["f1"] = 2 * both / np.maximum(found + gold, 1)
    scored = {}
    for name, each in values.items():
        low, high = np.quantile(each[1:], [0.025, 0.975])
        scored |= {
            name: round(float(each[0]), 4),
            f"{name}_low": round(float(low), 4),
            f"{name}_high": round(float(high), 4),
        }
    return scored


def main() -> None:
    """Fit, score on the two drops of the demo and on one shuffled file with fresh rows, write."""
    parts = training_scenes()
    judges = cross_fitted(parts)
    counts = []
    for scene in (cancellations("two"), cancellations("shuffled with fresh"), gsm8k("one")):
        left, right, chance = cross_judged(scene, judges)
        counts.append(score(scene, left, right, chance >= 0.5))
        print(scene.name, quality(counts[-1]))
    said = (
        "cancellation comments, school mathematics and study advice with their rephrasings, and unrelated bank "
        "questions as negatives; scored over all pairs of held-out gold groups (5 folds), on cancellations as two "
        "drops and shuffled with fresh rows"
    )
    final = fit(parts, [kept_pairs(part, None) for part in parts], said)
    final = final.model_copy(update=quality(np.vstack(counts[:2])))
    io.write_text(str(TARGET), final.model_dump_json(indent=1) + "\n")
    print(final.model_dump_json(indent=1))


if __name__ == "__main__":
    main()
