"""Rows whose side is settled before anything is balanced: the exam, what must stay out, and what is remembered."""

from collections.abc import Mapping, Sequence

import polars as pl

from anechoic.project.tables import ECHO_KINDS, SIDES
from anechoic.split.connected_rows import with_units

OUT = pl.col("split") == "excluded"
UNSETTLED = pl.col("split").is_null()


def sealed(
    rows: pl.DataFrame,
    pairs: pl.DataFrame,
    columns: Sequence[str],
    flags: Sequence[str],
    decided: Mapping[str, str],
) -> pl.DataFrame:
    """Columns split, reason and unit; split is null for rows whose unit has no side yet.

    rows: clean with group_id, key, locked (the remembered side or null) and the group columns; flags: those that
    keep a row out; decided: row_id -> reason of rows a person keeps out. A group whose remembered rows stand on
    two sides is parted into one group a side.
    """
    rows = rows.with_columns(split=pl.when(pl.col("role") == "exam").then(pl.lit("exam")), reason=pl.lit(""))
    rows = rows.with_columns(reason=pl.when(pl.col("split") == "exam").then(pl.lit("exam")).otherwise("reason"))
    rows = _exclude(rows, _in(_beside_exam(rows, pairs)), "exam_echo")
    for column in columns:
        taught = rows.filter(pl.col("role") == "exam")[column].drop_nulls().unique()
        rows = _exclude(rows, pl.col(column).is_in(taught.implode()), "exam_group")
    reasons = pl.col("row_id").replace_strict(decided, default=None, return_dtype=pl.String)
    rows = rows.with_columns(decided=reasons if decided else pl.lit(None, pl.String))
    for reason in sorted(set(decided.values())):
        rows = _exclude(rows, pl.col("decided") == reason, reason)
    for flag in flags:
        rows = _exclude(rows, pl.col("flags").list.contains(flag), flag)
    rows = _exclude(rows, _in(_colliding(rows, pairs, columns)), "collision")
    rows = _bridges_out(rows, columns)
    rows = _exclude(rows, _tied(rows), "conflict_tie")
    return _remembered(rows, columns)


def _exclude(rows: pl.DataFrame, which: pl.Expr, reason: str) -> pl.DataFrame:
    """Those of the unsettled rows are excluded for the reason."""
    hit = which.fill_null(value=False) & UNSETTLED
    return rows.with_columns(
        split=pl.when(hit).then(pl.lit("excluded")).otherwise("split"),
        reason=pl.when(hit).then(pl.lit(reason)).otherwise("reason"),
    )


def _in(row_ids: pl.Series) -> pl.Expr:
    return pl.col("row_id").is_in(row_ids.implode())


def _echoes(rows: pl.DataFrame, pairs: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Echo pairs both ways, row_id and other, with these columns of the other row."""
    echoes = pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).select("left", "right")
    one = echoes.rename({"left": "row_id", "right": "other"})
    both = pl.concat([one, one.select(row_id="other", other="row_id")])
    return both.join(rows.select(other="row_id", **{f"other_{name}": pl.col(name) for name in columns}), on="other")


def _beside_exam(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """Rows that echo an exam row, by pair, by group or by text."""
    exam = rows.filter(pl.col("role") == "exam")
    beside = rows.filter(
        pl.col("group_id").is_in(exam["group_id"].implode()) | pl.col("key").is_in(exam["key"].implode())
    )
    by_pair = _echoes(rows, pairs, "role").filter(pl.col("other_role") == "exam")
    return pl.concat([beside["row_id"], by_pair["row_id"]]).unique()


def _rank(column: str) -> pl.Expr:
    """How far a side is from training, null where there is none."""
    return pl.col(column).replace_strict({side: at for at, side in enumerate(SIDES)}, default=None)


def _colliding(rows: pl.DataFrame, pairs: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Remembered rows that are tied to a row remembered farther from training: by an echo or a group column."""
    live = rows.filter(UNSETTLED & pl.col("locked").is_not_null()).with_columns(rank=_rank("locked"))
    echoes = _echoes(live, pairs, "rank").join(live.select("row_id", "rank"), on="row_id")
    found = [echoes.filter(pl.col("other_rank") > pl.col("rank"))["row_id"]]
    for column in columns:
        farthest = pl.col("rank").max().over(column)
        found.append(live.filter(pl.col(column).is_not_null() & (farthest > pl.col("rank")))["row_id"])
    return pl.concat(found).unique()


def _bridges_out(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """New rows that tie two sides together are excluded; groups that stood on two sides are parted.

    First the new rows of a group, or of a group column's value, that is remembered on two sides; then, where a
    chain of new rows still ties two sides, the whole chain.
    """
    side, new = pl.when(UNSETTLED).then(pl.col("locked")).drop_nulls(), pl.col("locked").is_null()
    several = side.n_unique().over("group_id") > 1
    rows = _exclude(rows, new & several, "bridge")
    own = pl.col("row_id").first().over("group_id", "locked")
    parted = UNSETTLED & ~new & several
    rows = rows.with_columns(group_id=pl.when(parted).then(own).otherwise("group_id"))
    held = [side.unique().implode().over(name) for name in ("group_id", *columns)]
    seen = [pl.when(pl.col(name).is_not_null()).then(at) for name, at in zip(columns, held[1:], strict=True)]
    met = pl.concat_list([held[0], *(each.fill_null([]) for each in seen)]).list.n_unique()
    rows = _exclude(rows, new & (met > 1), "bridge")
    units = with_units(rows.filter(UNSETTLED), ["group_id", *columns])
    torn = units.filter((pl.col("locked").drop_nulls().n_unique().over("unit") > 1) & new)
    return _exclude(rows, _in(torn["row_id"]), "bridge")


def _tied(rows: pl.DataFrame) -> pl.Expr:
    """Rows of a group whose labels are tied: excluded until somebody decides."""
    votes = rows.filter(UNSETTLED).group_by("group_id", "label_id").len()
    best = votes.filter(pl.col("len") == pl.col("len").max().over("group_id"))
    tied = best.group_by("group_id").len().filter(pl.col("len") > 1)["group_id"]
    return pl.col("group_id").is_in(tied.implode())


def _remembered(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
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
