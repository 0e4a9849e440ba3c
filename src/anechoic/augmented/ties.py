"""What the rows declared as made from others are tied to, in codes: for tests in which they only ever train."""

import numpy as np
import polars as pl

from anechoic.numeric.arrays import Flags, Indices, dense_codes
from anechoic.stratify.folds import folds

NEVER_TESTED = -1  # the fold of a row that no test asks about, nor anything that it is tied to


def made_flags(rows: pl.DataFrame, made: pl.DataFrame) -> Flags:
    """Whether each row is declared as made from another: (n,). made: row_id of the declared rows."""
    flags: Flags = rows["row_id"].is_in(made["row_id"].implode()).to_numpy()
    return flags


def units_of(rows: pl.DataFrame, made: pl.DataFrame) -> Indices:
    """Rows with row_id and group_id -> codes of what must stand on one side: echo groups, joined by sources: (n,).

    made: row_id and source of the declared rows; a source that is not among the rows ties nothing.
    """
    groups = dense_codes(rows["group_id"])
    code = pl.Series("code", groups)
    at = rows.select("row_id", code)
    links = made.join(at, on="row_id").join(at.select(source="row_id", to="code"), on="source")
    links = links.filter(pl.col("code") != pl.col("to"))
    if links.is_empty():
        return groups
    from scipy.sparse import coo_array  # slow to import
    from scipy.sparse.csgraph import connected_components

    count = int(groups.max()) + 1
    ends = links["code"].to_numpy(), links["to"].to_numpy()
    graph = coo_array((np.ones(links.height, dtype=np.int8), ends), shape=(count, count))
    component: Indices = connected_components(graph, directed=False)[1].astype(np.int64)
    return component[groups]


def folds_of_originals(labels: Indices, units: Indices, made: Flags, count: int, seed: int) -> Indices:
    """Folds of the originals, units whole, as if nothing had been made of them: (n,).

    labels, units: (n,) codes from 0; made: (n,). Made rows stand where their unit does, in fold -1 where it has no
    original.
    """
    codes = np.unique(units[~made], return_inverse=True)[1]
    fold_of = np.full(int(units.max(initial=-1)) + 1, NEVER_TESTED, dtype=np.int64)
    if made.all():
        return fold_of[units]
    fold_of[units[~made]] = folds(labels[~made], codes, count, seed)
    placed: Indices = fold_of[units]
    return placed
