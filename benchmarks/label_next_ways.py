"""Known ways to choose rows for labelling, each (pool, labelled rows, count, rng) -> rows of the pool."""

from collections.abc import Callable
from functools import cache

import numpy as np

from anechoic.label_next.choice import Labelled, choose, probe_chances, uncertainty
from anechoic.numeric.arrays import Floats, Indices
from benchmarks.label_next_sets import Pool

Way = Callable[[Pool, Indices, int, np.random.Generator], Indices]
NEAR = 20  # rows that tell how dense a place is, as in TypiClust
MOST_CLUSTERS = 500  # as in TypiClust
CLUSTERED = 2_000  # rows of the pool at most, drawn anew each time, that TypiClust clusters: all take minutes


def known(pool: Pool, rows: Indices) -> Labelled:
    return Labelled(pool.vectors[rows], pool.labels[rows], int(pool.labels.max()) + 1)


def rest(pool: Pool, rows: Indices) -> Indices:
    return np.setdiff1d(np.arange(len(pool.labels)), rows)


def margins(chances: Floats) -> Floats:
    two = np.partition(chances, -2, axis=1)[:, -2:]
    return 1 - (two[:, 1] - two[:, 0])


def by_chance(pool: Pool, rows: Indices, count: int, rng: np.random.Generator) -> Indices:
    return rng.permutation(rest(pool, rows))[:count]


def smallest_margin(pool: Pool, rows: Indices, count: int, _: np.random.Generator) -> Indices:
    free = rest(pool, rows)
    return free[np.argsort(-margins(probe_chances(pool.vectors[free], known(pool, rows))), kind="stable")[:count]]


def k_centre(pool: Pool, rows: Indices, count: int, _: np.random.Generator) -> Indices:
    """Coreset (Sener and Savarese 2018): greedily the row farthest from all that are labelled."""
    far, chosen = 1 - (pool.vectors @ pool.vectors[rows].T).max(1), []
    for _ in range(count):
        chosen.append(int(far.argmax()))
        far = np.minimum(far, 1 - pool.vectors @ pool.vectors[chosen[-1]])
        far[chosen[-1]] = -np.inf
    return np.array(chosen)


@cache
def density(pool: Pool) -> Floats:
    """Mean cosine (n,) to the nearest rows."""
    vectors = pool.vectors
    blocks = [
        np.sort(np.partition(vectors[at : at + 1024] @ vectors.T, -NEAR - 1, axis=1)[:, -NEAR - 1 :], axis=1)
        for at in range(0, len(vectors), 1024)
    ]
    return np.concatenate([block[:, :-1].mean(1) for block in blocks])


def typical(pool: Pool, rows: Indices, count: int, rng: np.random.Generator) -> Indices:
    """TypiClust (Hacohen 2022): the densest row of each cluster without a label, the largest clusters first."""
    from sklearn.cluster import KMeans

    clusters = min(len(rows) + count, MOST_CLUSTERS)
    seed = int(rng.integers(2**31))
    drawn = np.concatenate([rows, rng.permutation(rest(pool, rows))[:CLUSTERED]])
    member = KMeans(clusters, n_init=1, max_iter=15, random_state=seed).fit(pool.vectors[drawn]).labels_
    dense, taken = density(pool)[drawn], np.isin(drawn, rows)
    labelled, size = (np.bincount(each, minlength=clusters) for each in (member[: len(rows)], member))
    chosen: list[int] = []
    for cluster in np.lexsort((-size, labelled)):
        inside = np.flatnonzero((member == cluster) & ~taken)
        if len(inside) and len(chosen) < count:
            chosen.append(int(drawn[inside[dense[inside].argmax()]]))
    return filled(pool, rows, np.array(chosen, dtype=np.int64), count, rng)


def badge(pool: Pool, rows: Indices, count: int, rng: np.random.Generator) -> Indices:
    """BADGE (Ash 2020): k-means++ on the gradients of the last layer, (p - guess) times the vector."""
    free = rest(pool, rows)
    vectors, gradient = pool.vectors[free], -probe_chances(pool.vectors[free], known(pool, rows))
    gradient[np.arange(len(free)), gradient.argmin(1)] += 1
    length = (gradient**2).sum(1)
    far, open_, chosen = length.copy(), np.ones(len(free), dtype=bool), [int(length.argmax())]
    while len(chosen) < count:
        last = chosen[-1]
        open_[last] = False
        inner = (gradient @ gradient[last]) * (vectors @ vectors[last])
        far = np.minimum(far, np.maximum(length + length[last] - 2 * inner, 0))
        weight = np.where(open_, far + 1e-12, 0)
        chosen.append(int(rng.choice(len(free), p=weight / weight.sum())))
    return free[chosen]


def ours(pool: Pool, rows: Indices, count: int, rng: np.random.Generator) -> Indices:
    """What `anechoic next` does, but for echoes and junk."""
    free = rest(pool, rows)
    labelled = known(pool, rows)
    doubt = uncertainty(probe_chances(pool.vectors[free], labelled), labelled)
    chosen = free[choose(pool.vectors[free], doubt, labelled, count, int(rng.integers(2**31))).rows]
    return filled(pool, rows, chosen, count, rng)


def filled(pool: Pool, rows: Indices, chosen: Indices, count: int, rng: np.random.Generator) -> Indices:
    """A choice of fewer rows than were asked for, made up by chance."""
    more = by_chance(pool, np.concatenate([rows, chosen]).astype(np.int64), count - len(chosen), rng)
    return np.concatenate([chosen, more]).astype(np.int64)


WAYS: dict[str, Way] = {
    "random": by_chance,
    "ours": ours,
    "margin": smallest_margin,
    "BADGE": badge,
    "k-centre": k_centre,
    "TypiClust": typical,
}
