"""Units: rows that must stand on one side, by echo, by text, by customer."""

import json
from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from anechoic.project.errors import DataError

TIMES = ("T%H:%M:%S", " %H:%M:%S", "T%H:%M", " %H:%M")


def with_units(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Column `unit`: rows connected by a value of `columns` carry one; it is the unit's smallest key.

    rows: key (hash of the canonical text) and the columns; null connects nothing. A key belongs to one unit, so
    that the unit's name depends on its texts alone, not on files or order.
    """
    if rows.is_empty():
        return rows.with_columns(unit=pl.col("key"))
    nodes, edges, start = [], [], rows.height
    for name in dict.fromkeys(["key", *columns]):
        held = np.flatnonzero(rows[name].is_not_null().to_numpy())
        values, codes = np.unique(rows[name].drop_nulls().to_numpy(), return_inverse=True)
        nodes.append(held)
        edges.append(codes + start)
        start += len(values)
    left, right = np.concatenate(nodes), np.concatenate(edges)
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(start, start))
    component = connected_components(graph, directed=False)[1][: rows.height]
    return rows.with_columns(pl.Series("component", component)).with_columns(
        unit=pl.col("key").min().over("component")
    )


def meta_columns(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """A column `meta:NAME` for each further column of the drops, null where a row has no such column or no value.

    Raises DataError where no raw row has the column.
    """
    metas = [json.loads(meta) for meta in rows["meta"]]
    for name in names:
        values = [meta.get(name) or None for meta in metas]
        raw = [value for value, role in zip(values, rows["role"], strict=True) if value and role == "raw"]
        if not raw and rows.height:
            known = sorted({column for meta in metas for column in meta})
            raise DataError(
                f"No row of data/raw/ has a value in a column {name!r}: the further columns are "
                f"{', '.join(known) or 'none'}. Mend params.yaml split.group_columns or split.date_column."
            )
        rows = rows.with_columns(pl.Series(f"meta:{name}", values, dtype=pl.String))
    return rows


def dates_of(rows: pl.DataFrame, name: str) -> pl.Series:
    """The dates of the column `meta:NAME`. Raises DataError naming the first row without one."""
    given = pl.col(f"meta:{name}")
    zoned = given.str.to_datetime(strict=False, time_unit="us", format="%+").dt.replace_time_zone(None)
    plain = [given.str.to_datetime(strict=False, time_unit="us", format=f"%Y-%m-%d{time}") for time in TIMES]
    days = given.str.to_date(strict=False, format="%Y-%m-%d").cast(pl.Datetime("us"))
    dates = rows.select(date=pl.coalesce(zoned, *plain, days))["date"]
    bad = rows.with_columns(date=dates).filter(pl.col("date").is_null() & (pl.col("role") == "raw"))
    if bad.height:
        first = bad.row(0, named=True)
        raise DataError(
            f"data/raw/{first['drop']} line {first['line']}: {first[f'meta:{name}']!r} in column {name!r} is no "
            f"date like 2023-07-31 ({bad.height} rows). Mend it, or empty params.yaml split.date_column."
        )
    return dates
