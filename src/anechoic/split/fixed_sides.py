"""Rows whose side is settled before anything is balanced: the exam, what must stay out, and what is remembered."""

from collections.abc import Mapping, Sequence

import polars as pl

from anechoic.project.kinds import ECHO_KINDS, SIDES
from anechoic.split.connected_rows import with_units

UNSETTLED = pl.col("split").is_null()


def with_fixed_sides(
    rows: pl.DataFrame,
    pairs: pl.DataFrame,
    columns: Sequence[str],
    flags: Sequence[str],
    decided: Mapping[str, str],
) -> pl.DataFrame:
    """Rows with the columns split, reason and unit; split is null for rows whose unit has no side yet.

    rows: clean with group_id, key, locked (the remembered side or null) and the group columns; pairs: the table;
    columns: group columns; flags: those that keep a row out; decided: row_id -> reason of rows a person keeps out.
    A group whose remembered rows stand on two sides is parted into one group a side. The first reason that holds
    stands: a settled row is not settled again.
    """
    is_exam = pl.col("role") == "exam"
    rows = rows.with_columns(
        split=pl.when(is_exam).then(pl.lit("exam")),
        reason=pl.when(is_exam).then(pl.lit("exam")).otherwise(pl.lit("")),
    )
    rows = _exclude(rows, _is_one_of(_beside_exam(rows, pairs)), "exam_echo")
    for column in columns:
        examined = rows.filter(is_exam)[column].drop_nulls().unique()
        rows = _exclude(rows, pl.col(column).is_in(examined.implode()), "exam_group")
    reasons = pl.col("row_id").replace_strict(decided, default=None, return_dtype=pl.String)
    rows = rows.with_columns(decided=reasons if decided else pl.lit(None, pl.String))
    for reason in sorted(set(decided.values())):
        rows = _exclude(rows, pl.col("decided") == reason, reason)
    for flag in flags:
        rows = _exclude(rows, pl.col("flags").list.contains(flag), flag)
    rows = _exclude(rows, _is_one_of(_colliding(rows, pairs, columns)), "collision")
    rows = _without_bridges(rows, columns)
    rows = _exclude(rows, _in_tied_group(rows), "conflict_tie")
    return _with_remembered_sides(rows, columns)


def _exclude(rows: pl.DataFrame, which: pl.Expr, reason: str) -> pl.DataFrame:
    """Those of the unsettled rows are excluded for the reason; null counts as no."""
    hit = which.fill_null(value=False) & UNSETTLED
    return rows.with_columns(
        split=pl.when(hit).then(pl.lit("excluded")).otherwise("split"),
        reason=pl.when(hit).then(pl.lit(reason)).otherwise("reason"),
    )


def _is_one_of(row_ids: pl.Series) -> pl.Expr:
    return pl.col("row_id").is_in(row_ids.implode())


def _echoes(rows: pl.DataFrame, pairs: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Echo pairs both ways, row_id and other, with these columns of the other row."""
    echoes = pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).select("left", "right")
    forth = echoes.rename({"left": "row_id", "right": "other"})
    both = pl.concat([forth, forth.select(row_id="other", other="row_id")])
    return both.join(rows.select(other="row_id", **{f"other_{name}": pl.col(name) for name in columns}), on="other")


def _beside_exam(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """Row ids of rows that echo an exam row, by pair, by group or by text."""
    exam = rows.filter(pl.col("role") == "exam")
    same = rows.filter(
        pl.col("group_id").is_in(exam["group_id"].implode()) | pl.col("key").is_in(exam["key"].implode())
    )
    by_pair = _echoes(rows, pairs, "role").filter(pl.col("other_role") == "exam")
    return pl.concat([same["row_id"], by_pair["row_id"]]).unique()


def _distance_from_training(column: str) -> pl.Expr:
    """0 for train, 1 for validation, 2 for test, null where there is no side."""
    return pl.col(column).replace_strict({side: rank for rank, side in enumerate(SIDES)}, default=None)


def _colliding(rows: pl.DataFrame, pairs: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Row ids of remembered rows tied, by an echo or a group column, to a row remembered farther from training."""
    known = rows.filter(UNSETTLED & pl.col("locked").is_not_null())
    known = known.with_columns(rank=_distance_from_training("locked"))
    echoes = _echoes(known, pairs, "rank").join(known.select("row_id", "rank"), on="row_id")
    colliding = [echoes.filter(pl.col("other_rank") > pl.col("rank"))["row_id"]]
    for column in columns:
        farthest = pl.col("rank").max().over(column)
        colliding.append(known.filter(pl.col(column).is_not_null() & (farthest > pl.col("rank")))["row_id"])
    return pl.concat(colliding).unique()


def _without_bridges(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """New rows that tie two sides together are excluded; groups that stood on two sides are parted.

    First the new rows of a group, or of a group column's value, that is remembered on two sides; then, where a
    chain of new rows still ties two sides, the whole chain.
    """
    remembered = pl.when(UNSETTLED).then(pl.col("locked")).drop_nulls()  # the sides of live rows, in any window
    is_new = pl.col("locked").is_null()

    # 1. a group remembered on two sides: its new rows would tie them, its old ones part by side, each part under
    #    the id of its first row
    torn_group = remembered.n_unique().over("group_id") > 1
    rows = _exclude(rows, is_new & torn_group, "bridge")
    first_of_part = pl.col("row_id").first().over("group_id", "locked")
    parted = UNSETTLED & ~is_new & torn_group
    rows = rows.with_columns(group_id=pl.when(parted).then(first_of_part).otherwise("group_id"))

    # 2. a new row whose group and whose customers together are remembered on two sides. No value of a group column
    #    ties nothing, so its list is empty
    met = [remembered.unique().implode().over("group_id")]
    for name in columns:
        sides = remembered.unique().implode().over(name)
        met.append(pl.when(pl.col(name).is_not_null()).then(sides).fill_null([]))
    rows = _exclude(rows, is_new & (pl.concat_list(met).list.n_unique() > 1), "bridge")

    # 3. a chain of several new rows, each of which meets one side at most: what is connected shows it
    units = with_units(rows.filter(UNSETTLED), ["group_id", *columns])
    torn_unit = pl.col("locked").drop_nulls().n_unique().over("unit") > 1
    return _exclude(rows, _is_one_of(units.filter(torn_unit & is_new)["row_id"]), "bridge")


def _in_tied_group(rows: pl.DataFrame) -> pl.Expr:
    """Rows of a group whose labels are tied: excluded until somebody decides."""
    votes = rows.filter(UNSETTLED).group_by("group_id", "label_id").len()
    winners = votes.filter(pl.col("len") == pl.col("len").max().over("group_id"))
    tied = winners.group_by("group_id").len().filter(pl.col("len") > 1)["group_id"]
    return pl.col("group_id").is_in(tied.implode())


def _with_remembered_sides(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The remembered side for the rows of every unit that has one; column unit, null for settled rows."""
    units = with_units(rows.filter(UNSETTLED), ["group_id", *columns]).select(
        "row_id", "unit", side=pl.col("locked").drop_nulls().first().over("unit")
    )
    rows = rows.join(units, on="row_id", how="left", maintain_order="left")
    remembered = UNSETTLED & pl.col("side").is_not_null()
    return rows.with_columns(
        split=pl.when(remembered).then(pl.coalesce("locked", "side")).otherwise("split"),
        reason=pl.when(remembered).then(pl.lit("remembered")).otherwise("reason"),
    )
