"""Unlabelled vectors beside labelled ones -> the rows worth most when labelled: uncertain, and unlike each other.

Weighted k-means over the most uncertain rows, the row nearest to each centre (Zhdanov 2019, "Diverse mini-batch
active learning"); without labels all rows count the same, which picks typical ones. Compared with random choice,
margin, k-centre, TypiClust and BADGE in benchmarks/label_next.py.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from anechoic.numeric.arrays import Floats, Indices, Vectors
from anechoic.numeric.linear_probe import fit_probabilities

UNCERTAIN = 20  # times as many rows as asked for are clustered, the most uncertain
ITERATIONS = 30  # of k-means
LEAST_WEIGHT = 1e-4  # of a row that the probe is sure of


@dataclass(frozen=True)
class Labelled:
    """Rows that have a label: unit vectors (m, d), class codes from 0 (m,), and how many classes there may be."""

    vectors: Vectors
    codes: Indices
    classes: int


@dataclass(frozen=True)
class Choice:
    """Rows of the pool (c,), those that stand for most uncertain rows first, with what speaks for each."""

    rows: Indices
    stands_for: Indices  # (c,) rows of the pool in its cluster, itself included


def probe_chances(pool: Vectors, labelled: Labelled) -> Floats:
    """Unit vectors (n, d) -> the probability of each class by the probe (n, classes); all 0 without labels."""
    if not len(pool):
        return np.empty((0, labelled.classes))
    with warnings.catch_warnings():  # scikit-learn finds many classes of few rows odd; here they are the beginning
        warnings.simplefilter("ignore", UserWarning)
        return fit_probabilities(labelled.vectors, labelled.codes, pool, labelled.classes)


def uncertainty(chances: Floats, labelled: Labelled) -> Floats:
    """Probabilities (n, classes) -> 1 - margin of the two likeliest classes, more for thin ones: (n,), 0..1.

    Below two classes nothing is known: 1 for all.
    """
    if len(np.unique(labelled.codes)) < 2:
        return np.ones(len(chances))
    two = np.partition(chances, -2, axis=1)[:, -2:]
    rows = np.maximum(np.bincount(labelled.codes, minlength=labelled.classes), 1)
    thin = np.sqrt(rows.min() / rows)[chances.argmax(1)]  # in 0..1; 1 for the thinnest class
    doubt: Floats = (1 - (two[:, 1] - two[:, 0])) * (1 + thin) / 2
    return doubt


def choose(pool: Vectors, doubt: Floats, count: int, seed: int) -> Choice:
    """Unit vectors (n, d) and their uncertainty (n,) -> at most `count` rows, unlike each other."""
    if not len(pool) or count < 1:
        return Choice(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    equal = bool((doubt == doubt[0]).all())
    asked = np.argsort(-doubt, kind="stable")[: None if equal else UNCERTAIN * count]
    weight = doubt[asked] + LEAST_WEIGHT
    member, centres = _clusters(pool[asked], weight, min(count, len(asked)), seed)
    near = np.einsum("nd,nd->n", pool[asked], centres[member])
    heavy = np.bincount(member, weights=weight, minlength=len(centres))
    order = np.lexsort((-near, member))  # the nearest of each cluster first
    first = order[np.unique(member[order], return_index=True)[1]]
    first = first[np.argsort(-heavy[member[first]], kind="stable")]
    return Choice(asked[first], np.bincount(member, minlength=len(centres))[member[first]])


def _clusters(vectors: Vectors, weight: Floats, count: int, seed: int) -> tuple[Indices, Floats]:
    """Cluster (n,) of each row, and the centres (count, d)."""
    from sklearn.cluster import KMeans  # takes two seconds to import
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    model = KMeans(count, n_init=1, max_iter=ITERATIONS, random_state=seed)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different vectors than asked for
        model.fit(vectors, sample_weight=weight)
    return model.labels_.astype(np.int64), model.cluster_centers_.astype(np.float64)
