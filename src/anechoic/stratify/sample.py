"""A random sample of rows that keeps groups whole."""

import numpy as np
import polars as pl

from anechoic.numeric.arrays import Flags, Indices


def sample_groups(groups: Indices, most_rows: int, seed: int) -> Flags:
    """Which rows to keep so that they are at most `most_rows`, whole groups drawn at random; all if they fit: (n,).

    groups: (n,) codes. Groups are drawn until the next one would not fit.
    """
    if len(groups) <= most_rows:
        return np.ones(len(groups), dtype=np.bool_)
    column = pl.Series("group", groups)
    sizes = column.to_frame().group_by("group", maintain_order=True).len()
    sizes = sizes.sample(fraction=1, shuffle=True, seed=seed)
    drawn = sizes.filter(pl.col("len").cum_sum() <= most_rows)["group"]
    return column.is_in(drawn.implode()).to_numpy()
