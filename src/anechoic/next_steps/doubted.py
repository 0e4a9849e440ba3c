"""Rows whose label is doubted, and what they do to the accuracy of a model trained with them."""

import numpy as np
import polars as pl

from anechoic.diversity.accuracy_change import AccuracyChange, accuracy_changes
from anechoic.next_steps.findings import Doubted
from anechoic.numeric.linear_probe import LabelledVectors
from anechoic.review.answers import RELABEL

SEED = 7


def doubted(clean: pl.DataFrame, data: LabelledVectors, groups: pl.DataFrame, questions: pl.DataFrame) -> Doubted:
    """Tables and questions of reports/review.csv -> rows for which another label is suggested, and what they do.

    A question about a label stands for all rows of its echo group that carry that label. The effect is that of the
    probe trained with them minus without them, examined on all other originals; their own labels examine nothing.
    data: the raw rows in the order of clean.
    """
    labels = questions.filter(pl.col("kind") == "label")
    asked = labels.filter(pl.col("suggested").str.starts_with(RELABEL))
    others = labels.height - asked.height
    rows = clean.filter(pl.col("role") == "raw").join(groups, on="row_id", maintain_order="left")
    named = rows.filter(pl.col("row_id").is_in(asked["left"].to_list())).select("group_id", "label_id").unique()
    same = rows.with_row_index("place").join(named, on=["group_id", "label_id"], how="semi")
    inside = np.zeros(rows.height, dtype=np.bool_)
    inside[same["place"].to_numpy()] = True
    if not inside.any():
        return Doubted(0, 0, "", AccuracyChange(reason="no label is doubted"), others)
    (change,) = accuracy_changes(data, [inside], SEED)
    return Doubted(int(inside.sum()), asked.height, str(asked["left_text"][0]), change, others)
