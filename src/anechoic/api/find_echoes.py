"""Echoes as a library: texts in, what to keep out; no project, no files, any encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from anechoic.echoes.classifier.judge import Judge, shipped_judge
from anechoic.echoes.explanations import why
from anechoic.echoes.groups import group
from anechoic.echoes.pairs import collect, decide, verdicts
from anechoic.embed.encoder import Encoder, FixedShapeEncoder, encode_missing, text_hash
from anechoic.numeric.arrays import Vectors, matrix
from anechoic.project import model_store
from anechoic.project.errors import DataError
from anechoic.project.tables import ECHO_KINDS
from anechoic.text.repair import canonicalize, numbers_of

Texts = pl.DataFrame | Sequence[str]
Keep = Literal["longest", "first"]
Said = tuple[float, str, str]  # score, kind, reason
Pairs = dict[tuple[int, int], Said]

NEAR_LEXICAL = 0.9  # similarity of the words from which two texts have the same words
KEY = ["key", "numbers"]  # rows that agree in both are copies
COPIED: Said = (1.0, "exact", why("exact", "", "", [], []))
REMOVED = {
    "row": pl.Int64,
    "text": pl.String,
    "echoes": pl.Int64,
    "echoes_text": pl.String,
    "in_against": pl.Boolean,
    "score": pl.Float64,
    "kind": pl.String,
    "reason": pl.String,
    "conflict": pl.Boolean,
}


@dataclass(frozen=True)
class FoundEchoes:
    """What `find_echoes` found. A row is named by its place in the input, counted from 0.

    kept: the input's rows that stay, in their order, with the column `row`; a list of texts gives row, text.
    removed: one line a removed row: row, text; echoes, echoes_text: the kept row it echoes, which is a row of
    `against` where in_against is true; score: probability 0..1 that it is an echo; kind: exact, near or rephrase;
    reason: why, in words; conflict: both are labelled, and differently.
    """

    kept: pl.DataFrame
    removed: pl.DataFrame
    vectors: Vectors  # (kept rows, dimension), so that the kept rows need no second encoding


def find_echoes(
    texts: Texts,
    *,
    against: Texts | FoundEchoes | None = None,
    encoder: Encoder | None = None,
    judge: Judge | None = None,
    keep: Keep = "longest",
) -> FoundEchoes:
    """Texts that are the same data as another one: copies, near-copies and rephrasings, each with its reason.

    texts: a list, or a polars frame with `text` and, if they are known, `label` and `drop` (the file or month a row
    came with: a drop that retells another one is matched with it row by row). against: texts that are there
    already and stay: only rows of `texts` are removed. Give the result of an earlier call and its kept rows are not
    encoded again. encoder: anything whose `.encode(list of n texts)` gives an array (n, dimension), by default the
    embedded all-MiniLM-L6-v2, with which the judge was fitted. keep: the row of a group that stays, the
    longest text (ties to the first in the alphabet) or the first row; a row of `against` always goes before.

    Groups depend on no order of the rows. Time grows with the square of the distinct texts, memory with
    distinct texts x 1024. Raises DataError for a missing text, or an encoder that gives NaN or a wrong shape.
    Source of the judge: benchmarks/fit_judge.py, LOG.md.
    """
    new = _table(texts, "texts")
    known = against.kept if isinstance(against, FoundEchoes) else against
    old = new.head(0) if known is None else _table(known, "against")
    rows = pl.concat([old.with_columns(old=pl.lit(True)), new.with_columns(old=pl.lit(False))])
    order = ["rank", "canonical", "text"]
    rows = rows.with_columns(rank=pl.struct(~pl.col("old"), "drop").rank("dense").cast(pl.Int64) - 1)
    distinct = (
        rows.sort(order).unique(KEY, keep="first", maintain_order=True).with_columns(node=pl.int_range(pl.len()))
    )
    rows = rows.join(distinct.select(*KEY, "node"), on=KEY, how="left", maintain_order="left")
    given = against.vectors if isinstance(against, FoundEchoes) else None
    distinct = distinct.with_columns(
        _vectors(distinct["canonical"].to_list(), old["canonical"].to_list(), given, encoder)
    )
    pairs = _pairs(distinct, judge or shipped_judge())
    removed = _removed(rows.with_row_index("at"), distinct, pairs, keep)
    gone = removed["row"].implode()
    stays = (
        _frame(texts)
        .drop("row", strict=False)
        .with_row_index("row")
        .filter(~pl.col("row").cast(pl.Int64).is_in(gone))
    )
    places = rows.filter(~pl.col("old"))["node"].gather(stays["row"])
    return FoundEchoes(stays, removed, matrix(distinct["vector"])[places.to_numpy()])


def _frame(texts: Texts) -> pl.DataFrame:
    return (
        texts
        if isinstance(texts, pl.DataFrame)
        else pl.DataFrame({"text": list(texts)}, schema={"text": pl.String})
    )


def _table(texts: Texts, name: str) -> pl.DataFrame:
    """row, text, label, drop, canonical, key, numbers of each input row."""
    try:
        frame = _frame(texts)
    except (TypeError, pl.exceptions.PolarsError) as error:
        raise DataError(f"find_echoes({name}): want a polars frame or a list of strings: {error}.") from None
    if "text" not in frame.columns or frame["text"].dtype != pl.String:
        raise DataError(f"find_echoes({name}): want a column `text` of strings, found {dict(frame.schema)}.")
    canonical = [canonicalize(text or "") for text in frame["text"]]
    if empty := [at for at, text in enumerate(canonical) if not text]:
        raise DataError(
            f"find_echoes({name}): {len(empty)} texts are empty, the first in row {empty[0]}. Leave them out."
        )
    optional = [
        (pl.col(column) if column in frame.columns else pl.lit(None)).cast(pl.String).alias(column)
        for column in ("label", "drop")
    ]
    return frame.select(
        pl.int_range(pl.len()).alias("row"),
        "text",
        *optional,
        pl.Series("canonical", canonical, dtype=pl.String),
        pl.Series("key", [text.lower() for text in canonical], dtype=pl.String),
        pl.Series("numbers", [numbers_of(text) for text in canonical], dtype=pl.List(pl.String)),
    )


def _vectors(texts: list[str], old: list[str], given: Vectors | None, encoder: Encoder | None) -> pl.Series:
    """The texts' vectors; those of old texts are taken as given."""
    known = pl.DataFrame(schema={"text_hash": pl.String, "vector": pl.List(pl.Float32)})
    if given is not None:
        known = pl.DataFrame(
            {"text_hash": [text_hash(text) for text in old], "vector": list(given)}, schema=known.schema
        ).unique("text_hash", keep="first")
    new = encode_missing(
        texts, set(known["text_hash"]), lambda: encoder or FixedShapeEncoder(model_store.model_folder("minilm"))
    )
    found = pl.concat([known, new])
    if len(widths := found["vector"].list.len().unique()) > 1:
        raise DataError(
            f"find_echoes: vectors of {widths.sort().to_list()} numbers. Give the encoder `against` was made with."
        )
    wanted = pl.DataFrame({"text_hash": [text_hash(text) for text in texts]}, schema={"text_hash": pl.String})
    return wanted.join(found, on="text_hash", how="left", maintain_order="left")["vector"]


def _pairs(distinct: pl.DataFrame, judge: Judge) -> Pairs:
    """Echoes among the distinct texts, by their nodes. What old ones say of each other is left out."""
    drops = distinct["rank"].to_numpy().astype(np.int64)
    judged = decide(collect(matrix(distinct["vector"]), distinct["canonical"].to_list(), drops), judge)
    table = verdicts(distinct, judged, judge.threshold, NEAR_LEXICAL, neighbour_cosine=2)  # no neighbours
    old = distinct["old"].to_list()
    return {
        (i, j): (score, kind, evidence)
        for i, j, kind, score, evidence in table.select("i", "j", "kind", "score", "evidence").iter_rows()
        if kind in ECHO_KINDS and not (old[i] and old[j])
    }


def _removed(rows: pl.DataFrame, distinct: pl.DataFrame, pairs: Pairs, keep: Keep) -> pl.DataFrame:
    """The removed rows, each with the kept row it echoes."""
    grouping = group(distinct.height, list(pairs), [score for score, _, _ in pairs.values()])
    rows = rows.with_columns(group=pl.Series(grouping.group_of, dtype=pl.Int64).gather(rows["node"]))
    length = -pl.col("canonical").str.len_chars().cast(pl.Int64)
    worth = [length, pl.col("rank"), pl.col("node"), pl.col("at")] if keep == "longest" else [pl.col("at")]
    rows = rows.sort(~pl.col("old"), *worth)
    first = pl.int_range(pl.len()).over("group") == 0
    stays = (pl.col("old") & (pl.int_range(pl.len()).over("node") == 0)) | (first & ~pl.col("old"))
    rows = rows.with_columns(stays=stays)
    kept: dict[int, list[dict[str, Any]]] = {}
    for row in rows.filter("stays").iter_rows(named=True):
        kept.setdefault(row["group"], []).append(row)
    members: dict[int, list[int]] = {}
    for node, number in enumerate(grouping.group_of):
        members.setdefault(number, []).append(node)
    lines = []
    for row in rows.filter(~pl.col("old"), ~pl.col("stays")).sort("row").iter_rows(named=True):
        ways = [
            (_way(pairs, row["node"], each["node"], members[row["group"]], distinct), each)
            for each in kept[row["group"]]
        ]
        (score, kind, reason), of = max(ways, key=lambda way: way[0][0])
        differ = None not in (row["label"], of["label"]) and row["label"] != of["label"]
        lines.append((row["row"], row["text"], of["row"], of["text"], of["old"], score, kind, reason, differ))
    return pl.DataFrame(lines, schema=REMOVED, orient="row")


def _way(pairs: Pairs, node: int, kept: int, members: Sequence[int], distinct: pl.DataFrame) -> Said:
    """Why a text echoes the kept one: by itself or by way of a third one, as strong as the weaker half."""
    if node == kept:
        return COPIED
    if direct := pairs.get((min(node, kept), max(node, kept))):
        return direct
    best: Said = (0.0, "rephrase", "")
    for middle in members:
        halves = [pairs.get((min(middle, end), max(middle, end))) for end in (node, kept)]
        weaker = min((half for half in halves if half), default=best)
        if all(halves) and weaker[0] > best[0]:
            best = (*weaker[:2], f"both echo {distinct['text'][middle]!r}")
    return best
