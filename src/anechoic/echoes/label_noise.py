"""Labels in doubt: rows whose label the rest of the data contradicts, and how far labels agree at all."""

from dataclasses import dataclass

import numpy as np

from anechoic.numeric.arrays import Floats, Indices, Vectors
from anechoic.numeric.linear_probe import out_of_fold_probabilities
from anechoic.stratify.folds import folds

NEIGHBOURS = 50
WARMTH = 0.05  # cosine over which a neighbour's vote falls to a third
FLOOR = 0.01  # probability that neither vote may fall under, so that none is a veto
BLOCK = 1024


@dataclass(frozen=True)
class Doubts:
    """For each row how much its label is believed, and which label the others would give."""

    log_odds: Floats  # (n,) of the given label against the best other; negative: in doubt
    suggested: Indices  # (n,) label code of the best other


def doubts(vectors: Vectors, labels: Indices, groups: Indices, seed: int) -> Doubts:
    """Out-of-fold belief in each label: a probe's probability times its neighbours' vote, as log odds.

    vectors: (n, d) unit; labels, groups: (n,) codes from 0. Neither model nor neighbours come from the row's own
    echo group: a wrong label that was copied with its rephrasing would confirm itself. The margin of out-of-fold
    probabilities is the measure of Northcutt et al. (2021); the product with the vote is ours (LOG.md).
    """
    count = int(labels.max()) + 1
    probe = out_of_fold_probabilities(vectors, labels, folds(labels, groups, 5, seed))
    belief = np.log(probe + FLOOR) + np.log(_vote(vectors, labels, groups, count) + FLOOR)
    given = belief[np.arange(len(labels)), labels].copy()
    belief[np.arange(len(labels)), labels] = -np.inf
    return Doubts(given - belief.max(1), belief.argmax(1))


def _vote(vectors: Vectors, labels: Indices, groups: Indices, count: int) -> Floats:
    """Share of the neighbours' votes for each label: (n, count); the nearer, the heavier; own group left out."""
    keep = min(NEIGHBOURS, len(labels) - 1)
    votes = np.zeros((len(labels), count))
    for start in range(0, len(labels), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(labels)))
        similar = vectors[rows] @ vectors.T
        similar[groups[rows][:, None] == groups[None, :]] = -np.inf
        near = np.argpartition(-similar, keep - 1, axis=1)[:, :keep]
        weight = np.exp((np.take_along_axis(similar, near, 1) - 1) / WARMTH)
        np.add.at(votes, (rows[:, None], labels[near]), weight)
    shares: Floats = votes / np.maximum(votes.sum(1, keepdims=True), 1e-300)
    return shares


def agreement(labels: Indices, groups: Indices) -> tuple[int, int]:
    """Rows in groups of two or more, and how many of them carry their group's most frequent label.

    Their ratio bounds the accuracy that anybody, person or model, can reach on rows that say the same.
    """
    votes = np.zeros((int(groups.max()) + 1, int(labels.max()) + 1), dtype=np.int64)
    np.add.at(votes, (groups, labels), 1)
    votes = votes[votes.sum(1) > 1]
    return int(votes.sum()), int(votes.max(1).sum()) if len(votes) else 0
