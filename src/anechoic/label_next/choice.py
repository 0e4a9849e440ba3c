"""Unlabelled vectors beside labelled ones -> the rows worth most when labelled: uncertain, and unlike each other.

While classes have few labelled rows, rows that cover the pool best, doubtful ones weighing more (facility location,
Lin and Bilmes 2011); later, the most doubtful row of each cluster of doubtful rows (Citovsky et al. 2021). Compared
with random choice, margin, k-centre, TypiClust, BADGE and weighted k-means in benchmarks/label_next.py, see LOG.md.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from anechoic.numeric.arrays import Floats, Indices, Vectors
from anechoic.numeric.linear_probe import fit_probabilities

EARLY = 5  # labelled rows a class below which the classes are hardly seen: covering goes before doubt
POWER = 3  # of the cosine: what is merely on the same subject hardly counts as covered
UNCERTAIN = 5  # later: times as many rows as asked for are clustered, the most uncertain
ITERATIONS = 30  # of k-means
MOST = 4000  # rows looked at while covering; of more, so many are drawn, so that time and memory are bounded


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
    stands_for: Indices  # (c,) rows of the pool to which it is nearer than any other chosen or labelled row


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


def choose(pool: Vectors, doubt: Floats, labelled: Labelled, count: int, seed: int) -> Choice:
    """Unit vectors (n, d), their uncertainty (n,) and what is labelled -> at most `count` rows, unlike each other.

    Without a label all rows are as uncertain, and the typical come first.
    """
    if not len(pool) or count < 1:
        return Choice(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    classes = len(np.unique(labelled.codes))
    early = classes < 2 or len(labelled.codes) < EARLY * classes
    rows = _covering(pool, doubt, labelled, count, seed) if early else _doubtful(pool, doubt, count, seed)
    return Choice(rows, _stands_for(pool, rows, labelled))


def _covering(pool: Vectors, doubt: Floats, labelled: Labelled, count: int, seed: int) -> Indices:
    """Rows that one after another add most to how well all rows are covered, each by what is most like it: (c,)."""
    asked = np.sort(np.random.default_rng(seed).permutation(len(pool))[:MOST])
    vectors, weights = pool[asked], doubt[asked].astype(np.float32)
    likeness = _likeness(vectors @ vectors.T)  # (n, n)
    covered = _likeness(_nearest(vectors, labelled))  # (n,)
    chosen: list[int] = []
    for _ in range(min(count, len(asked))):
        gains = weights @ np.maximum(likeness - covered[:, None], 0)  # (n,)
        gains[chosen] = -1
        chosen.append(int(gains.argmax()))
        covered = np.maximum(covered, likeness[:, chosen[-1]])
    rows: Indices = asked[chosen]
    return rows


def _likeness(cosines: Vectors) -> Vectors:
    likeness: Vectors = np.clip(cosines, 0, 1) ** POWER
    return likeness


def _doubtful(pool: Vectors, doubt: Floats, count: int, seed: int) -> Indices:
    """The most doubtful row of each cluster of the most doubtful rows, the most doubtful first: (c,)."""
    asked = np.argsort(-doubt, kind="stable")[: UNCERTAIN * count]
    member = _clusters(pool[asked], min(count, len(asked)), seed)
    first = np.unique(member, return_index=True)[1]  # `asked` is in the order of doubt
    more = np.setdiff1d(np.arange(len(asked)), first)[: max(0, min(count, len(asked)) - len(first))]
    rows: Indices = asked[np.sort(np.concatenate([first, more]))]
    return rows


def _clusters(vectors: Vectors, count: int, seed: int) -> Indices:
    """The cluster of each row: (n,)."""
    from sklearn.cluster import KMeans  # takes two seconds to import
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    model = KMeans(count, n_init=1, max_iter=ITERATIONS, random_state=seed)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different vectors than asked for
        member: Indices = model.fit_predict(vectors).astype(np.int64)
    return member


def _nearest(vectors: Vectors, labelled: Labelled) -> Vectors:
    """Cosine of each row to the nearest labelled one, (n,); 0 where nothing is labelled."""
    if not len(labelled.codes):
        return np.zeros(len(vectors), dtype=np.float32)
    near: Vectors = (vectors @ labelled.vectors.T).max(1)
    return near


def _stands_for(pool: Vectors, rows: Indices, labelled: Labelled) -> Indices:
    """For each chosen row, how many of the pool are nearer to it than to any other chosen or labelled one: (c,)."""
    cosines = pool @ pool[rows].T  # (n, c)
    mine = cosines.max(1) >= _nearest(pool, labelled)
    counts: Indices = np.bincount(cosines.argmax(1)[mine], minlength=len(rows))
    return np.maximum(counts, 1)
