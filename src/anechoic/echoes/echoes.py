"""Stage echoes: clean rows and their vectors -> pairs, groups, the review queue and the report."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.explanations import COPY
from anechoic.echoes.groups import Grouping, group
from anechoic.echoes.labels.conflicts import contradicting, sure_conflicts
from anechoic.echoes.labels.label_quality import label_quality
from anechoic.echoes.pairs import JudgedRows, PairLimits, judge_pairs
from anechoic.echoes.review_queue import explained, review_queue
from anechoic.echoes.schema import EchoesParams, EchoesReport
from anechoic.echoes.summary import Findings, Measured, summarize
from anechoic.numeric.arrays import dense_codes, matrix
from anechoic.project.kinds import ECHO_KINDS
from anechoic.review.decisions import no_decisions, obeyed

DECIDED = {"same": ("rephrase", 1.0, "review: same"), "different": ("neighbour", 0.0, "review: different")}


@dataclass(frozen=True)
class Echoes:
    """The result of the stage."""

    pairs: pl.DataFrame
    groups: pl.DataFrame
    review: pl.DataFrame
    report: EchoesReport


@dataclass(frozen=True)
class Said:
    """What people said of the rows: their answers, and which rows were made from others; None: nothing."""

    decisions: pl.DataFrame | None = None  # the table
    made: pl.DataFrame | None = None  # row_id, source: see augmented/declared.py


@dataclass(frozen=True)
class Connected:
    """Rows with their groups, and the pairs that connect them or, cut, do not."""

    rows: pl.DataFrame  # the rows as they came, with row, first, group_id, group_size and conflict
    pairs: pl.DataFrame  # the table pairs
    judged: JudgedRows
    drops: list[str]  # names, in the order of the drop numbers
    broken_chains: int


def echoes(
    clean: pl.DataFrame,
    embeddings: pl.DataFrame,
    params: EchoesParams,
    judge: Judge,
    *,
    said: Said | None = None,
    measured: Measured | None = None,
) -> Echoes:
    """Tables clean and embeddings -> pairs, groups, questions and report: judge, obey people, verify, connect.

    measured: how the judge does on planted texts.
    """
    said = said or Said()
    answers = no_decisions() if said.decisions is None else said.decisions
    limits = PairLimits(params.near_lexical, params.neighbour_cosine)
    found = connect(clean, embeddings, judge, limits, decisions=answers)
    labels = label_quality(found.rows)
    groups = _with_contradictions(_represented(found.rows, labels.doubts, params), found)
    encoder = "none" if embeddings.is_empty() else str(embeddings["encoder"][0])
    findings = Findings(clean, found.pairs, groups, found.judged.links, found.drops, found.broken_chains)
    report = summarize(findings, judge, encoder, labels=labels, measured=measured or Measured(), decisions=answers)
    questions = review_queue(clean, found.pairs, groups, labels, params.review_rows, made=said.made)
    return Echoes(found.pairs, groups, explained(questions, clean), report)


def connect(
    clean: pl.DataFrame,
    embeddings: pl.DataFrame,
    judge: Judge,
    limits: PairLimits,
    *,
    decisions: pl.DataFrame | None = None,
) -> Connected:
    """Tables clean and embeddings -> judged pairs and the groups they connect: everything but labels and report."""
    rows = clean.join(embeddings, on="row_id", how="left", maintain_order="left").with_columns(
        row=pl.int_range(pl.len())
    )
    place = pl.struct(pl.col("role") != "raw", "drop")  # raw drops before those of the exam, each by name
    rows = rows.with_columns(drop_number=place.rank("dense").cast(pl.Int64) - 1)
    names = rows.unique("drop_number").sort("drop_number")["drop"].to_list()
    judged = judge_pairs(rows.select("text", "canonical", "numbers", "vector", drop="drop_number"), judge, limits)
    rows = rows.with_columns(first=pl.Series(judged.first))
    pairs = judged.pairs if decisions is None else _decided(judged.pairs, rows, decisions)
    is_echo = pairs["kind"].is_in(list(ECHO_KINDS))
    linked = pairs.filter(is_echo)
    ends = judged.text[
        linked.select("i", "j").to_numpy()
    ]  # (links, 2) text numbers: ties do not hang on rows' order
    links = [(int(left), int(right)) for left, right in np.sort(ends, axis=1)]
    grouping = group(int(judged.text.max(initial=-1)) + 1, links, linked["score"].to_list())
    pairs = _cut(pairs, is_echo, grouping)
    ids = rows["row_id"]
    copies = _copies(rows)
    between = pairs.with_columns(left=ids.gather(pairs["i"]), right=ids.gather(pairs["j"])).select(copies.columns)
    grouped = _grouped(rows.with_columns(text_number=pl.Series(judged.text)), grouping)
    return Connected(grouped, pl.concat([copies, between]), judged, names, grouping.broken_chains)


def _decided(pairs: pl.DataFrame, rows: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """The pairs with what people decided: `same` is an echo whatever the judge says, `different` is none."""
    first_of = dict(rows.select("row_id", "first").iter_rows())
    lines = {}
    for answer, decided in DECIDED.items():
        for left, right in obeyed(decisions, answer).select("left", "right").sort("left", "right").iter_rows():
            i, j = sorted((first_of[left], first_of[right]))
            if i != j:  # copies need no decision
                lines[i, j] = (i, j, *decided)
    if not lines:
        return pairs
    schema = {name: pairs.schema[name] for name in ("i", "j", "kind", "score", "evidence")}
    settled = pl.DataFrame(list(lines.values()), schema=schema, orient="row")
    settled = settled.join(pairs.select("i", "j", "cosine", "lexical"), on=["i", "j"], how="left")
    settled = settled.with_columns(pl.col("cosine", "lexical").fill_null(0)).select(pairs.columns)
    others = pairs.join(settled, on=["i", "j"], how="anti", maintain_order="left")
    return pl.concat([others, settled])


def _copies(rows: pl.DataFrame) -> pl.DataFrame:
    """Copies form a star on their first row."""
    copies = rows.filter(pl.col("row") != pl.col("first"))
    stars = pl.DataFrame({"left": rows["row_id"].gather(copies["first"]), "right": copies["row_id"]})
    one = pl.lit(1, pl.Float32)
    return stars.with_columns(kind=pl.lit("exact"), cosine=one, lexical=one, score=one, evidence=pl.lit(COPY))


def _cut(pairs: pl.DataFrame, is_echo: pl.Series, grouping: Grouping) -> pl.DataFrame:
    """Links that chain control cut are neighbours: one of the chain's verdicts is wrong, the weakest likeliest."""
    cut = np.zeros(pairs.height, dtype=bool)
    cut[np.flatnonzero(is_echo.to_numpy())[list(grouping.cut)]] = True
    return pairs.with_columns(
        kind=pl.when(pl.Series(cut)).then(pl.lit("neighbour")).otherwise("kind"),
        evidence=pl.when(pl.Series(cut)).then(pl.col("evidence") + "; chain broken here").otherwise("evidence"),
    )


def _grouped(rows: pl.DataFrame, grouping: Grouping) -> pl.DataFrame:
    """Rows with their group, named by its first row, its size and whether its labels differ."""
    numbers = pl.Series(grouping.group_of, dtype=pl.Int64).gather(rows["text_number"])
    named = rows.with_columns(number=numbers).with_columns(group_id=pl.col("row_id").first().over("number"))
    return named.with_columns(
        group_size=pl.len().over("group_id"), conflict=pl.col("label_id").n_unique().over("group_id") > 1
    )


def _represented(grouped: pl.DataFrame, doubts: pl.DataFrame, params: EchoesParams) -> pl.DataFrame:
    """The groups table: one row of each group stands for it, ties to the first."""
    worth = {
        "first": -pl.col("row").cast(pl.Float64),
        "longest": pl.col("canonical").str.len_chars().cast(pl.Float64),
        "centre": pl.col("centrality"),
        "agreement": pl.col("log_odds").fill_null(-np.inf),
    }[params.representative]
    rows = grouped.join(doubts, on="row_id", how="left", maintain_order="left")
    rows = rows.with_columns(centrality=_centrality(grouped))
    best = pl.col("row_id").sort_by(worth, "row", descending=[True, False]).first().over("group_id")
    return rows.select(
        "row_id", "group_id", "group_size", (pl.col("row_id") == best).alias("representative"), "conflict"
    )


def _with_contradictions(groups: pl.DataFrame, found: Connected) -> pl.DataFrame:
    """The groups table with the column `contradiction`: raw rows whose label the review queue asks about."""
    raw = found.rows.filter(pl.col("role") == "raw")
    asked = contradicting(raw, sure_conflicts(raw, found.pairs))
    return groups.with_columns(contradiction=pl.col("row_id").is_in(asked.implode()))


def _centrality(grouped: pl.DataFrame) -> pl.Series:
    """Cosine of each row to the mean of its group, up to a factor of the group."""
    vectors, codes = matrix(grouped["vector"]), dense_codes(grouped["group_id"])
    sums = np.zeros((int(codes.max(initial=-1)) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, codes, vectors)
    return pl.Series(np.einsum("nd,nd->n", vectors, sums[codes]).astype(np.float64))
