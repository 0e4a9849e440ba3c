"""Cross-validation folds that keep groups whole and classes in even shares."""

import numpy as np

from anechoic.numeric.arrays import Indices
from anechoic.stratify.stratify import class_counts, stratify


def folds(labels: Indices, groups: Indices | None, count: int, seed: int) -> Indices:
    """A fold (0 to count - 1) for each row, classes in even shares; groups whole, or rows alone where None: (n,).

    labels, groups: (n,) codes from 0. The seed redraws the folds.
    """
    unit = np.arange(len(labels)) if groups is None else groups
    side = stratify(class_counts(unit, labels), np.full(count, 1 / count), seed)
    return side[unit]
