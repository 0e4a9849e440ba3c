"""Rows that were made from other rows, as declared: they may train, beside their sources, and never examine."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from anechoic.project.errors import DataError
from anechoic.split.exclusion import echoes_of
from anechoic.split.schema import Augmented, AugmentedExample
from anechoic.text.repair import canonicalize
from anechoic.text.same_text import text_key

AUGMENTED = "augmented"  # the reason of such a row, kept out or not
EXAMPLES = 10  # rows of the sample that a person may look at


def with_sources(rows: pl.DataFrame, files: Sequence[str], column: str | None) -> pl.DataFrame:
    """Rows with `augmented` and `source`, the row_id of the row that each was made from, null where none is named.

    rows: clean with key; files: names of raw files that hold nothing else; column: one that names a row's source by
    its row_id, by file:line, or by its text, and is empty for originals. Raises DataError for a file that is not
    there.
    """
    known = rows.filter(pl.col("role") == "raw")["drop"].unique().sort().to_list()
    if missing := sorted(set(files) - set(known)):
        raise DataError(
            f"params.yaml split.augmented names {', '.join(map(repr, missing))}, no file of data/raw/ with usable "
            f"rows: {', '.join(known) or 'none'}."
        )
    rows = rows.with_columns(named=pl.col(column) if column else pl.lit(None, pl.String))
    declared = (pl.col("role") == "raw") & pl.col("drop").is_in(list(files)) | pl.col("named").is_not_null()
    rows = rows.with_columns(augmented=declared)
    found = _names(rows.sort("augmented", maintain_order=True))
    named = [
        None if name is None else found.get(name) or found.get(text_key(canonicalize(name)))
        for name in rows["named"].to_list()
    ]
    source = _first_sources(rows["row_id"].to_list(), named)
    lost = pl.col("named").is_not_null() & pl.col("source").is_null()
    return rows.with_columns(source=pl.Series(source, dtype=pl.String)).with_columns(lost=lost).drop("named")


def _names(rows: pl.DataFrame) -> dict[str, str]:
    """The row_id of each row by what a source column may call it; of rows of one text the first."""
    found: dict[str, str] = {}
    for row_id, role, drop, line, key in rows.select("row_id", "role", "drop", "line", "key").iter_rows():
        for name in (row_id, f"{drop}:{line}", f"data/{role}/{drop}:{line}", key):
            found.setdefault(name, row_id)
    return found


def _first_sources(row_ids: Sequence[str], named: Sequence[str | None]) -> list[str | None]:
    """Rows and the row that each was made from -> the original at the beginning of each chain; null in a ring."""
    source_of = {row: source for row, source in zip(row_ids, named, strict=True) if source is not None}
    firsts: list[str | None] = []
    for row in row_ids:
        at, seen = source_of.get(row), {row}
        while at is not None and at in source_of and at not in seen:
            seen.add(at)
            at = source_of[at]
        firsts.append(None if at in seen else at)
    return firsts


def placed(
    made: pl.DataFrame, originals: pl.DataFrame, pairs: pl.DataFrame, columns: Sequence[str]
) -> pl.DataFrame:
    """Augmented rows -> the same with split, reason, majority and unit: train, or excluded.

    made: excluded where a person or a flag keeps them out, which stands; originals: the split's rows, with their
    sides. A row trains where every original that it is tied to, by group, text, echo, source or a group column, is
    in training; where there is none, unless it is remembered on another side, or names a source that is not there.
    One of the exam is kept out of it.
    """
    ties = [
        made.select("row_id", "group_id").join(originals.select("group_id", "split"), on="group_id"),
        made.select("row_id", "key").join(originals.select("key", "split"), on="key"),
        made.select("row_id", source="source").join(originals.select("split", source="row_id"), on="source"),
        echoes_of(originals, pairs, "split").rename({"other_split": "split"}),
        *(
            made.select("row_id", name).drop_nulls().join(originals.select(name, "split"), on=name)
            for name in columns
        ),
    ]
    elsewhere = pl.concat([tie.filter(pl.col("split") != "train").select("row_id") for tie in ties])["row_id"]
    out = pl.col("row_id").is_in(elsewhere.unique().implode()) | (pl.col("role") == "exam") | pl.col("lost")
    out |= pl.col("locked").fill_null("train") != "train"
    majority = originals.group_by("group_id").agg(majority=pl.col("majority").first())
    settled = pl.col("split") == "excluded"
    return made.join(majority, on="group_id", how="left", maintain_order="left").with_columns(
        split=pl.when(settled | out).then(pl.lit("excluded")).otherwise(pl.lit("train")),
        reason=pl.when(settled).then("reason").otherwise(pl.lit(AUGMENTED)),
        majority=pl.coalesce("majority", pl.col("label_id").mode().min().over("group_id")),
        unit="key",
        why=pl.lit(None, pl.String),
    )


def told(made: pl.DataFrame, originals: pl.DataFrame, seed: int) -> Augmented | None:
    """Placed augmented rows and the originals -> what became of them; None where there are none.

    A row's source is the one that is named, else the first original of its echo group.
    """
    if made.is_empty():
        return None
    first = originals.unique("group_id", keep="first", maintain_order=True).select("group_id", echoed="row_id")
    rows = made.join(first, on="group_id", how="left", maintain_order="left")
    rows = rows.with_columns(source=pl.coalesce("source", "echoed"))
    known = originals.select(source="row_id", source_label="label", source_text="canonical")
    both = rows.join(known, on="source", how="left", maintain_order="left")
    traced = both.filter(pl.col("source_label").is_not_null())
    sample = np.sort(np.random.default_rng(seed).permutation(traced.height)[:EXAMPLES])
    return Augmented(
        rows=made.height,
        training=int((made["split"] == "train").sum()),
        new_meanings=both.filter(pl.col("echoed").is_null())["group_id"].n_unique(),
        source_missing=int(made["lost"].sum()),
        with_source=traced.height,
        label_kept=int((traced["label"] == traced["source_label"]).sum()),
        examples=[
            AugmentedExample(
                place=f"data/{row['role']}/{row['drop']}:{row['line']}",
                text=row["canonical"],
                label=row["label"],
                source_text=row["source_text"],
                source_label=row["source_label"],
            )
            for row in traced[sample].iter_rows(named=True)
        ],
    )
