"""Stage echoes: clean rows and their vectors -> pairs, groups, the review queue and the report."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.explanations import why
from anechoic.echoes.groups import Grouping, group
from anechoic.echoes.label_noise import agreement, doubts
from anechoic.echoes.pairs import collect, decide, obeyed, verdicts
from anechoic.echoes.schema import EchoesParams, EchoesReport, Missed
from anechoic.echoes.summary import measure
from anechoic.numeric.arrays import Indices, matrix
from anechoic.project.tables import ECHO_KINDS
from anechoic.review.decisions import Decisions
from anechoic.review.queue import review_queue


@dataclass(frozen=True)
class Echoes:
    """The result of the stage."""

    pairs: pl.DataFrame
    groups: pl.DataFrame
    review: pl.DataFrame
    report: EchoesReport


def echoes(
    clean: pl.DataFrame,
    embeddings: pl.DataFrame,
    params: EchoesParams,
    judge: Judge,
    decisions: Decisions,
    missed: Sequence[Missed] = (),
) -> Echoes:
    """Judge every pair worth it, obey decisions, verify, then connect. Rows are taken in the order of clean.

    missed: recall on planted rows, for the report.
    """
    rows = clean.join(embeddings, on="row_id", how="left", maintain_order="left").with_row_index("at")
    key = pl.struct(pl.col("canonical").str.to_lowercase(), "numbers")
    rows = rows.with_columns(first=pl.col("at").min().over(key).cast(pl.Int64))
    distinct = rows.filter(pl.col("at") == pl.col("first"))
    texts = distinct["canonical"].to_list()
    judged = decide(collect(matrix(distinct["vector"]), texts, _drop_numbers(distinct)), judge)
    pairs = verdicts(distinct, judged, judge.threshold, params.near_lexical, params.neighbour_cosine)
    pairs = obeyed(pairs, rows, distinct, decisions)
    is_echo = pairs["kind"].is_in(list(ECHO_KINDS))
    links = list(pairs.filter(is_echo).select("i", "j").iter_rows())
    grouping = group(distinct.height, links, pairs.filter(is_echo)["score"].to_list())
    pairs = _cut(pairs, is_echo, grouping)
    ids = distinct["row_id"]
    copies = _copies(rows)
    pairs = pairs.with_columns(left=ids.gather(pairs["i"]), right=ids.gather(pairs["j"])).select(copies.columns)
    table = pl.concat([copies, pairs])
    grouped = _grouped(rows, distinct, grouping)
    doubtful, agreed = _labels(grouped)
    groups = _represented(grouped, doubtful, params)
    names = distinct.select("role", "drop").unique(maintain_order=True)["drop"].to_list()
    encoder = "none" if embeddings.is_empty() else str(embeddings["encoder"][0])
    report = measure(
        clean,
        table,
        groups,
        grouping.broken_chains,
        judge,
        encoder,
        judged.links,
        names,
        doubtful,
        agreed,
        decisions.report,
        missed,
    )
    return Echoes(table, groups, review_queue(clean, table, groups, doubtful, params.review_rows), report)


def _drop_numbers(distinct: pl.DataFrame) -> Indices:
    drops = distinct.select(pl.struct("role", "drop").rank("dense").cast(pl.Int64) - 1).to_series()
    order = drops.unique(maintain_order=True)
    return drops.replace_strict(order, range(len(order)), return_dtype=pl.Int64).to_numpy()


def _copies(rows: pl.DataFrame) -> pl.DataFrame:
    """Copies form a star on their first row."""
    copies = rows.filter(pl.col("at") != pl.col("first"))
    return pl.DataFrame({"left": rows["row_id"].gather(copies["first"]), "right": copies["row_id"]}).with_columns(
        kind=pl.lit("exact"),
        cosine=pl.lit(1, pl.Float32),
        lexical=pl.lit(1, pl.Float32),
        score=pl.lit(1, pl.Float32),
        evidence=pl.lit(why("exact", "", "", [], [])),
    )


def _cut(pairs: pl.DataFrame, is_echo: pl.Series, grouping: Grouping) -> pl.DataFrame:
    """Links that chain control cut are neighbours: one of the chain's verdicts is wrong, the weakest likeliest."""
    cut = np.zeros(pairs.height, dtype=bool)
    cut[np.flatnonzero(is_echo.to_numpy())[list(grouping.cut)]] = True
    return pairs.with_columns(
        kind=pl.when(pl.Series(cut)).then(pl.lit("neighbour")).otherwise("kind"),
        evidence=pl.when(pl.Series(cut)).then(pl.col("evidence") + "; chain broken here").otherwise("evidence"),
    )


def _grouped(rows: pl.DataFrame, distinct: pl.DataFrame, grouping: Grouping) -> pl.DataFrame:
    """Rows with their group, its size and whether its labels differ."""
    node_group = distinct.select("first").with_columns(
        group_id=distinct["row_id"].gather(pl.Series(grouping.group_of, dtype=pl.UInt32))
    )
    return rows.join(node_group, on="first", maintain_order="left").with_columns(
        group_size=pl.len().over("group_id"), conflict=pl.col("label_id").n_unique().over("group_id") > 1
    )


def _labels(grouped: pl.DataFrame) -> tuple[pl.DataFrame, tuple[int, int]]:
    """For each raw row the label others would give and its own log odds; rows in groups, and agreeing ones."""
    raw = grouped.filter(pl.col("role") == "raw")
    empty = pl.DataFrame(schema={"row_id": pl.String, "suggested": pl.String, "log_odds": pl.Float64})
    if raw["label_id"].n_unique() < 2:
        return empty, (0, 0)
    names = dict(raw.select("label_id", "label").iter_rows())
    ids, labels = np.unique(raw["label_id"].to_numpy(), return_inverse=True)
    groups = np.unique(raw["group_id"].to_numpy(), return_inverse=True)[1]
    found = doubts(matrix(raw["vector"]), labels, groups, seed=0)
    table = raw.select("row_id").with_columns(
        suggested=pl.Series([names[at] for at in ids[found.suggested]], dtype=pl.String),
        log_odds=pl.Series(found.log_odds),
    )
    return table, agreement(labels, groups)


def _represented(grouped: pl.DataFrame, doubtful: pl.DataFrame, params: EchoesParams) -> pl.DataFrame:
    """The groups table: one row of each group stands for it, ties to the first."""
    worth = {
        "first": -pl.col("at").cast(pl.Float64),
        "longest": pl.col("canonical").str.len_chars().cast(pl.Float64),
        "centre": pl.col("centrality"),
        "agreement": pl.col("log_odds").fill_null(-np.inf),
    }[params.representative]
    rows = grouped.join(doubtful, on="row_id", how="left", maintain_order="left")
    rows = rows.with_columns(centrality=_centrality(grouped))
    best = pl.col("row_id").sort_by(worth, "at", descending=[True, False]).first().over("group_id")
    return rows.select(
        "row_id", "group_id", "group_size", (pl.col("row_id") == best).alias("representative"), "conflict"
    )


def _centrality(grouped: pl.DataFrame) -> pl.Series:
    """Cosine of each row to the mean of its group."""
    vectors = matrix(grouped["vector"])
    codes = np.unique(grouped["group_id"].to_numpy(), return_inverse=True)[1]
    sums = np.zeros((int(codes.max(initial=-1)) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, codes, vectors)
    return pl.Series(np.einsum("nd,nd->n", vectors, sums[codes]).astype(np.float64))
