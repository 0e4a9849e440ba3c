"""Rows whose side is settled before anything is balanced: the exam, what must stay out, and what is remembered."""

from collections.abc import Mapping, Sequence

import polars as pl

from anechoic.split.bridges import without_bridges, without_collisions
from anechoic.split.connected_rows import with_units
from anechoic.split.exclusion import UNSETTLED, echoes_of, exclude, is_one_of
from anechoic.split.lock import REMEMBERED


def with_fixed_sides(
    rows: pl.DataFrame,
    pairs: pl.DataFrame,
    columns: Sequence[str],
    flags: Sequence[str],
    decided: Mapping[str, str],
) -> pl.DataFrame:
    """Rows with the columns split, reason and unit; split is null for rows whose unit has no side yet.

    rows: clean with group_id, key, locked and why (the remembered side and its reason, or null) and the group
    columns; pairs: the table; columns: group columns; flags: those that keep a row out; decided: row_id -> reason
    of rows a person keeps out.
    A group whose remembered rows stand on two sides is parted into one group a side. The first reason that holds
    stands: a settled row is not settled again.
    """
    is_exam = pl.col("role") == "exam"
    rows = rows.with_columns(
        split=pl.when(is_exam).then(pl.lit("exam")),
        reason=pl.when(is_exam).then(pl.lit("exam")).otherwise(pl.lit("")),
    )
    rows = exclude(rows, is_one_of(_beside_exam(rows, pairs)), "exam_echo")
    for column in columns:
        examined = rows.filter(is_exam)[column].drop_nulls().unique()
        rows = exclude(rows, pl.col(column).is_in(examined.implode()), "exam_group")
    reasons = pl.col("row_id").replace_strict(decided, default=None, return_dtype=pl.String)
    rows = rows.with_columns(decided=reasons if decided else pl.lit(None, pl.String))
    for reason in sorted(set(decided.values())):
        rows = exclude(rows, pl.col("decided") == reason, reason)
    for flag in flags:
        rows = exclude(rows, pl.col("flags").list.contains(flag), flag)
    rows = without_collisions(rows, pairs, columns)
    rows = without_bridges(rows, columns)
    return _with_remembered_sides(rows, columns)


def _beside_exam(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """Row ids of rows that echo an exam row, by pair, by group or by text."""
    exam = rows.filter(pl.col("role") == "exam")
    same = rows.filter(
        pl.col("group_id").is_in(exam["group_id"].implode()) | pl.col("key").is_in(exam["key"].implode())
    )
    by_pair = echoes_of(rows, pairs, "role").filter(pl.col("other_role") == "exam")
    return pl.concat([same["row_id"], by_pair["row_id"]]).unique()


def _in_tied_contradiction(rows: pl.DataFrame) -> pl.Expr:
    """Rows that a stated contradiction is about, where its labels are tied: excluded until somebody decides.

    A group that holds two labels without one is used: what joins them is doubtful, and nobody is asked.
    """
    votes = rows.filter(UNSETTLED & pl.col("contradiction")).group_by("group_id", "label_id").len()
    winners = votes.filter(pl.col("len") == pl.col("len").max().over("group_id"))
    tied = winners.group_by("group_id").len().filter(pl.col("len") > 1)["group_id"]
    return pl.col("contradiction") & pl.col("group_id").is_in(tied.implode())


def _with_remembered_sides(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The remembered side for the rows of every unit that has one; column unit, null for settled rows.

    A remembered row keeps the reason it got its side for, so that a second run tells what the first told. Rows of
    tied contradictions are excluded, but still bind: once somebody decides, they fit the side of their unit.
    """
    units = with_units(rows.filter(UNSETTLED), ["group_id", *columns]).select(
        "row_id", "unit", side=pl.col("locked").drop_nulls().first().over("unit")
    )
    rows = exclude(rows, _in_tied_contradiction(rows), "conflict_tie")
    rows = rows.join(units, on="row_id", how="left", maintain_order="left")
    remembered = UNSETTLED & pl.col("side").is_not_null()
    return rows.with_columns(
        split=pl.when(remembered).then(pl.coalesce("locked", "side")).otherwise("split"),
        reason=pl.when(remembered).then(pl.col("why").fill_null(REMEMBERED)).otherwise("reason"),
        unit=pl.when(pl.col("split").is_null()).then("unit"),
    )
