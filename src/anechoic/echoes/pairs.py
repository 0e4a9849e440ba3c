"""The one judgement of texts: rows with vectors -> which are copies, echoes, opposites or neighbours of each other.

The stage, the library, the commands and the measurement of recall all call `judge_pairs`, so that they agree on
every pair. Texts are judged in an order of their own (drop, text), so that the order of the rows changes no digit.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.contradictions.check import Contradiction, contradiction
from anechoic.echoes.drop_matching import (
    KEEPS_VERDICT,
    LEAST_RETOLD,
    CandidatePairs,
    Link,
    find_links,
    match_one_to_one,
    nearest_across,
)
from anechoic.echoes.evidence.candidates import candidates, lexical_similarity
from anechoic.echoes.evidence.features import TextEvidence, gram_rows, pair_features, word_rows
from anechoic.echoes.evidence.local_contrast import TableProfile, table_profile
from anechoic.echoes.evidence.neighbours import background, neighbours, whiten
from anechoic.echoes.explanations import SENTENCES, Compared, explain_pair
from anechoic.numeric.arrays import Floats, Indices, Vectors, dense_dot, matrix
from anechoic.text.same_text import same_text_key

NEAR_LEXICAL = 0.9  # similarity of the words from which two texts have the same words; the knob's shipped value
CLUSTER = 3  # texts that sure pairs connect, from which they are a cluster of copies
PAIR_COLUMNS = {
    "i": pl.Int64,
    "j": pl.Int64,
    "kind": pl.String,
    "cosine": pl.Float32,
    "lexical": pl.Float32,
    "score": pl.Float32,
    "evidence": pl.String,
}


@dataclass(frozen=True)
class PairLimits:
    """What is listed beside the pairs the judge believes."""

    near_lexical: float = NEAR_LEXICAL  # similarity of the words from which two texts have the same words
    neighbour_cosine: float | None = None  # cosine from which a pair that is no echo is listed; None: none is


@dataclass(frozen=True)
class JudgedRows:
    """What n rows are to each other."""

    text: Indices  # (n,) number of each row's text, by drop and alphabet, whatever the order of the rows
    first: Indices  # (n,) for each row the first row that holds the same text
    pairs: pl.DataFrame  # PAIR_COLUMNS: i < j are first rows; sorted; exact copies stand in `first` alone
    links: list[Link]  # what each two drops say of each other, by drop number


@dataclass(frozen=True)
class Evidence:
    """What is known of the candidate pairs of n distinct texts before anybody judges them."""

    left: Indices  # (p,) text numbers, left < right
    right: Indices
    features: Floats  # (p, 6), columns PAIR_FEATURES
    profile: TableProfile
    links: list[Link]


def judge_pairs(rows: pl.DataFrame, judge: Judge, limits: PairLimits) -> JudgedRows:
    """Rows with text, canonical, numbers, drop (a number: its place among the drops) and vector -> their pairs.

    Rows that share a key (see same_text_key) are one text, judged once in the drop that brought it first. Time
    grows with the square of the distinct texts, memory with 1,024 x distinct texts.
    """
    keys = [same_text_key(*row) for row in rows.select("canonical", "numbers").iter_rows()]
    known = rows.select("text", "canonical", "numbers", "drop", "vector")
    keyed = known.with_columns(pl.Series("key", keys, dtype=pl.String)).with_row_index("row")
    keyed = keyed.with_columns(first=pl.col("row").min().over("key").cast(pl.Int64))
    texts = keyed.sort("drop", "key", "text", "row").unique("key", keep="first", maintain_order=True)
    vectors, drops = matrix(texts["vector"]), texts["drop"].to_numpy().astype(np.int64)
    evidence = collect(vectors, texts["canonical"].to_list(), drops)
    chance = decide(evidence, judge)
    pairs = _kinds(texts, evidence, chance, judge.threshold, limits)
    first = texts["first"].to_numpy()
    i, j = first[pairs["i"].to_numpy()], first[pairs["j"].to_numpy()]
    pairs = pairs.with_columns(i=pl.Series(np.minimum(i, j)), j=pl.Series(np.maximum(i, j))).sort("i", "j")
    number = keyed.join(
        texts.select("key", text_number=pl.int_range(pl.len())), on="key", how="left", maintain_order="left"
    )["text_number"]
    return JudgedRows(number.to_numpy(), keyed["first"].to_numpy(), pairs, evidence.links)


def collect(vectors: Vectors, texts: list[str], drops: Indices, asked: Indices | None = None) -> Evidence:
    """Unit vectors (n, d), n distinct texts, drop numbers (n,) -> candidate pairs and what speaks for them.

    asked: further pairs that must be among them, as codes left * n + right.
    """
    n = max(len(texts), 1)
    whitened, letters = whiten(vectors), gram_rows(texts)
    near = neighbours(whitened)
    level = background(near)
    left, right = candidates(whitened, letters, level)
    links = find_links(whitened, drops)
    codes = np.union1d(left * n + right, asked if asked is not None else left[:0])
    for link in links:
        if link.verdict == "retold":  # a partner may lie below what is worth judging elsewhere
            more_left, more_right = nearest_across(whitened, *_rows_of(link, drops))
            codes = np.union1d(codes, more_left * n + more_right)
    left, right = codes // n, codes % n
    lengths = np.array([len(text) for text in texts], dtype=np.float64)
    known = TextEvidence(vectors, whitened, level, lengths, word_rows(texts), letters)
    return Evidence(left, right, pair_features(known, left, right), table_profile(near, drops), links)


def decide(evidence: Evidence, judge: Judge) -> Floats:
    """The probability that each pair is an echo (p,); drops that retell one another are matched row to row."""
    left, right, features = evidence.left, evidence.right, evidence.features
    chance = judge.probability(features, left, right, evidence.profile)
    chance = _discount_outside_clusters(evidence, judge, chance)
    ranks = judge.match_model.log_odds(features)
    for link in evidence.links:
        if link.verdict == "retold":
            source, echo = _rows_of(link, evidence.profile.drops)
            chance = match_one_to_one(CandidatePairs(left, right, ranks, chance), source, echo, link)
    return chance


def _discount_outside_clusters(evidence: Evidence, judge: Judge, chance: Floats) -> Floats:
    """Pairs outside every cluster of copies, judged by what the rows outside show: (p,), never more than before.

    Where a fourth of the rows or more stand in clusters, a pair of other rows would be believed for their sake.
    """
    left, right, profile = evidence.left, evidence.right, evidence.profile
    sure = chance >= KEEPS_VERDICT
    if not sure.any():
        return chance
    n = len(profile.drops)
    links = sparse.coo_matrix((np.ones(sure.sum()), (left[sure], right[sure])), shape=(n, n))
    member = connected_components(links, directed=False)[1]
    clustered = np.bincount(member)[member] >= CLUSTER  # (n,)
    if clustered.mean() < LEAST_RETOLD:
        return chance
    # Rows inside and outside clusters are told apart as if they had come in drops of their own.
    parted = np.where(clustered, profile.drops + profile.drops.max() + 1, profile.drops)
    apart = judge.probability(evidence.features, left, right, table_profile(profile.near, parted))
    return np.where(clustered[left] | clustered[right], chance, np.minimum(chance, apart))


def _rows_of(link: Link, drops: Indices) -> tuple[Indices, Indices]:
    return np.flatnonzero(drops == link.source), np.flatnonzero(drops == link.echo)


def _kinds(
    texts: pl.DataFrame, evidence: Evidence, chance: Floats, threshold: float, limits: PairLimits
) -> pl.DataFrame:
    """Kind and evidence of each pair of distinct texts, by text number; what is merely far is left out.

    The same words give `near`; the judge's probability gives `rephrase`; where facts clash either is `opposite`.
    Words are compared for these alone: neighbours may be a thousand times as many.
    """
    left, right = evidence.left, evidence.right
    cosine = dense_dot(matrix(texts["vector"]), left, right) if texts.height else np.empty(0)
    canonical = texts["canonical"].to_list()
    lexical = lexical_similarity(canonical, left, right)
    same_words = lexical >= limits.near_lexical
    alike = same_words | (chance >= threshold)
    listed = alike if limits.neighbour_cosine is None else alike | (cosine >= limits.neighbour_cosine)
    kind = np.where(same_words, "near", np.where(alike, "rephrase", "neighbour")).astype(object)
    score = np.where(same_words, np.maximum(chance, lexical), chance)
    line = np.full(len(left), SENTENCES["neighbour"], dtype=object)
    originals, numbers = texts["text"].to_list(), texts["numbers"].to_list()
    for p in np.flatnonzero(alike):
        i, j = int(left[p]), int(right[p])
        if clash := contradiction(originals[i], originals[j]):
            kind[p], score[p] = "opposite", 0.0
            line[p] = _clash(clash, canonical[i], canonical[j])
        else:
            line[p] = explain_pair(kind[p], Compared(canonical[i], numbers[i]), Compared(canonical[j], numbers[j]))
    columns: tuple[NDArray[Any], ...] = (left, right, kind, cosine, lexical, score, line)
    return pl.DataFrame(
        {name: each[listed].tolist() for name, each in zip(PAIR_COLUMNS, columns, strict=True)}, schema=PAIR_COLUMNS
    )


def _clash(clash: Contradiction, left: str, right: str) -> str:
    """The fact that differs, as two canonical texts tell it: what is masked in them is not told."""
    told = contradiction(left, right)
    if told is None or told.slot != clash.slot:
        return f"{clash.slot} differs in what is masked"
    return f"{told.slot} differs: {told.left} | {told.right}"
