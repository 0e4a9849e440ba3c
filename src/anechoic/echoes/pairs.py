"""Verdicts on pairs: candidates, judge, drops and guard put together, and what people decided on top."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.contradictions.check import guard
from anechoic.echoes.drop_matching import LEAST_SHARE, SURE, Link, find_links, nearest_across, retellings
from anechoic.echoes.evidence.candidates import candidates, lexical_similarity
from anechoic.echoes.evidence.features import features, gram_rows, word_rows
from anechoic.echoes.evidence.local_contrast import Spectrum, spectrum
from anechoic.echoes.evidence.neighbours import background, neighbours, whiten
from anechoic.echoes.explanations import why
from anechoic.numeric.arrays import Floats, Indices, Vectors, dense_dot, matrix
from anechoic.review.decisions import Decisions

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
class Evidence:
    """What is known of the candidate pairs of distinct texts before anybody judges them."""

    left: Indices  # (p,) row numbers, left < right
    right: Indices
    matrix: Floats  # (p, 6), see judge.PAIR_FEATURES
    seen: Spectrum
    links: list[Link]


@dataclass(frozen=True)
class Judged:
    """Verdicts on pairs of distinct texts, by row number."""

    left: Indices
    right: Indices
    chance: Floats
    links: list[Link]


def collect(vectors: Vectors, texts: list[str], drops: Indices, asked: Indices | None = None) -> Evidence:
    """Candidate pairs and what speaks for them, sorted. vectors: (n, d) unit; texts: n distinct ones; drops: (n,).

    asked: further pairs that must be among them, as codes left * n + right.
    """
    whitened, letters = whiten(vectors), gram_rows(texts)
    near = neighbours(whitened)
    level = background(near)
    left, right = candidates(whitened, letters, level)
    links = find_links(whitened, drops)
    code = np.union1d(left * len(texts) + right, asked if asked is not None else left[:0])
    for source, echo in (_rows_of(link, drops) for link in links if link.verdict == "retold"):
        more_left, more_right = nearest_across(whitened, source, echo)
        code = np.union1d(code, more_left * len(texts) + more_right)
    left, right = code // max(len(texts), 1), code % max(len(texts), 1)
    lengths = np.array([len(text) for text in texts], dtype=np.float64)
    evidence = features(left, right, lengths, vectors, whitened, level, word_rows(texts), letters)
    return Evidence(left, right, evidence, spectrum(near, drops), links)


def decide(evidence: Evidence, judge: Judge) -> Judged:
    """The probability that each pair is an echo; drops that retell one another are matched row to row."""
    left, right = evidence.left, evidence.right
    chance = _without_crowds(evidence, judge, judge.probability(evidence.matrix, left, right, evidence.seen))
    ranks = judge.match.log_odds(evidence.matrix)
    for link in evidence.links:
        if link.verdict == "retold":
            chance = retellings(left, right, ranks, chance, _rows_of(link, evidence.seen.drops), link)
    return Judged(left, right, chance, evidence.links)


def _without_crowds(evidence: Evidence, judge: Judge, chance: Floats) -> Floats:
    """Pairs outside every crowd, judged by what the rows outside show: (p,), never more than before.

    Where a fourth of the rows or more stand in crowds, a pair of other rows would be believed for their sake. A
    crowd is three rows or more that sure pairs connect.
    """
    left, right, seen = evidence.left, evidence.right, evidence.seen
    sure = chance >= SURE
    if not sure.any():
        return chance
    links = sparse.coo_matrix((np.ones(sure.sum()), (left[sure], right[sure])), shape=(len(seen.drops),) * 2)
    member = connected_components(links, directed=False)[1]
    crowd = np.bincount(member)[member] >= 3
    if crowd.mean() < LEAST_SHARE:
        return chance
    apart = judge.probability(evidence.matrix, left, right, spectrum(seen.near, 2 * seen.drops + crowd))
    return np.where(crowd[left] | crowd[right], chance, np.minimum(chance, apart))


def _rows_of(link: Link, drops: Indices) -> tuple[Indices, Indices]:
    return np.flatnonzero(drops == link.source), np.flatnonzero(drops == link.echo)


def verdicts(
    distinct: pl.DataFrame, judged: Judged, threshold: float, near_lexical: float, neighbour_cosine: float
) -> pl.DataFrame:
    """Kind and evidence of each pair: i, j, kind, cosine, lexical, score, evidence; what is merely far is left out.

    The same words give `near`; the judge's probability gives `rephrase`; where facts clash either is `opposite`.
    """
    cosine = dense_dot(matrix(distinct["vector"]), judged.left, judged.right) if distinct.height else np.empty(0)
    canonical, texts, numbers = (distinct[name].to_list() for name in ("canonical", "text", "numbers"))
    lexical = lexical_similarity(canonical, judged.left, judged.right)
    kept = (judged.chance >= threshold) | (lexical >= near_lexical) | (cosine >= neighbour_cosine)
    lines = []
    for at in np.flatnonzero(kept):
        i, j, score = int(judged.left[at]), int(judged.right[at]), float(judged.chance[at])
        same_words = lexical[at] >= near_lexical
        kind = "near" if same_words else "rephrase" if score >= threshold else "neighbour"
        clash = guard(texts[i], texts[j]) if kind != "neighbour" else None
        if clash:
            kind, score = "opposite", 0.0
            said = f"{clash.slot} differs: {clash.left} | {clash.right}"
        else:
            said = why(kind, canonical[i], canonical[j], numbers[i], numbers[j])
            score = max(score, float(lexical[at])) if same_words else score
        lines.append((i, j, kind, cosine[at], lexical[at], score, said))
    return pl.DataFrame(lines, schema=PAIR_COLUMNS, orient="row")


def obeyed(pairs: pl.DataFrame, rows: pl.DataFrame, distinct: pl.DataFrame, decisions: Decisions) -> pl.DataFrame:
    """The pairs with what people decided: `same` is an echo whatever the judge says, `different` is none."""
    if not decisions.same and not decisions.different:
        return pairs
    place = {row: at for at, row in enumerate(distinct["first"])}
    node = {row_id: place[first] for row_id, first in rows.select("row_id", "first").iter_rows()}
    decided = [(pair, True) for pair in decisions.same] + [(pair, False) for pair in decisions.different]
    lines = {}
    for (left, right), same in sorted(decided):
        i, j = sorted((node[left], node[right]))
        if i != j:
            kind, score, said = (
                ("rephrase", 1.0, "review: same") if same else ("neighbour", 0.0, "review: different")
            )
            lines[i, j] = (i, j, kind, score, said)
    schema = {name: PAIR_COLUMNS[name] for name in ("i", "j", "kind", "score", "evidence")}
    known = pairs.select("i", "j", "cosine", "lexical")
    decided_pairs = pl.DataFrame(list(lines.values()), schema=schema, orient="row")
    decided_pairs = decided_pairs.join(known, on=["i", "j"], how="left")
    decided_pairs = decided_pairs.with_columns(pl.col("cosine", "lexical").fill_null(0)).select(pairs.columns)
    others = pairs.join(decided_pairs, on=["i", "j"], how="anti", maintain_order="left")
    return pl.concat([others, decided_pairs])
