"""Scores a judge on gold it was not fitted on: folds by gold group, the same in every scene."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.pairs import collect, decide
from training.fit_judge import FOLDS, Prepared, fit
from training.scenes import Scene


def units_of(scene: Scene) -> list[str]:
    """The gold group of each row, by name; rows without one stand alone."""
    name = scene.name.split()[0].replace("slots", "advising")
    both = zip(scene.keys, scene.texts, strict=True)
    return [f"{name} {key}" if key is not None else f"{name} alone {text}" for key, text in both]


def fold_of(scene: Scene) -> np.ndarray:
    """The fold of each row's gold group, the same in every scene."""
    return np.array([crc32(unit.encode()) % FOLDS for unit in units_of(scene)])


def kept_pairs(part: Prepared, out: int | None) -> np.ndarray:
    """Pairs to fit on: both rows outside the fold, and no clash of facts."""
    mask = ~part.clash
    if out is not None:
        fold = fold_of(part.scene)
        mask &= (fold[part.evidence.left] != out) & (fold[part.evidence.right] != out)
    return mask


def cross_fitted(parts: Sequence[Prepared]) -> list[Judge]:
    """One judge a fold, fitted without that fold's gold groups."""
    return [fit(parts, [kept_pairs(part, out) for part in parts]) for out in range(FOLDS)]


def cross_judged(scene: Scene, judges: Sequence[Judge]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of a scene and their probabilities, each by judges that saw neither row's gold group."""
    fold, evidence = fold_of(scene), collect(scene.vectors, scene.texts, scene.drops)
    left, right = evidence.left, evidence.right
    table = np.array([decide(evidence, judge) for judge in judges])
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
