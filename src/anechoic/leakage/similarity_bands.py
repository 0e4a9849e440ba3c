"""Accuracy by cosine to the nearest training row, and with near training rows purged."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from anechoic.leakage.schema import Band, Stress
from anechoic.numeric.arrays import Flags, Floats, Indices
from anechoic.numeric.intervals import resampled_means
from anechoic.numeric.linear_probe import LabelledVectors, fit_predict, fold_parts
from anechoic.numeric.nearest import nearest
from anechoic.project.progress import progress


class Bootstrap(NamedTuple):
    """How often groups are resampled, and with which seed."""

    draws: int
    seed: int


def accuracy_by_band(
    right: Floats, nearest: Floats, groups: Indices, edges: Sequence[float], bootstrap: Bootstrap
) -> list[Band]:
    """Accuracy of the rows between each two edges, with its interval; bands without rows are left out.

    right, nearest: (repeats, rows), whether the row was predicted right (0 or 1) and its cosine to the nearest
    training row; groups: (rows,) codes from 0; edges: cosines, the lower one belongs to its band.
    """
    bands = []
    for start, stop in pairwise([-1.0, *sorted(edges), 1.0]):
        inside = (nearest >= start) & ((nearest < stop) | (stop == 1.0))  # (repeats, rows); 1 belongs to the last
        share = inside.mean(0)  # (rows,) how often the row stood in this band
        if not share.any():
            continue
        hits = (right * inside).mean(0)
        low, high = ratio_interval(hits, share, groups, bootstrap)
        limits = {"from": start, "to": stop, "accuracy_low": low, "accuracy_high": high}
        bands.append(
            Band.model_validate(limits | {"rows": float(share.sum()), "accuracy": float(hits.sum() / share.sum())})
        )
    return bands


def ratio_interval(hits: Floats, weights: Floats, groups: Indices, bootstrap: Bootstrap) -> tuple[float, float]:
    """95 % interval of sum(hits) / sum(weights), groups resampled among those with a weight above 0.

    hits, weights: (rows,), hits at most the weights; groups: (rows,) codes.
    """
    counted = weights > 0
    codes = np.unique(groups[counted], return_inverse=True)[1]
    means = resampled_means(np.column_stack([hits[counted], weights[counted]]), codes, *bootstrap)
    low, high = np.quantile(means[:, 0] / means[:, 1], [0.025, 0.975])
    return float(low), float(high)


def accuracy_after_purging(
    data: LabelledVectors, fold: Indices, cosines: Sequence[float], seed: int
) -> list[Stress]:
    """Each fold tested with training rows near a test row purged, beside a random purge of the same size.

    fold: (n,); cosines: from which a training row is purged, one result each. A fold that loses all its training is
    left out of both, a cosine at which all do has no result.
    """
    rng = np.random.default_rng(seed)
    results = []
    with progress() as bar:
        task = bar.add_task("purging alike rows from training", total=len(cosines))
        for cosine in sorted(cosines, reverse=True):
            results.append(_purged(data, fold, cosine, rng))
            bar.advance(task)
    return [each for each in results if each]


def _purged(data: LabelledVectors, fold: Indices, cosine: float, rng: np.random.Generator) -> Stress | None:
    """The folds (n,) tested without training rows from this cosine on; None where no fold keeps any."""
    vectors, labels = data.vectors, data.labels
    right: list[Flags] = []
    random_right: list[Flags] = []
    purged = []
    for train, test in fold_parts(fold, data.made):
        far = nearest(vectors[train], vectors[test])[1] < cosine  # (train,)
        purged.append(1 - far.mean())
        if not far.any():
            continue
        as_many = rng.permutation(len(train))[: far.sum()]
        for kept, hits in ((train[far], right), (train[as_many], random_right)):
            hits.append(fit_predict(vectors[kept], labels[kept], vectors[test]) == labels[test])
    if not right:
        return None
    return Stress(
        cosine=cosine,
        accuracy=float(np.concatenate(right).mean()),
        same_size_random=float(np.concatenate(random_right).mean()),
        purged_share=float(np.mean(purged)),
    )
