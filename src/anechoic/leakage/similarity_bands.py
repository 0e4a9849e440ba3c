"""Where the points of a test come from: accuracy by nearness, and with the near purged from training."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from anechoic.leakage.schema import Band, Stress
from anechoic.numeric.arrays import Floats, Indices, Vectors
from anechoic.numeric.intervals import resampled_means
from anechoic.numeric.linear_probe import fit_predict, fold_parts


def bands(
    right: Floats, nearest: Floats, groups: Indices, edges: Sequence[float], draws: tuple[int, int]
) -> list[Band]:
    """The staircase: accuracy of the rows between each two edges, and its interval.

    right, nearest: (repeats, rows), whether the row was predicted right and its cosine to the nearest training
    row; groups: (rows,) codes from 0; edges: cosines; draws: bootstraps and seed. Bands without rows are left out.
    """
    found = []
    for start, stop in pairwise([-1.0, *sorted(edges), 1.0]):
        inside = (nearest >= start) & ((nearest < stop) | (stop == 1.0))
        share = inside.mean(0)  # how often the row stood in this band
        if not share.any():
            continue
        hits = (right * inside).mean(0)
        low, high = ratio_interval(hits, share, groups, draws)
        numbers = {"rows": float(share.sum()), "accuracy": float(hits.sum() / share.sum())}
        limits = {"from": start, "to": stop, "accuracy_low": low, "accuracy_high": high}
        found.append(Band.model_validate(limits | numbers))
    return found


def ratio_interval(hits: Floats, of: Floats, groups: Indices, draws: tuple[int, int]) -> tuple[float, float]:
    """95 % interval of sum(hits) / sum(of), groups resampled among those that hold a row."""
    held = of > 0
    codes = np.unique(groups[held], return_inverse=True)[1]
    means = resampled_means(np.column_stack([hits[held], of[held]]), codes, *draws)
    low, high = np.quantile(means[:, 0] / means[:, 1], [0.025, 0.975])
    return float(low), float(high)


def stress(vectors: Vectors, labels: Indices, fold: Indices, cosines: Sequence[float], seed: int) -> list[Stress]:
    """Each fold tested with training rows near a test row purged, beside a random purge of the same size.

    vectors: (n, d) unit; labels, fold: (n,). A fold that loses all its training is left out of both.
    """
    rng = np.random.default_rng(seed)
    found = []
    for cosine in sorted(cosines, reverse=True):
        right: list[bool] = []
        random_right: list[bool] = []
        purged = []
        for train, test in fold_parts(fold):
            far = (vectors[train] @ vectors[test].T).max(1) < cosine
            purged.append(1 - far.mean())
            if not far.any():
                continue
            some = rng.permutation(len(train))[: far.sum()]
            for kept, hits in ((train[far], right), (train[some], random_right)):
                hits.extend(fit_predict(vectors[kept], labels[kept], vectors[test]) == labels[test])
        if right:
            found.append(
                Stress(
                    cosine=cosine,
                    accuracy=float(np.mean(right)),
                    same_size_random=float(np.mean(random_right)),
                    purged_share=float(np.mean(purged)),
                )
            )
    return found
