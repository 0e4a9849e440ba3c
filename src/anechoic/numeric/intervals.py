"""Intervals. All are 95 %, and say in their description what was resampled."""

import numpy as np
from scipy.stats import binomtest

from anechoic.numeric.arrays import Floats, Indices


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """Ends of the 95 % interval of a share of independent trials (Wilson 1927); 0 and 1 where there are none."""
    if of == 0:
        return 0.0, 1.0
    interval = binomtest(hits, of).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def resampled_means(values: Floats, groups: Indices, bootstraps: int, seed: int) -> Floats:
    """Means of `values` over resampled groups, one a bootstrap: shape (bootstraps, columns).

    values: (rows, columns); groups: (rows,) codes from 0. Whole groups are drawn with replacement, so rows that
    are the same data are not counted as independent (cluster bootstrap, Field and Welsh 2007).
    """
    count = int(groups.max()) + 1
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, groups, values)
    sizes = np.bincount(groups, minlength=count).astype(np.float64)
    rng = np.random.default_rng(seed)
    means = np.empty((bootstraps, values.shape[1]))
    for resample in range(bootstraps):
        times = np.bincount(rng.integers(0, count, count), minlength=count)  # each group is drawn: (count,)
        means[resample] = times @ sums / (times @ sizes)
    return means


def group_interval(values: Floats, groups: Indices, bootstraps: int, seed: int) -> Floats:
    """Ends of the 95 % intervals of the means of `values` (rows, columns), groups (rows,) resampled: (2, columns).

    A column of shares that are all 0 or all 1 teaches a bootstrap nothing: there the groups are counted as
    independent trials (Wilson).
    """
    interval: Floats = np.quantile(resampled_means(values, groups, bootstraps, seed), [0.025, 0.975], axis=0)
    count = int(groups.max()) + 1
    for column in range(values.shape[1]):
        if (values[:, column] == 0).all() or (values[:, column] == 1).all():
            interval[:, column] = share_interval(count * int(values[0, column]), count)
    return interval
