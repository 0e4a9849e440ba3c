"""Vectors -> places in the plane, without any randomness.

t-SNE from a PCA start kept neighbourhoods best, beside PCA, openTSNE and UMAP (benchmarks/projection.py, LOG.md).
"""

import numpy as np

from anechoic.numeric.arrays import Floats, Vectors
from anechoic.numeric.nearest import nearest_rows

STEPS = 500  # of the descent; 1,000 cost twice as much and keep no more
FEWEST = 10  # texts that t-SNE is asked about; of fewer it makes no sense of neighbours
PERPLEXITY = 30  # neighbours that count as near; sklearn's own; with 15 and 50 no measure differs by more than 0.02
START = 1e-4  # spread of the places at the start (Kobak and Berens 2019)
EQUAL = 1e-6  # vectors that spread less than this are all equal
NEAREST = 3  # projected texts that another is laid beside
POWER = 16  # of the distance, in their weights: the nearest counts most, yet no two texts share a place
NO_DISTANCE = 1e-3  # added to 1 - cosine, so that a copy divides by no zero


def plane(vectors: Vectors) -> tuple[str, Vectors]:
    """Unit vectors (n, d) -> the method's name and places (n, 2), centred, the farthest at distance 1.

    All zero where the vectors are all equal. The same vectors in the same order give the same places.
    """
    start = principal_plane(vectors)
    if len(vectors) < FEWEST or start.std(0).max(initial=0) < EQUAL:
        return "PCA", _scaled(start)
    from sklearn.manifold import TSNE  # takes two seconds to import

    first = (start / start[:, 0].std() * START).astype(np.float32)
    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    return "t-SNE", _scaled(TSNE(perplexity=perplexity, max_iter=STEPS, init=first).fit_transform(vectors))


def principal_plane(vectors: Vectors) -> Floats:
    """Vectors (n, d) -> their coordinates (n, 2) along the two directions in which they spread most.

    Each direction points to where its largest component is positive, so that no library chooses the sign.
    """
    if not len(vectors):
        return np.zeros((0, 2))
    centred = vectors.astype(np.float64) - vectors.mean(0, dtype=np.float64)
    directions = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :2]  # (d, 2), d may be 1
    largest = np.abs(directions).argmax(0)
    places: Floats = centred @ (directions * np.sign(directions[largest, np.arange(directions.shape[1])]))
    plane_of_two: Floats = np.pad(places, ((0, 0), (0, 2 - places.shape[1])))  # vectors of one component have one
    return plane_of_two


def beside(vectors: Vectors, known: Vectors, places: Vectors) -> Vectors:
    """Unit vectors (q, d), those of texts with a place (m, d) and their places (m, 2) -> places (q, 2).

    Each is the mean of its nearest texts' places, weighted by one over a power of the distance 1 - cosine.
    """
    rows, cosines = nearest_rows(vectors, known, min(NEAREST, len(known)))
    weights = 1 / (1 - cosines + NO_DISTANCE) ** POWER  # (q, k)
    weights /= weights.sum(1, keepdims=True)
    laid: Vectors = np.einsum("qk,qkp->qp", weights, places[rows]).astype(np.float32)
    return laid


def _scaled(places: Floats) -> Vectors:
    """Places (n, 2) centred on their mean, the farthest at distance 1."""
    if not len(places):
        return places.astype(np.float32)
    centred = places - places.mean(0, dtype=np.float64)
    farthest = float(np.linalg.norm(centred, axis=1).max())
    scaled: Vectors = (centred / farthest if farthest > EQUAL else centred * 0).astype(np.float32)
    return scaled
