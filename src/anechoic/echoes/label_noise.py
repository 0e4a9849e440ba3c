"""What labels tell of rows and of pairs: labels in doubt, how far they agree, and how many echoes are none."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.echoes.schema import PrecisionHere
from anechoic.numeric.arrays import Floats, Indices, Vectors
from anechoic.numeric.intervals import share_interval
from anechoic.numeric.linear_probe import out_of_fold_probabilities
from anechoic.stratify.folds import folds

NEIGHBOURS = 50  # that vote on a label; chosen with WARMTH among five pairs on banking77 (LOG.md)
WARMTH = 0.05  # cosine over which a neighbour's vote falls to a third
LEAST_BELIEF = 0.01  # probability that neither vote may fall under, so that none is a veto
FOLDS = 5
ROWS_AT_A_TIME = 1024
LEAST_DECOYS = 20  # neighbours from which it is known how often two alike rows that are no echo differ in label


@dataclass(frozen=True)
class Doubts:
    """For each row how much its label is believed, and which label the others would give."""

    log_odds: Floats  # (n,) of the given label against the best other; negative: in doubt
    suggested: Indices  # (n,) label code of the best other


@dataclass(frozen=True)
class LabelQuality:
    """How far a table's labels can be believed."""

    doubts: pl.DataFrame  # row_id, suggested (name of the best other class), log_odds (of the given label)
    in_groups: int  # rows in echo groups of two or more
    agreeing: int  # of them, those that carry their group's most frequent label


def label_doubts(vectors: Vectors, labels: Indices, groups: Indices, seed: int) -> Doubts:
    """Unit vectors (n, d), label and group codes (n,) -> how far the other rows believe each label, as log odds.

    A probe's out-of-fold probability times the vote of the nearest rows. Neither comes from the row's own echo
    group: a wrong label that was copied with its rephrasing would confirm itself. The margin of out-of-fold
    probabilities is the measure of Northcutt et al. (2021); the product with the vote is ours (LOG.md).
    """
    count = int(labels.max()) + 1
    probe = out_of_fold_probabilities(vectors, labels, folds(labels, groups, FOLDS, seed))
    belief = np.log(probe + LEAST_BELIEF) + np.log(_vote(vectors, labels, groups, count) + LEAST_BELIEF)
    given = belief[np.arange(len(labels)), labels].copy()
    belief[np.arange(len(labels)), labels] = -np.inf
    return Doubts(given - belief.max(1), belief.argmax(1))


def _vote(vectors: Vectors, labels: Indices, groups: Indices, count: int) -> Floats:
    """Share of the neighbours' votes for each label: (n, count); the nearer, the heavier; own group left out."""
    keep = min(NEIGHBOURS, len(labels) - 1)
    votes = np.zeros((len(labels), count))
    for start in range(0, len(labels), ROWS_AT_A_TIME):
        rows = np.arange(start, min(start + ROWS_AT_A_TIME, len(labels)))
        similar = vectors[rows] @ vectors.T
        similar[groups[rows][:, None] == groups[None, :]] = -np.inf  # the own group has no vote
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


def precision_here(pairs: pl.DataFrame, labels: dict[str, int]) -> PrecisionHere | None:
    """The table pairs and the label of each row_id in question -> the share of its echoes that are true.

    Two rows that say the same have the same label, so echoes across labels are false, and of the false ones some
    lie within a label: as many for each across as among the most alike pairs that are no echo. One pair a row, its
    surest; copies are left out. A true echo with a wrong label counts as false, and a missed echo among the
    neighbours lowers the share too: rather too low than too high. None where the labels cannot tell: there are too
    few echoes or neighbours, or even neighbours hardly ever differ in label.
    """
    ends = [pl.col(end).replace_strict(labels, default=None, return_dtype=pl.Int64) for end in ("left", "right")]
    known = pairs.with_columns(across=ends[0] != ends[1]).drop_nulls("across")
    found = _surest(known.filter(pl.col("kind").is_in(["near", "rephrase"])), "score")
    decoys = _surest(known.filter(pl.col("kind") == "neighbour"), "cosine")
    if found.is_empty() or decoys.height < LEAST_DECOYS:
        return None
    across, differ = int(found["across"].sum()), int(decoys["across"].sum())
    among, (low, high) = differ / decoys.height, share_interval(across, found.height)
    among_low, among_high = share_interval(differ, decoys.height)
    if share_interval(0, found.height)[1] >= among_low:
        return None  # not even echoes that all agree would show that any is true
    return PrecisionHere(
        pairs=found.height,
        across_labels=across,
        neighbours_across=among,
        precision=max(1 - across / found.height / among, 0.0),
        precision_low=max(1 - high / among_low, 0.0),
        precision_high=max(1 - low / among_high, 0.0),
    )


def _surest(pairs: pl.DataFrame, worth: str) -> pl.DataFrame:
    """Each row's pair that is worth most, each pair once; ties to the first names."""
    ends = [pairs.select(pl.col(end).alias("row"), "left", "right", worth, "across") for end in ("left", "right")]
    ordered = pl.concat(ends).sort(worth, "left", "right", descending=[True, False, False])
    return ordered.unique("row", keep="first", maintain_order=True).unique(["left", "right"], maintain_order=True)
