"""Rows that tie two remembered sides together: of two old rows the one nearer to training, and new ones between."""

from collections.abc import Sequence

import polars as pl

from anechoic.project.kinds import SIDES
from anechoic.split.connected_rows import with_units
from anechoic.split.exclusion import UNSETTLED, echoes_of, exclude, is_one_of

IS_NEW = pl.col("locked").is_null()


def without_collisions(rows: pl.DataFrame, pairs: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Remembered rows tied, by an echo or a group column, to one farther from training are excluded.

    rows: split, reason, locked (the remembered side or null) and the group columns. The rows farthest from training
    are judged first: a row that is excluded itself takes no other out.
    """
    for rank in range(len(SIDES) - 2, -1, -1):  # none lies farther than the last side
        rows = exclude(rows, is_one_of(_tied_to_farther(rows, pairs, columns, rank)), "collision")
    return rows


def _tied_to_farther(rows: pl.DataFrame, pairs: pl.DataFrame, columns: Sequence[str], rank: int) -> pl.Series:
    """Row ids of unsettled rows remembered on the side of this rank that are tied to one of a higher rank."""
    ranks = {side: place for place, side in enumerate(SIDES)}
    known = rows.with_columns(rank=pl.col("locked").replace_strict(ranks, default=None, return_dtype=pl.Int64))
    known = known.filter(UNSETTLED & (pl.col("rank") >= rank))
    here = known.filter(pl.col("rank") == rank)["row_id"]
    echoes = echoes_of(known, pairs, "rank")
    tied = [echoes.filter(pl.col("other_rank") > rank)["row_id"]]
    for column in columns:
        farthest = pl.col("rank").max().over(column)
        tied.append(known.filter(pl.col(column).is_not_null() & (farthest > rank))["row_id"])
    candidates = pl.concat(tied).unique()
    return candidates.filter(candidates.is_in(here.implode()))


def without_bridges(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """New rows that tie two sides together are excluded; a group that stood on two sides is one group a side then.

    First the new rows of a group, or of a group column's value, that is remembered on two sides; then, where a
    chain of new rows still ties two sides, the whole chain. Rows of one text are new or old together, so they are
    excluded together.
    """
    remembered = pl.when(UNSETTLED).then(pl.col("locked")).drop_nulls()  # the sides of live rows, in any window

    # 1. a group remembered on two sides: its new rows would tie them, its old ones part by side
    rows = rows.with_columns(torn=UNSETTLED & (remembered.n_unique().over("group_id") > 1))
    rows = exclude(rows, IS_NEW & pl.col("torn").any().over("key"), "bridge")
    rows = _parted(rows)

    # 2. a new row whose group and whose customers together are remembered on two sides. No value of a group column
    #    ties nothing, so its list is empty
    met = [remembered.unique().implode().over("group_id")]
    for name in columns:
        sides = remembered.unique().implode().over(name)
        met.append(pl.when(pl.col(name).is_not_null()).then(sides).fill_null([]))
    rows = rows.with_columns(torn=UNSETTLED & (pl.concat_list(met).list.n_unique() > 1))
    rows = exclude(rows, IS_NEW & pl.col("torn").any().over("key"), "bridge")

    # 3. a chain of several new rows, each of which meets one side at most: what is connected shows it
    units = with_units(rows.filter(UNSETTLED), ["group_id", *columns])
    torn_unit = pl.col("locked").drop_nulls().n_unique().over("unit") > 1
    bridges = units.filter(torn_unit & IS_NEW)["row_id"]
    return exclude(rows, is_one_of(bridges), "bridge").drop("torn")


def _parted(rows: pl.DataFrame) -> pl.DataFrame:
    """The remembered rows of torn groups in one group a side, each named by its first row."""
    parts = rows.filter(UNSETTLED & pl.col("torn"))
    first = pl.col("row_id").sort_by("role", "drop", "record").first().over("group_id", "locked")
    rows = rows.join(parts.select("row_id", part=first), on="row_id", how="left", maintain_order="left")
    return rows.with_columns(group_id=pl.coalesce("part", "group_id")).drop("part")
