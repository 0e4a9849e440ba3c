"""Stage label_next: the inbox beside the labelled rows -> the rows to label next, and the CSV to fill in."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO

import numpy as np
import polars as pl

from anechoic.echoes.classifier.judge import Judge
from anechoic.files.columns.layout import PICKED_COLUMNS as COLUMNS
from anechoic.label_next.choice import Labelled, choose, probe_chances, uncertainty
from anechoic.label_next.echoes import without_echoes
from anechoic.label_next.reasons import reason
from anechoic.label_next.schema import LabelNextParams
from anechoic.numeric.arrays import Flags, Floats, Indices, matrix
from anechoic.numeric.nearest import nearest
from anechoic.predict.junk import junk_of
from anechoic.text.formulas import disarm
from anechoic.text.repair import numbers_of
from anechoic.text.same_text import same_text_key
from anechoic.text.shown import shown, shown_name
from anechoic.validate.schema import ValidateParams

ROUNDS = 6  # of choosing and judging; where an inbox still repeats itself after so many, fewer rows are picked
MOST_JUDGED = 1_000  # rows of one round

Guess = Callable[[list[str]], pl.DataFrame]  # texts -> predicted and confidence, null where there is no class


@dataclass(frozen=True)
class Sources:
    """What the choice is made with.

    known: labelled rows, exam included, with row_id, text, canonical, numbers, drop, role, label, vector; guess: by
    the trained classifier, None where there is none.
    """

    known: pl.DataFrame
    judge: Judge
    rules: ValidateParams
    guess: Guess | None = None


@dataclass(frozen=True)
class LabelNext:
    """The rows picked, as columns COLUMNS, and what became of the others."""

    rows: pl.DataFrame
    records: int  # of the inbox
    junk: int
    copies: int  # of labelled rows or of each other, word for word
    echoes: int  # of the rows looked at, left out as they say the same as a labelled or picked one

    def csv(self) -> str:
        """The table as a CSV that a spreadsheet opens safely; with labels filled in it is a drop for data/raw/."""
        stream = StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([disarm(str(field)) for field in row] for row in self.rows.iter_rows())
        return stream.getvalue()

    def sentences(self) -> Iterator[str]:
        """What was picked and what was left out, a line each."""
        if not self.records:
            yield "the inbox is empty: nothing to pick from"
            return
        yield f"{self.rows.height:,} of {self.records:,} rows picked for labelling"
        yield (
            f"left out: {self.junk:,} without anything to read, {self.copies:,} copies, {self.echoes:,} that say "
            "the same as a labelled or a picked row"
        )


def label_next(inbox: pl.DataFrame, vectors: pl.DataFrame, sources: Sources, params: LabelNextParams) -> LabelNext:
    """The tables inbox and inbox_embeddings beside what is labelled -> the rows worth most when labelled.

    Left out: what holds nothing to read, copies, and rows that echo a labelled row or one picked before.
    """
    records = inbox.filter(pl.col("record") > 0)
    pool, junk = _readable(records, sources.rules)
    distinct = _distinct(pool, sources.known).join(
        vectors.select("canonical", "vector"), on="canonical", how="inner", maintain_order="left"
    )
    names = sorted(sources.known.filter(pl.col("role") == "raw")["label"].unique().to_list())
    picked, echoes = _pick(distinct, sources, _labelled(sources.known, names), params)
    rows = _table(distinct[picked.rows], picked, names, sources)
    return LabelNext(rows, records.height, junk, pool.height - distinct.height, echoes)


def _readable(records: pl.DataFrame, rules: ValidateParams) -> tuple[pl.DataFrame, int]:
    """Records without junk, and how many were junk."""
    if records.is_empty():
        return records, 0
    codes = pl.Series(junk_of(records["text"].to_list(), rules), dtype=pl.String)
    kept = records.filter((codes == "") & (pl.col("problem") == "") & (pl.col("canonical") != ""))
    return kept, records.height - kept.height


def _distinct(pool: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The first record of each text that is not known, with `numbers` and `source`."""
    numbers = [numbers_of(text) for text in pool["text"]]
    keys = [same_text_key(text, each) for text, each in zip(pool["canonical"], numbers, strict=True)]
    there = {same_text_key(*row) for row in known.select("canonical", "numbers").iter_rows()}
    listed = pool.with_columns(
        pl.Series("numbers", numbers, dtype=pl.List(pl.String)),
        pl.Series("key", keys, dtype=pl.String),
        source=pl.concat_str(pl.lit("inbox/"), "file"),
    )
    return listed.filter(~pl.col("key").is_in(list(there))).unique("key", keep="first", maintain_order=True)


def _labelled(known: pl.DataFrame, names: list[str]) -> Labelled:
    """What the probe learns from: raw rows; the exam is only never picked again."""
    raw = known.filter(pl.col("role") == "raw")
    codes = np.searchsorted(np.array(names, dtype=str), raw["label"].to_numpy().astype(str)).astype(np.int64)
    return Labelled(matrix(raw["vector"]), codes, len(names))


@dataclass(frozen=True)
class Picked:
    """Rows of the pool (c,) in order, with what speaks for each."""

    rows: Indices
    stands_for: Indices
    chances: Floats  # (c, classes) by the probe; no column without labels
    class_rows: Indices  # (classes,) labelled rows


def _pick(pool: pl.DataFrame, sources: Sources, labelled: Labelled, params: LabelNextParams) -> tuple[Picked, int]:
    """Rounds of choosing and judging until enough rows echo nothing, and how many did."""
    vectors = matrix(pool["vector"])
    chances = probe_chances(vectors, labelled)
    doubt = uncertainty(chances, labelled)
    known = sources.known.with_columns(source=pl.concat_str("role", pl.lit("/"), "drop"))
    open_: Flags = np.ones(pool.height, dtype=np.bool_)
    kept: list[int] = []
    stands_for: dict[int, int] = {}
    echoes = 0
    for number in range(ROUNDS):
        missing, free = params.rows - len(kept), np.flatnonzero(open_)
        if not missing or not len(free):
            break
        count = missing if not number else min(missing * 2**number, MOST_JUDGED)  # later ones mostly echo
        choice = choose(vectors[free], doubt[free], labelled, count, params.seed + number)
        chosen = free[choice.rows]
        stands_for |= dict(zip(chosen.tolist(), choice.stands_for.tolist(), strict=True))
        fresh = without_echoes(known, pool, np.array(kept + chosen.tolist(), dtype=np.int64), sources.judge)
        fresh = [row for row in fresh if row not in set(kept)]
        echoes += len(chosen) - len(fresh)
        open_[chosen] = False
        open_[fresh[missing:]] = True  # more than was missing
        kept += fresh[:missing]
    rows = np.array(kept, dtype=np.int64)
    counts = np.bincount(labelled.codes, minlength=labelled.classes)
    return Picked(rows, np.array([stands_for[row] for row in kept]), chances[rows], counts), echoes


def _table(picked_rows: pl.DataFrame, picked: Picked, names: list[str], sources: Sources) -> pl.DataFrame:
    """The columns COLUMNS of the picked rows."""
    schema = dict.fromkeys(COLUMNS, pl.String) | {"record": pl.Int64}
    if picked_rows.is_empty():
        return pl.DataFrame(schema=schema)
    known = sources.known
    cosines = nearest(matrix(picked_rows["vector"]), matrix(known["vector"]))[1] if known.height else None
    guesses = _guesses(picked_rows["text"].to_list(), picked.chances, names, sources.guess)
    lines = []
    for at, row in enumerate(picked_rows.iter_rows(named=True)):
        why = reason(
            int(picked.stands_for[at]),
            None if cosines is None else float(cosines[at]),
            dict(zip(names, picked.chances[at].tolist(), strict=True)),
            dict(zip(names, picked.class_rows.tolist(), strict=True)),
        )
        lines.append((shown_name(row["file"]), row["record"], shown(row["text"]), why, *guesses[at], ""))
    return pl.DataFrame(lines, schema=schema, orient="row")


def _guesses(texts: list[str], chances: Floats, names: list[str], guess: Guess | None) -> list[tuple[str, str]]:
    """Class and confidence of each text: by the classifier, else by the probe, else empty."""
    if guess is not None:
        told = guess(texts).select("predicted", "confidence").iter_rows()
        return [(name, f"{sure:.4f}") if name is not None else ("", "") for name, sure in told]
    if len(names) < 2:  # one class alone is no guess
        return [("", "")] * len(texts)
    return [(names[int(row.argmax())], f"{row.max():.4f}") for row in chances]
