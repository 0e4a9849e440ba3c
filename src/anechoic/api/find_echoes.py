"""Echoes as a library: texts in, what to keep and what to leave out; no project, no files, any encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from anechoic.api.echo_groups import encoder_in_force, judge_for
from anechoic.api.rows import Rows, as_frame, canonical_rows
from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.explanations import COPY
from anechoic.echoes.groups import group
from anechoic.echoes.pairs import PairLimits, judge_pairs
from anechoic.embed.embed import embed
from anechoic.embed.encoder import Encoder
from anechoic.numeric.arrays import Vectors, matrix, vector_column
from anechoic.project.errors import DataError
from anechoic.project.kinds import ECHO_KINDS
from anechoic.text.same_text import same_text_key
from anechoic.text.shown import shown

Keep = Literal["longest", "first"]
Verdict = tuple[float, str, str]  # score, kind, reason
Pairs = dict[tuple[int, int], Verdict]  # by text numbers

COPIED: Verdict = (1.0, "exact", COPY)
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
    reason: why, in words; conflict: both are labelled, and differently. Personal data in
    the texts of `removed` is masked; those of `kept` are as they came.
    """

    kept: pl.DataFrame
    removed: pl.DataFrame
    vectors: Vectors  # (kept rows, dimension), so that the kept rows need no second encoding


def find_echoes(  # noqa: PLR0913 - each is one decision of the user's, all but the rows by name
    rows: Rows,
    *,
    text: str = "text",
    label: str = "label",
    encoder: str | Encoder | None = None,
    judge: Judge | None = None,
    against: Rows | FoundEchoes | None = None,
    keep: Keep = "longest",
) -> FoundEchoes:
    """Rows -> those to keep and those that are the same data as a kept one: copies, near-copies and rephrasings.

    rows: a list of texts, or a polars or pandas frame with the column `text` and, if they are known, `label` and
    `drop` (the file or month a row came with: a drop that retells another one is matched with it row by row).
    encoder: the name of a model, or anything whose `.encode(list of n texts)` gives an array (n, dimension); judge:
    who decides; both are by default those of the project one stands in, else the embedded all-MiniLM-L6-v2 and the
    judge that was fitted with it. against: rows that are there already and stay: only those of `rows` are removed.
    Give the result of an earlier call and its kept rows are not encoded again. keep: the row of a group that stays,
    the longest text (ties to the first in the alphabet) or the first row; a row of `against` always goes before.

    Groups depend on no order of the rows. Time grows with the square of the distinct texts, memory with distinct
    texts x 1,024. Raises DataError for a missing text, or an encoder that gives NaN or a wrong shape. Source of the
    judge: training/judge.py, LOG.md.
    """
    frame = as_frame(rows, text=text, where="find_echoes: rows")
    new = _table(frame, text=text, label=label, where="find_echoes: rows")
    known = against.kept if isinstance(against, FoundEchoes) else against
    old = new.clear()
    if known is not None:
        where = "find_echoes: against"
        old = _table(as_frame(known, text=text, where=where), text=text, label=label, where=where)
    both = pl.concat([old.with_columns(old=pl.lit(value=True)), new.with_columns(old=pl.lit(value=False))])
    both = both.with_columns(drop=pl.struct(~pl.col("old"), "drop").rank("dense").cast(pl.Int64) - 1)
    asked = encoder_in_force(encoder)
    given = against.vectors if isinstance(against, FoundEchoes) else None
    both = both.with_columns(vector=_vectors(_one_text_each(both), old["canonical"].to_list(), given, asked))
    judged = judge_pairs(both, judge_for(judge, asked), PairLimits())
    both = both.with_columns(text_number=pl.Series(judged.text)).with_columns(
        old_text=pl.col("old").any().over("text_number"), place=pl.int_range(pl.len())
    )
    removed = _removed(both, _echo_pairs(judged.pairs, both), keep)
    gone = removed["row"].implode()
    stays = frame.drop("row", strict=False).with_row_index("row").filter(~pl.col("row").cast(pl.Int64).is_in(gone))
    vectors = both.filter(~pl.col("old"))["vector"].gather(stays["row"])
    return FoundEchoes(stays, removed, matrix(vectors))


def _table(frame: pl.DataFrame, *, text: str, label: str, where: str) -> pl.DataFrame:
    """row, text, canonical, numbers, label and drop of each input row; the last two are null where unknown."""
    optional = [
        (pl.col(column) if column in frame.columns else pl.lit(None)).cast(pl.String).alias(name)
        for column, name in ((label, "label"), ("drop", "drop"))
    ]
    texts = canonical_rows(frame, text=text, where=where)
    return pl.concat([texts, frame.select(pl.int_range(pl.len()).alias("row"), *optional)], how="horizontal")


def _one_text_each(rows: pl.DataFrame) -> list[str]:
    """For each row the canonical text encoded for it: of copies the first, so that none is encoded twice."""
    keys = [same_text_key(*row) for row in rows.select("canonical", "numbers").iter_rows()]
    keyed = rows.select("drop", "text", "canonical").with_columns(pl.Series("key", keys, dtype=pl.String))
    firsts = keyed.sort("drop", "key", "text").unique("key", keep="first", maintain_order=True)
    return keyed.select("key").join(firsts, on="key", how="left", maintain_order="left")["canonical"].to_list()


def _vectors(texts: list[str], old: list[str], given: Vectors | None, encoder: str | Encoder) -> pl.Series:
    """Canonical texts -> their vectors; those of old texts, given in the same order, are not computed again."""
    known = {} if given is None else dict(zip(old, given, strict=True))
    missing = sorted({text for text in texts if text not in known})
    known |= dict(zip(missing, embed(missing, encoder), strict=True))
    if len(widths := {len(vector) for vector in known.values()}) > 1:
        raise DataError(
            f"find_echoes: vectors of {sorted(widths)} numbers. Give the encoder `against` was made with."
        )
    return vector_column(np.array([known[text] for text in texts], dtype=np.float32))


def _echo_pairs(pairs: pl.DataFrame, rows: pl.DataFrame) -> Pairs:
    """Echoes by their text numbers. What texts that are there already say of each other is left out."""
    text, old = rows["text_number"].to_list(), rows["old_text"].to_list()
    echoes = pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS)))
    return {
        (min(text[i], text[j]), max(text[i], text[j])): (score, kind, evidence)
        for i, j, kind, score, evidence in echoes.select("i", "j", "kind", "score", "evidence").iter_rows()
        if not (old[i] and old[j])
    }


def _removed(rows: pl.DataFrame, pairs: Pairs, keep: Keep) -> pl.DataFrame:
    """The removed rows, each with the kept row it echoes."""
    rows = _kept_first(rows, pairs, keep)
    kept: dict[int, list[dict[str, Any]]] = {}
    for row in rows.filter("stays").iter_rows(named=True):
        kept.setdefault(row["group"], []).append(row)
    members: dict[int, list[int]] = {}
    text_of = {}
    for number, of, text in (
        rows.unique("text_number").sort("text_number").select("text_number", "group", "canonical").iter_rows()
    ):
        members.setdefault(of, []).append(number)
        text_of[number] = text
    lines = []
    for row in rows.filter(~pl.col("old"), ~pl.col("stays")).sort("row").iter_rows(named=True):
        ways = [
            (_way(pairs, (row["text_number"], each["text_number"]), members[row["group"]], text_of), each)
            for each in kept[row["group"]]
        ]
        (score, kind, reason), of = max(ways, key=lambda way: way[0][0])
        differ = None not in (row["label"], of["label"]) and row["label"] != of["label"]
        texts = shown(row["text"]), shown(of["text"])
        lines.append((row["row"], texts[0], of["row"], texts[1], of["old"], score, kind, reason, differ))
    return pl.DataFrame(lines, schema=REMOVED, orient="row")


def _kept_first(rows: pl.DataFrame, pairs: Pairs, keep: Keep) -> pl.DataFrame:
    """Rows with `group` and `stays`, in the order in which they are preferred within their group.

    Of `against` one row of each text stays; of a group that holds none of its rows, the one that is preferred.
    """
    count = int(rows["text_number"].max() or 0) + 1  # type: ignore[arg-type]
    grouping = group(count, list(pairs), [score for score, _, _ in pairs.values()])
    rows = rows.with_columns(group=pl.Series(grouping.group_of, dtype=pl.Int64).gather(rows["text_number"]))
    length = -pl.col("canonical").str.len_chars().cast(pl.Int64)
    longest = [length, pl.col("drop"), pl.col("canonical"), pl.col("text"), pl.col("place")]
    rows = rows.sort(~pl.col("old"), *(longest if keep == "longest" else [pl.col("place")]))
    first_of_text = pl.int_range(pl.len()).over("text_number") == 0
    first_of_group = pl.int_range(pl.len()).over("group") == 0
    return rows.with_columns(stays=(pl.col("old") & first_of_text) | (first_of_group & ~pl.col("old")))


def _way(pairs: Pairs, ends: tuple[int, int], members: Sequence[int], texts: dict[int, str]) -> Verdict:
    """Why a text echoes the kept one: by itself, or by way of a third one, as strong as the weaker half."""
    if ends[0] == ends[1]:
        return COPIED
    if direct := pairs.get((min(ends), max(ends))):
        return direct
    best: Verdict = (0.0, "rephrase", "")
    for middle in members:
        halves = [pairs.get((min(middle, end), max(middle, end))) for end in ends]
        weaker = min((half for half in halves if half), default=best)
        if all(halves) and weaker[0] > best[0]:
            best = (*weaker[:2], f"both echo {texts[middle]!r}")
    return best
