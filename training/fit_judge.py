"""Fits the judge on scenes of open gold.

Positives weigh the same in every scene of the pair model. Slices of half of the banking77 intents and of other
corpora are negatives (other people saying alike things), the same slices with rows reworded by rule are positives.
What is fitted is constrained: evidence for an echo can never count against it, which carries over to sets the judge
has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier

from anechoic.echoes.classifier.judge import Judge, context_features
from anechoic.echoes.classifier.trees import CONTEXT_FEATURES, Regression, Tree, Trees
from anechoic.echoes.contradictions.check import contradiction
from anechoic.echoes.evidence.candidates import lexical_similarity
from anechoic.echoes.evidence.features import PAIR_FEATURES
from anechoic.echoes.evidence.local_contrast import table_profile
from anechoic.echoes.pairs import Evidence, collect
from training.crowds import crowded, planted
from training.scenes import Scene, advising, banking, cancellations, gsm8k, part, unrelated

FOLDS = 5
SIGNS = {"length": (None, 0)}  # all others (0, None)
FITTED = ("bank", "nlupp", "airline", "trials")  # the others are left to judge by
LOW = (0.05, 0.1)  # shares of rows reworded at which a table just begins to show it
PLANTED = ((400, 0.05), (400, 0.2), (300, 1.0), (150, 0.5))  # rows of a slice, and the share of them reworded
CROWDED = ("cancellations", "gsm8k")
CROWDS = (  # see crowds.crowded
    *((60, 2, 200), (100, 2, 0), (30, 4, 100), (20, 6, 300), (40, 6, 100)),
    *((40, 9, 150), (40, 15, 0), (20, 15, 200), (8, 15, 300)),
)
ENOUGH = 200  # positives of a scene from which further ones weigh less


UNSCORED = {f"{name}{end}": 0.0 for name in ("precision", "recall", "f1") for end in ("", "_low", "_high")}


@dataclass(frozen=True)
class Prepared:
    """A scene's evidence, and which of its candidate pairs are gold."""

    scene: Scene
    evidence: Evidence
    truth: np.ndarray
    clash: np.ndarray  # gold pairs that are left out, for the guard objects to them
    weight: float  # of the scene's positives for the first stage; of each pair where it has none; 0: not fitted on
    match_weight: float  # the same for the ranking of partners
    stands: float  # weight of each pair for the second stage, less where a scene has many positives


def prepare(scene: Scene, weight: float = 0, match_weight: float = 0, stands: float = 1) -> Prepared:
    """Evidence as the pipeline collects it; drops are left out, the judge itself does not know them.

    Tables without echoes and those that just begin to show some weigh double in the second stage: between them
    runs the line that is hard to draw.
    """
    drops = np.zeros(len(scene.texts), dtype=np.int64)
    evidence = collect(scene.vectors, scene.texts, drops)
    evidence = replace(evidence, profile=table_profile(evidence.profile.near, drops, drawn=False))
    gold = scene.gold[:, 0] * len(scene.texts) + scene.gold[:, 1]
    truth = np.isin(evidence.left * len(scene.texts) + evidence.right, gold)
    stands *= 2 if len(scene.gold) < 0.11 * len(scene.texts) else 1
    return Prepared(scene, evidence, truth, objected(scene, evidence, truth), weight, match_weight, stands)


def objected(scene: Scene, evidence: Evidence, truth: np.ndarray) -> np.ndarray:
    """Gold pairs whose facts clash, such as one question about two courses: they are the guard's business."""
    clash = np.zeros(len(truth), dtype=bool)
    for at in np.flatnonzero(truth):
        clash[at] = contradiction(scene.texts[evidence.left[at]], scene.texts[evidence.right[at]]) is not None
    return clash


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
    both = list(zip(parts, masks, strict=True))

    def stage(which: str) -> Regression:
        used = [(part, mask) for part, mask in both if getattr(part, which)]
        x = np.concatenate([part.evidence.features[mask] for part, mask in used])
        y = np.concatenate([part.truth[mask] for part, mask in used])
        weights = [
            np.full(int(mask.sum()), getattr(part, which) * (400 / max(part.truth[mask].sum(), 1)))
            for part, mask in used
        ]
        return regress(x, y, np.concatenate(weights), PAIR_FEATURES)

    alone = stage("weight")
    return Judge(
        encoder="minilm",
        fitted_on=fitted_on,
        pair_model=alone,
        context_model=grow(both, alone),
        match_model=stage("match_weight"),
        threshold=0.5,
        **UNSCORED,
    )


def grow(both: Sequence[tuple[Prepared, np.ndarray]], alone: Regression) -> Trees:
    """The second stage: small monotone trees on how the masked pairs stand out."""
    used = [(part, mask & not_copied(part), part.evidence) for part, mask in both]
    x = [
        context_features(e.left, e.right, alone.log_odds(e.features), e.features, e.profile)[mask]
        for _, mask, e in used
    ]
    y = [part.truth[mask] for part, mask, _ in used]
    weights = [
        np.full(len(each), part.stands * min(1, ENOUGH / max(each.sum(), 1)))
        for (part, _, _), each in zip(used, y, strict=True)
    ]
    model = HistGradientBoostingClassifier(
        max_iter=200,
        max_leaf_nodes=8,
        learning_rate=0.05,
        min_samples_leaf=100,
        l2_regularization=10,
        early_stopping=False,
        monotonic_cst=[-1 if name.startswith(("rank", "rivals")) else 1 for name in CONTEXT_FEATURES],
    )
    model.fit(np.concatenate(x), np.concatenate(y), sample_weight=np.concatenate(weights))
    trees = [_tree(predictor.nodes) for (predictor,) in model._predictors]
    start = round(float(model._baseline_prediction.ravel()[0]), 6)
    return Trees(names=list(CONTEXT_FEATURES), intercept=start, trees=trees, scale=1, shift=0)


def _tree(nodes: np.ndarray) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        feature=np.where(leaf, -1, nodes["feature_idx"]).tolist(),
        most=[round(float(each), 6) for each in np.where(leaf, 0, nodes["num_threshold"])],
        left=nodes["left"].tolist(),
        right=nodes["right"].tolist(),
        value=[round(float(each), 6) for each in np.where(leaf, nodes["value"], 0)],
    )


def not_copied(part: Prepared) -> np.ndarray:
    """All pairs but, where nothing is known to be echoed, those of the same words: they may well be copies."""
    evidence = part.evidence
    if len(part.scene.gold):
        return np.ones(len(evidence.left), dtype=bool)
    return lexical_similarity(part.scene.texts, evidence.left, evidence.right) < 0.9


def training_scenes() -> list[Prepared]:
    """The scenes the shipped judge is fitted on: first those of both stages, then those of the second alone."""
    banks = [banking(kind, seed, 0) for seed, kind in enumerate(("random", "random", "narrow", "small"))]
    shuffled, shares = cancellations("shuffled"), (0.05, 0.1, 0.2, 0.5)
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
        *(prepare(cancellations("amount in one", amount=share, seed=seed)) for seed in (1, 2) for share in shares),
        *(
            prepare(cancellations("amount in one", amount=share, seed=3 + seed))
            for seed in range(3)
            for share in LOW
        ),
        *(prepare(each) for each in (shuffled, part(shuffled, 120, 1), part(shuffled, 40, 2))),
        *(prepare(part(gsm8k("one", share=share), rows, rows)) for share in (*shares, 1) for rows in (400, 150)),
        prepare(gsm8k("one", share=0.05)),
        *(prepare(advising(most, "slots", seed=most)) for most in (3, 10)),
        *(prepare(part(advising(most, "slots", seed=most), 100, most)) for most in (2, 5, 10)),
        *(prepare(banking(kind, seed, 0)) for kind in ("random", "narrow", "small") for seed in (2, 3)),
        *(prepare(unrelated(name, rows, rows)) for name in FITTED for rows in (60, 120, 200, 400, 500)),
        *(prepare(banking("classes", seed, 0)) for seed in range(12)),
        *(prepare(planted(name, *how, seed=3)) for name in FITTED for how in PLANTED),
        *(prepare(crowded(name, *how, seed=4), stands=0.5) for name in CROWDED for how in CROWDS),
    ]
