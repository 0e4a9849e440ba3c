"""Cross-validation folds that keep groups whole and classes in even shares."""

import numpy as np

from anechoic.numeric.arrays import Indices
from anechoic.stratify.stratify import class_counts, stratify


def folds(labels: Indices, groups: Indices | None, count: int, seed: int) -> Indices:
    """A fold for each row, classes in even shares; groups stay whole, or rows stand alone where None.

    labels and groups are coded from 0. The seed redraws the folds.
    """
    units = np.arange(len(labels)) if groups is None else groups
    side = stratify(class_counts(units, labels), np.full(count, 1 / count), seed)
    return side[units]
