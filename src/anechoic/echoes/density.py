"""How crowded a text's surroundings are, measured so that many copies of a text do not hide them."""

from dataclasses import dataclass

import numpy as np

from anechoic.echoes.evidence import Floats

BLOCK = 1024  # rows at a time; faster than 512 and 2048 on two cores
COPIES = (1, 2, 4, 9)  # numbers of copies that a row is tried for
DEEP = 30  # neighbours of each row that the spectrum looks at
BASELINE = 0.035  # share of rows that stand out where nothing is copied, the most seen (LOG.md)


@dataclass(frozen=True)
class Spectrum:
    """How much a table echoes itself."""

    share: float  # of the rows that stand out, 0..1
    copies: int  # that those rows have
    edge: Floats  # (n,) cosine of each row's first neighbour beyond that many copies


def whiten(vectors: Floats) -> Floats:
    """Unit vectors (n, d) -> unit vectors (n, d) in which every direction of the data weighs about the same.

    What all rows share (topic, house style) says little about being a copy. The covariance is shrunk towards its
    mean eigenvalue, the more the fewer rows there are (form of Ledoit and Wolf, 2004).
    """
    if len(vectors) < 3:
        return vectors
    centred = vectors - vectors.mean(axis=0)
    values, axes = np.linalg.eigh(np.cov(centred.T.astype(np.float64)))
    level = max(float(values.mean()), 1e-12) * (1 + vectors.shape[1] / (4 * len(vectors)))
    turned = centred @ (axes / np.sqrt(np.maximum(values, 0) + level)).astype(np.float32)
    norms = np.linalg.norm(turned, axis=1, keepdims=True)
    return np.asarray(turned / np.maximum(norms, 1e-9), dtype=np.float32)


def background(whitened: Floats, low: int = 10, high: int = 40) -> Floats:
    """For each row the mean cosine to its neighbours ranked low..high, beyond plausible copies: (n,)."""
    n = len(whitened)
    level = np.zeros(n, dtype=np.float32)
    if n < 4:
        return level
    low, high = min(low, max(n // 8, 1)), min(high, max(n // 3, 2))
    for start in range(0, n, BLOCK):
        similar = whitened[start : start + BLOCK] @ whitened.T
        top = -np.partition(-similar, high, axis=1)[:, : high + 1]
        level[start : start + BLOCK] = -np.sort(-top, axis=1)[:, low : high + 1].mean(axis=1)
    return level


def spectrum(whitened: Floats) -> Spectrum:
    """Whether rows of one table stand out from their surroundings, without any label.

    The normalised spacings D_i = i (s_i - s_(i+1)) of a row's sorted cosines are alike at every rank where there
    are no copies (Renyi, 1953), and bump at D_k where the row has k. Each bump is measured in units of the row's
    own deeper spacings, so that a dense topic is no bump.
    """
    n = len(whitened)
    keep = min(DEEP + 1, n - 1)
    if keep < max(COPIES) + 6:
        return Spectrum(0.0, 1, np.zeros(n, dtype=np.float32))
    top = _sorted_neighbours(whitened, keep)
    gaps = np.arange(1, keep) * (top[:, :-1] - top[:, 1:])
    found = []
    for copies in COPIES:
        null = gaps[:, copies + 2 : copies + 18]
        mean, size = null.mean(axis=1, keepdims=True), null.shape[1]
        others = (mean * size - null) / (size - 1)
        cut = np.quantile(null / (others + 1e-6), 0.99)
        excess = float((gaps[:, copies - 1] / (mean[:, 0] + 1e-6) > cut).mean()) - BASELINE
        found.append(max(excess, 0.0) / (1 - BASELINE))
    best = int(np.argmax(found))
    return Spectrum(found[best], COPIES[best], top[:, COPIES[best]])


def _sorted_neighbours(whitened: Floats, keep: int) -> Floats:
    """Cosines of each row's `keep` nearest, itself left out, falling: (n, keep)."""
    top = np.empty((len(whitened), keep), dtype=np.float32)
    for start in range(0, len(whitened), BLOCK):
        similar = whitened[start : start + BLOCK] @ whitened.T
        here = np.arange(len(similar))
        similar[here, here + start] = -2
        top[start : start + BLOCK] = -np.sort(np.partition(-similar, keep - 1, axis=1)[:, :keep], axis=1)
    return top
