"""The echoes in plain words: what retells what, what is missed, what differs word for word."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from anechoic.echoes.schema import EchoesReport
from anechoic.project.tables import ECHO_KINDS
from anechoic.report.story import interval, percent
from anechoic.text.diff import word_diff

Diff = list[tuple[str, str, str]]  # see word_diff
SOON = 20  # label doubts up to which a person asks no ranking


@dataclass(frozen=True)
class RowShown:
    """A row of a group: `diff` against the representative as (what, its words, this row's words), and why."""

    cells: dict[str, Any]
    why: str
    score: float | None
    diff: Diff


@dataclass(frozen=True)
class GroupShown:
    """An echo group as the page shows it, the representative first."""

    size: int
    conflict: bool
    rows: list[RowShown]


def shown_groups(
    clean: pl.DataFrame, groups: pl.DataFrame, split: pl.DataFrame, pairs: pl.DataFrame, most: int
) -> list[GroupShown]:
    """The groups of two or more worth looking at first: conflicts, the largest, the surest; rows in order."""
    sides = split.select("row_id", "split", "weight")
    rows = clean.join(groups, on="row_id", maintain_order="left").join(sides, on="row_id", maintain_order="left")
    rows = rows.filter(pl.col("group_size") > 1)
    member = groups.select("group_id", left="row_id")
    echoes = pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS)))
    sure = echoes.join(member, on="left").group_by("group_id").agg(pl.col("score").max())
    keys = rows.unique("group_id", maintain_order=True).join(sure, on="group_id", how="left", maintain_order="left")
    keys = keys.sort("conflict", "group_size", "score", descending=True, maintain_order=True, nulls_last=True)
    keys = keys.head(most)
    judged = _judged(pairs, rows.join(keys.select("group_id"), on="group_id", how="semi")["row_id"])
    shown = []
    for group_id in keys["group_id"]:
        part = rows.filter(pl.col("group_id") == group_id).sort(
            "representative", descending=True, maintain_order=True
        )
        first, *others = part.to_dicts()
        members = [RowShown(first, "", None, [])] + [_row(first, other, judged) for other in others]
        shown.append(GroupShown(part.height, bool(first["conflict"]), members))
    return shown


def _judged(pairs: pl.DataFrame, rows: pl.Series) -> dict[frozenset[str], dict[str, Any]]:
    inside = pairs.filter(pl.col("left").is_in(rows.implode()) & pl.col("right").is_in(rows.implode()))
    return {frozenset((pair["left"], pair["right"])): pair for pair in inside.to_dicts()}


def _row(first: dict[str, Any], other: dict[str, Any], judged: dict[frozenset[str], dict[str, Any]]) -> RowShown:
    pair = judged.get(frozenset((first["row_id"], other["row_id"])))
    diff = word_diff(first["text"], other["text"])
    return RowShown(other, pair["evidence"] if pair else "", pair["score"] if pair else None, diff)


def shown_opposites(clean: pl.DataFrame, pairs: pl.DataFrame, most: int) -> list[tuple[Diff, str]]:
    """The pairs alike in words and apart in meaning, the most alike first: word-level diff and why."""
    text = clean.select("row_id", "text")
    found = (
        pairs.filter(pl.col("kind") == "opposite")
        .sort(["lexical", "left", "right"], descending=[True, False, False])
        .head(most)
        .join(text.rename({"row_id": "left", "text": "one"}), on="left", maintain_order="left")
        .join(text.rename({"row_id": "right", "text": "other"}), on="right", maintain_order="left")
    )
    return [(word_diff(pair["one"], pair["other"]), pair["evidence"]) for pair in found.to_dicts()]


def echoes_told(echoes: EchoesReport) -> list[str]:
    """What the groups say of the labels, and how far the count of meanings can be trusted."""
    told = [
        f"The rows are worth {echoes.effective_rows_low} to {echoes.effective_rows_high} meanings; "
        f"{echoes.effective_rows} were counted. The range allows for echoes that are missed or seen where none are."
    ]
    if echoes.groups:
        told.append(
            f"Rows that say the same carry the same label in {percent(echoes.label_agreement)} "
            f"({interval(echoes.label_agreement_low, echoes.label_agreement_high)}) of the pairs: no classifier "
            "can be shown to be better than the labels agree with themselves."
        )
    if echoes.label_doubts:
        ranked = ", the most doubtful first" if echoes.label_doubts > SOON else ""
        told.append(
            f"{echoes.label_doubts} labels are contradicted by the other rows; they are questions, not verdicts, "
            f"and stand in reports/review.csv{ranked}. Answer with `anechoic review`."
        )
    stale = len(echoes.decisions.stale)
    if echoes.decisions.applied or stale:
        told.append(
            f"{echoes.decisions.applied} answers from data/review/ were obeyed, {stale} no longer fit their rows."
        )
    return told
