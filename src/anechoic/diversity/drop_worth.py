"""What each raw file brought: rows, new meanings, and what it did to the accuracy."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from anechoic.augmented.schema import Policy
from anechoic.augmented.ties import made_flags, units_of
from anechoic.diversity.accuracy_change import AccuracyChange, accuracy_changes
from anechoic.diversity.ceiling import Ceiling
from anechoic.diversity.learning_curve import LearningCurve
from anechoic.diversity.schema import REPEATS_WHAT_WAS_THERE, AugmentedWorth, DropWorth, WorthReport
from anechoic.numeric.arrays import dense_codes, matrix
from anechoic.numeric.linear_probe import LabelledVectors
from anechoic.project.schema import Drift
from anechoic.project.wording import signed_points

NEARLY_ALL_NEW = 0.8  # share of new meanings from which nearly all of a file is said to be new, a choice of words


def drops_worth(
    clean: pl.DataFrame,
    groups: pl.DataFrame,
    changes: Mapping[str, AccuracyChange],
) -> list[DropWorth]:
    """What each raw file is worth, in the order of their names; groups are counted where their first row lies.

    changes: what each file did to the accuracy, by its name; files that are not there take no part.
    """
    rows = clean.filter(pl.col("role") == "raw").join(
        groups.select("row_id", "group_id"), on="row_id", maintain_order="left"
    )
    rows = rows.with_columns(new=pl.col("group_id").is_first_distinct())
    changes = defaultdict(lambda: AccuracyChange(reason="none of its rows takes part"), changes)
    drops = rows.group_by("drop").agg(rows=pl.len(), new=pl.col("new").sum(), labels=pl.col("label").unique())
    holders = rows.group_by("label").agg(drops=pl.col("drop").n_unique())
    only_here = set(holders.filter(pl.col("drops") == 1)["label"])
    return [
        DropWorth(
            drop=drop,
            rows=count,
            new_meanings=new,
            accuracy_change=changes[drop].change,
            accuracy_change_low=changes[drop].low,
            accuracy_change_high=changes[drop].high,
            verdict=verdict(count, new, changes[drop], sorted(only_here & set(labels))),
        )
        for drop, count, new, labels in drops.sort("drop").iter_rows()
    ]


def worth_report(
    drops: Sequence[DropWorth],
    drift: Sequence[Drift],
    curve: LearningCurve,
    ceiling: Ceiling | None,
    augmented: AugmentedWorth | None = None,
) -> WorthReport:
    """What was measured -> reports/worth.json."""
    return WorthReport(
        drops=list(drops),
        augmented=augmented,
        drift=list(drift),
        curve=curve.points,
        curve_law=curve.law,
        next_rows=curve.next_rows,
        doubled=curve.doubled,
        curve_reason=curve.reason,
        ceiling=ceiling.value if ceiling else None,
        ceiling_low=ceiling.low if ceiling else None,
        ceiling_high=ceiling.high if ceiling else None,
    )


def changes_by_drop(
    clean: pl.DataFrame, data: LabelledVectors, seed: int, policy: Policy = "keep_one"
) -> dict[str, AccuracyChange]:
    """What each raw file did to the accuracy of the probe, by its name.

    data: the raw rows in the order of clean; policy: split.echoes_in_training.
    """
    drops = clean.filter(pl.col("role") == "raw")["drop"].to_numpy()
    names = list(map(str, np.unique(drops)))
    return dict(zip(names, accuracy_changes(data, [drops == name for name in names], seed, policy), strict=True))


def labelled_vectors(
    clean: pl.DataFrame, embeddings: pl.DataFrame, groups: pl.DataFrame, made: pl.DataFrame | None = None
) -> LabelledVectors:
    """The raw rows in the order of `clean`, as a probe learns from them.

    made: rows declared as made from others (row_id, source), which no test asks about; None where none are.
    """
    rows = clean.filter(pl.col("role") == "raw").join(embeddings, on="row_id", maintain_order="left")
    rows = rows.join(groups.select("row_id", "group_id"), on="row_id", maintain_order="left")
    labels, group_codes = (dense_codes(rows[name]) for name in ("label_id", "group_id"))
    if made is None or made.is_empty():
        return LabelledVectors(matrix(rows["vector"]), labels, group_codes)
    flags, units = made_flags(rows, made), units_of(rows, made)
    return LabelledVectors(matrix(rows["vector"]), labels, group_codes, flags, units)


def verdict(rows: int, new: int, change: AccuracyChange, only_here: Sequence[str]) -> str:
    """What a file is worth, in a sentence: its new meanings, and what it did to the accuracy, in points.

    only_here: classes that stand in no other file.
    """
    share = new / rows
    meanings = f"{new} of {rows} rows say something new"
    if share < REPEATS_WHAT_WAS_THERE:
        meanings += ": it repeats what was there"
    elif share >= NEARLY_ALL_NEW:
        meanings += ": nearly all of it"
    sentence = f"{meanings}; accuracy on the other files' rows: {points_of(change)}"
    if change.change is not None and only_here:
        names = ", ".join(map(repr, only_here))
        sentence += f" (what it teaches of {names}, which no other file has, cannot show there)"
    return sentence


def points_of(change: AccuracyChange) -> str:
    """A change in percentage points with its interval, or that none can be shown, or why it was not measured."""
    if change.change is None or change.low is None or change.high is None:
        return f"not measured, {change.reason}"
    if change.low > 0 or change.high < 0:
        return (
            f"{signed_points(change.change)} points ({signed_points(change.low)} to {signed_points(change.high)})"
        )
    return f"no change that can be shown ({signed_points(change.low)} to {signed_points(change.high)})"
