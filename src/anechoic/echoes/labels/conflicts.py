"""Contradictions: two rows that say the same and carry different labels, where both can be held to be so."""

import numpy as np
import polars as pl

from anechoic.echoes.labels.label_quality import LabelQuality
from anechoic.numeric.arrays import matrix
from anechoic.project.kinds import ECHO_KINDS

SURE_SCORE = 0.99  # of pairs that say the same for certain; how often their labels differ is measured on them
SAME = 0.9  # probability that the two say the same, from which that is stated


def sure_conflicts(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Raw rows with label and group_id, and the pairs -> one line for each two labels of a group that contradict.

    Columns: those of `pairs`, group_id, group_size, and canonical text and label of either side. That labels differ
    speaks against an echo: rows that say the same seldom differ, unrelated ones mostly do. So a pair needs the more
    score the seldomer sure pairs differ (Bayes; unrelated rows as two drawn from the table). Only pairs that were
    judged themselves count, never a chain of them.
    """
    side = rows.select("row_id", "label", "group_id", "group_size", text="canonical")
    left = side.rename({name: f"left_{name}" for name in ("text", "label")})
    right = side.select("row_id", right_text="text", right_label="label")
    echoes = pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS)))
    both = echoes.join(left, left_on="left", right_on="row_id", maintain_order="left").join(
        right, left_on="right", right_on="row_id", maintain_order="left"
    )
    differ = pl.col("left_label") != pl.col("right_label")
    sure = both.filter(pl.col("score") >= SURE_SCORE)
    among_same = (sure.filter(differ).height + 0.5) / (sure.height + 1)
    shares = rows["label"].value_counts()["count"].to_numpy() / max(rows.height, 1)
    among_others = 1 - float(np.sum(shares**2))
    score = pl.col("score").cast(pl.Float64)
    same = score * among_same
    held = both.filter(differ, same >= SAME * (same + (1 - score) * among_others))
    two = pl.concat_list("left_label", "right_label").list.sort()
    return held.sort("score", "left", "right", descending=[True, False, False]).unique(
        ["group_id", two], keep="first", maintain_order=True
    )


def contradicting(rows: pl.DataFrame, conflicts: pl.DataFrame) -> pl.Series:
    """Rows with label and group_id, and the contradictions -> row ids of all that carry a label in question."""
    left, right = (conflicts.select("group_id", label=f"{side}_label") for side in ("left", "right"))
    asked = pl.concat([left, right]).unique()
    return rows.join(asked, on=["group_id", "label"], how="semi", maintain_order="left")["row_id"]


def chosen(conflicts: pl.DataFrame, labels: LabelQuality) -> pl.DataFrame:
    """Contradictions -> with the likelier label on the right and `certain`: whether it may be suggested.

    The likelier one by what the rows of other groups make of the two texts, their own labels left out.
    """
    if conflicts.is_empty() or labels.doubts.is_empty():
        return conflicts.with_columns(certain=pl.lit(value=False))
    expected = dict(labels.doubts.select("row_id", "expected").iter_rows())
    code = {name: number for number, name in enumerate(labels.classes)}
    left, right = (
        matrix(pl.Series([expected[row] for row in conflicts[side]])).astype(np.float64)
        for side in ("left", "right")
    )
    lines = np.arange(conflicts.height)
    belief = (left + right) / 2
    one, other = (belief[lines, [code[name] for name in conflicts[f"{side}_label"]]] for side in ("left", "right"))
    likelier = np.maximum(one, other) / np.maximum(one + other, 1e-300)
    turned = pl.Series(one > other)
    sides = [(f"left{part}", f"right{part}") for part in ("", "_text", "_label")]
    swap = {
        name: pl.when(turned).then(pl.col(partner)).otherwise(pl.col(name))
        for pair in sides
        for name, partner in (pair, pair[::-1])
    }
    return conflicts.with_columns(**swap, certain=pl.Series(likelier >= labels.errors.choice.probability))
