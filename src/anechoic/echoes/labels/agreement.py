"""How far labels agree that were given apart from each other to rows that say the same."""

from collections.abc import Set
from dataclasses import dataclass

import polars as pl

from anechoic.echoes.labels.conflicts import SURE_SCORE


@dataclass(frozen=True)
class Agreement:
    """Pairs of rows that say the same and may have been labelled apart, and those of one label among them."""

    pairs: int
    agreeing: int


def agreement_apart(raw: pl.DataFrame, pairs: pl.DataFrame, retold: Set[frozenset[str]]) -> Agreement:
    """Raw rows with group_id, judged pairs, and files of which one retells the other -> how many labels agree.

    One pair a group, its surest: the same words but for typing errors and order, or surely the same meaning; a
    doubtful rewording says more of the judge than of the labels. Copies are left out, as one record that came twice
    agrees with itself, and so are pairs between a file and its retelling, which took the labels over. What one
    person labelled twice, or was reworded within one file, cannot be told from the rest: it may agree too much.
    """
    side = raw.select("row_id", "label_id", "drop", "group_id")
    both = (
        pairs.filter(
            (pl.col("kind") == "near") | ((pl.col("kind") == "rephrase") & (pl.col("score") >= SURE_SCORE))
        )
        .join(side, left_on="left", right_on="row_id")
        .join(side.drop("group_id"), left_on="right", right_on="row_id", suffix="_right")
        .sort("score", "left", "right", descending=[True, False, False])
        .unique("group_id", keep="first", maintain_order=True)
    )
    told = [frozenset(files) not in retold for files in both.select("drop", "drop_right").iter_rows()]
    both = both.filter(pl.Series(told, dtype=pl.Boolean))
    return Agreement(both.height, both.filter(pl.col("label_id") == pl.col("label_id_right")).height)
