"""A finished split summarized: sizes, classes, what crosses it, what a person should know."""

from collections import Counter
from collections.abc import Mapping

import polars as pl

from anechoic.project.kinds import ECHO_KINDS, SIDES
from anechoic.split.lock import MERGED
from anechoic.split.schema import Event, SplitReport
from anechoic.split.test_power import power
from anechoic.split.train_test_shift import ShiftVectors, shift

SIZE_TOLERANCE = 0.01  # a side that misses its share by more is an event: one point, which no page rounds away


def summarize(
    rows: pl.DataFrame, pairs: pl.DataFrame, asked: Mapping[str, float], vectors: ShiftVectors | None = None
) -> SplitReport:
    """The report of a finished split: what came out beside what was asked.

    rows: row_id, group_id, label, split, why (it got its side), weight, reason, unit; pairs: the table; asked: the
    share of each side; vectors: for the shift, which is left out without them.
    """
    used = rows.filter(pl.col("weight") > 0)
    counts = _counts(used)
    split_of = rows.select("row_id", "split").filter(pl.col("split").is_in(list(SIDES)))
    crossing = (
        pairs.join(split_of, left_on="left", right_on="row_id")
        .join(split_of, left_on="right", right_on="row_id", suffix="_right")
        .filter(pl.col("split") != pl.col("split_right"))["kind"]
    )
    crossing_kinds = Counter(crossing)
    effective = _counts(
        used.filter(~pl.col("augmented")).unique(["group_id", "split"], keep="first", maintain_order=True)
    )
    sizes = {side: sum(effective.get(side, {}).values()) for side in SIDES}
    achieved = {side: size / max(1, sum(sizes.values())) for side, size in sizes.items()}
    size_error = max(abs(achieved[side] - asked[side]) for side in SIDES)
    return SplitReport(
        counts={side: counts[side] for side in (*SIDES, "exam") if side in counts},
        asked=dict(asked),
        achieved=achieved,
        size_error=size_error,
        class_deviation=_class_deviation(effective),
        cross_split_echoes=sum(crossing_kinds[kind] for kind in ECHO_KINDS),
        cross_split_neighbours=crossing_kinds["neighbour"],
        excluded=dict(sorted(Counter(rows.filter(pl.col("split") == "excluded")["reason"]).items())),
        shift=shift(rows, vectors) if vectors else {},
        power={name: power(sum(counts[name].values())) for name in ("test", "exam") if name in counts},
        events=_events(rows, counts, size_error),
    )


def _counts(used: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Rows by split and label."""
    parts = used.group_by("split", maintain_order=True)
    return {str(side): dict(sorted(Counter(part["label"]).items())) for (side,), part in parts}


def _class_deviation(counts: Mapping[str, Mapping[str, int]]) -> float:
    """Largest sum over classes of |share on a side - share overall|, over the sides that hold a row."""
    overall = Counter[str]()
    for side in SIDES:
        overall.update(counts.get(side, {}))
    total = max(1, sum(overall.values()))
    return max(
        (
            sum(
                abs(counts[side].get(label, 0) / sum(counts[side].values()) - overall[label] / total)
                for label in overall
            )
            for side in SIDES
            if counts.get(side)
        ),
        default=0.0,
    )


DETAILS = {
    "bridge": "tie together rows of two sides; excluded, so that neither side sees the other",
    "collision": "are tied to a row remembered on another side; the one nearer to training is excluded",
    "exam_echo": "raw rows that echo an exam row; excluded, so that no training sees the exam",
    "exam_group": "share a value of params.yaml split.group_columns with an exam row; excluded",
    "augmented": "were made from rows that examine, are kept out or not there; excluded: no training sees an exam",
    "conflict_tie": "say the same under two labels, each as often; excluded until `anechoic review` is answered",
}


def _events(rows: pl.DataFrame, counts: Mapping[str, Mapping[str, int]], size_error: float) -> list[Event]:
    """Exclusions by reason, a missed size, and classes that a side lacks."""
    reasons = Counter(rows.filter(pl.col("split") == "excluded")["reason"])
    events = [Event(event=name, rows=reasons[name], detail=text) for name, text in DETAILS.items() if reasons[name]]
    others = sorted(set(reasons) - set(DETAILS))
    events += [Event(event=name, rows=reasons[name], detail=f"kept out for {name}") for name in others]
    if merged := rows.filter(pl.col("split").is_in(list(SIDES)) & (pl.col("why") == MERGED)).height:
        events.append(Event(event=MERGED, rows=merged, detail=WHY_MERGED))
    if size_error > SIZE_TOLERANCE:
        detail = f"a side is {100 * size_error:.0f} points from its asked share"
        events.append(Event(event="size", rows=_largest_unit(rows), detail=f"{detail}; {WHY_SIZE}"))
    for label in sorted({label for side in counts.values() for label in side}):
        absent = [side for side in SIDES if not counts.get(side, {}).get(label)]
        if absent:
            rows_of = sum(counts.get(side, {}).get(label, 0) for side in SIDES)
            detail = f"class {label!r} has {rows_of} effective rows, none in {', '.join(absent)}: add distinct rows"
            events.append(Event(event="thin_class", rows=rows_of, detail=detail))
    return events


WHY_MERGED = (
    "data/split.lock had them on two sides, as after a merge of two branches; they stand on the one farther from "
    "training, so a model trained on the other branch may have seen them"
)
WHY_SIZE = "whole groups, remembered sides or too few rows allow no better; the rows are those of the largest unit"


def _largest_unit(rows: pl.DataFrame) -> int:
    """Rows in use of the largest unit, which no split can cut."""
    sizes = rows.filter(pl.col("weight") > 0).drop_nulls("unit").group_by("unit").len()["len"]
    return 0 if sizes.is_empty() else int(sizes.max())  # type: ignore[arg-type]
