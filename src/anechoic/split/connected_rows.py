"""Units: rows that must stand on one side, by echo, by text, by customer."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from anechoic.project.errors import DataError
from anechoic.text.shown import shown

DATE = "%Y-%m-%d"
TIMES = ("T%H:%M:%S", " %H:%M:%S", "T%H:%M", " %H:%M")  # ISO 8601 without a zone, as spreadsheets write it


def with_units(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Rows with a column `unit`: rows connected by a value of `columns` carry the same, the smallest of their keys.

    rows: key (hash of the canonical text) and the columns; null connects nothing. A key belongs to one unit, so
    that the unit's name depends on its texts alone, not on files or order.
    """
    if rows.is_empty():
        return rows.with_columns(unit=pl.col("key"))
    from scipy.sparse import coo_array  # slow to import
    from scipy.sparse.csgraph import connected_components

    # A graph of rows and values: nodes 0 to height - 1 are the rows, those after them the values of each column in
    # turn. A row is tied to its values only, so there are rows times columns edges, and not one for every two rows.
    row_ends, value_ends, nodes = [], [], rows.height
    for name in dict.fromkeys(["key", *columns]):
        values, codes = np.unique(rows[name].drop_nulls().to_numpy(), return_inverse=True)
        row_ends.append(np.flatnonzero(rows[name].is_not_null().to_numpy()))
        value_ends.append(codes + nodes)
        nodes += len(values)
    left, right = np.concatenate(row_ends), np.concatenate(value_ends)
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(nodes, nodes))
    component = connected_components(graph, directed=False)[1][: rows.height]  # (rows,): the values' are not needed
    return rows.with_columns(pl.Series("component", component)).with_columns(
        unit=pl.col("key").min().over("component")
    )


def dates_of(rows: pl.DataFrame, name: str) -> pl.Series:
    """The dates of the column `meta:NAME`, zones dropped. Raises DataError naming the first raw row without one."""
    given = pl.col(f"meta:{name}")
    zoned = given.str.to_datetime(strict=False, time_unit="us", format="%+").dt.replace_time_zone(None)
    plain = [given.str.to_datetime(strict=False, time_unit="us", format=f"{DATE}{time}") for time in TIMES]
    days = given.str.to_date(strict=False, format=DATE).cast(pl.Datetime("us"))
    dates = rows.select(date=pl.coalesce(zoned, *plain, days))["date"]
    bad = rows.with_columns(date=dates).filter(pl.col("date").is_null() & (pl.col("role") == "raw"))
    if bad.height:
        first = bad.row(0, named=True)
        value = shown(first[f"meta:{name}"] or "")
        raise DataError(
            f"data/raw/{first['drop']} line {first['line']}: {value!r} in column {name!r} is no "
            f"date like 2023-07-31 ({bad.height} rows). Mend it, or empty params.yaml split.date_column."
        )
    return dates
