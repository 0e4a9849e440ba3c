"""What the other rows make of each label: a probe and the nearest rows, neither of the row's own echo group."""

from dataclasses import dataclass

import numpy as np

from anechoic.numeric.arrays import Floats, Indices, Vectors
from anechoic.numeric.linear_probe import out_of_fold_probabilities
from anechoic.stratify.folds import folds

NEIGHBOURS = 50  # that vote on a label; chosen with WARMTH among five pairs on banking77 (LOG.md)
WARMTH = 0.05  # cosine over which a neighbour's vote falls to a third
LEAST_PROBE, LEAST_VOTE = 1e-3, 1e-2  # probabilities neither may fall under, so that none is a veto
FOLDS = 5
ROWS_AT_A_TIME = 1024


@dataclass(frozen=True)
class Labelled:
    """Rows whose labels are looked at: unit vectors (n, d), label codes (n,) and echo group codes (n,) from 0."""

    vectors: Vectors
    labels: Indices
    groups: Indices
    classes: int


@dataclass(frozen=True)
class Beliefs:
    """What other rows believe of each unit: the rows of one echo group that carry one label, asked about once."""

    logs: Floats  # (2, units, classes): log probability by the probe, log share of the nearest rows' votes
    given: Indices  # (units,) the label its rows carry
    unit: Indices  # (n,) the unit of each row
    sizes: Indices  # (units,) its rows
    alike: Floats  # (classes, classes): how likely a class is taken for another, likeness of their centres alone


def beliefs(rows: Labelled, seed: int) -> Beliefs:
    """Rows -> what the rows of other groups believe of each unit; the seed redraws the folds.

    A probe's out-of-fold probabilities, folds that keep echo groups whole (Northcutt et al. 2021), and the vote of
    the nearest rows: a wrong label that was copied with its rephrasing would confirm itself. Over the rows of a
    unit the logs are averaged: copies are one witness, not many.
    """
    part = folds(rows.labels, rows.groups, FOLDS, seed)
    probe = np.zeros((len(rows.labels), rows.classes))
    seen = out_of_fold_probabilities(rows.vectors, rows.labels, part)  # classes behind the last label given lack
    probe[:, : seen.shape[1]] = seen
    logs = np.log(np.stack([probe + LEAST_PROBE, _vote(rows) + LEAST_VOTE]))
    _, first, unit, sizes = np.unique(
        rows.groups * rows.classes + rows.labels, return_index=True, return_inverse=True, return_counts=True
    )
    mean = np.zeros((2, len(first), rows.classes))
    for model in range(2):
        np.add.at(mean[model], unit, logs[model])
    return Beliefs(mean / sizes[:, None], rows.labels[first], unit, sizes, alike(rows))


def alike(rows: Labelled) -> Floats:
    """Probability (classes, classes) that a row of a class is taken for another: by rank of likeness, 1 / rank.

    Ranks of the cosine between the classes' mean vectors; Zipf's weights, because no share is known beforehand.
    """
    sums = np.zeros((rows.classes, rows.vectors.shape[1]))
    np.add.at(sums, rows.labels, rows.vectors)
    centres = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    cosines = centres @ centres.T
    np.fill_diagonal(cosines, -np.inf)  # last of its own line
    weight = 1.0 / (1 + np.argsort(np.argsort(-cosines, axis=1, kind="stable"), axis=1, kind="stable"))
    np.fill_diagonal(weight, 0)
    shares: Floats = weight / weight.sum(1, keepdims=True)
    return shares


def _vote(rows: Labelled) -> Floats:
    """Share of the neighbours' votes for each label: (n, classes); the nearer, the heavier; own group left out."""
    count = len(rows.labels)
    keep = min(NEIGHBOURS, count - 1)
    votes = np.zeros((count, rows.classes))
    for start in range(0, count, ROWS_AT_A_TIME):
        block = np.arange(start, min(start + ROWS_AT_A_TIME, count))
        similar = rows.vectors[block] @ rows.vectors.T
        similar[rows.groups[block][:, None] == rows.groups[None, :]] = -np.inf  # the own group has no vote
        near = np.argpartition(-similar, keep - 1, axis=1)[:, :keep]
        weight = np.exp((np.take_along_axis(similar, near, 1) - 1) / WARMTH)
        np.add.at(votes, (block[:, None], rows.labels[near]), weight)
    shares: Floats = votes / np.maximum(votes.sum(1, keepdims=True), 1e-300)
    return shares
