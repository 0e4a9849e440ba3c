"""The pairs and groups that the page shows as examples, with what changed word for word."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from anechoic.project.kinds import ECHO_KINDS
from anechoic.text.diff import word_diff

Diff = list[tuple[str, str, str]]  # see word_diff
Judged = dict[frozenset[str], dict[str, Any]]  # the two row_ids of a pair -> its row of the table pairs


@dataclass(frozen=True)
class Tables:
    """The tables that the page shows rows of."""

    clean: pl.DataFrame
    groups: pl.DataFrame
    split: pl.DataFrame
    pairs: pl.DataFrame


@dataclass(frozen=True)
class ExampleRow:
    """A row of a group: `diff` against the representative as (what, its words, this row's words), and why."""

    cells: dict[str, Any]
    why: str
    score: float | None
    diff: Diff


@dataclass(frozen=True)
class ExampleGroup:
    """An echo group as the page shows it, the representative first."""

    size: int
    conflict: bool
    rows: list[ExampleRow]


def example_groups(tables: Tables, count: int) -> list[ExampleGroup]:
    """Tables and how many -> echo groups of two or more: conflicts first, then the largest, then the surest."""
    sides = tables.split.select("row_id", "split", "weight")
    rows = (
        tables.clean.join(tables.groups, on="row_id", maintain_order="left")
        .join(sides, on="row_id", maintain_order="left")
        .filter(pl.col("group_size") > 1)
    )
    shown = _first_groups(rows, tables, count)
    parts = rows.filter(pl.col("group_id").is_in(shown.implode())).partition_by("group_id", as_dict=True)
    judged = _judged(tables.pairs, [row_id for part in parts.values() for row_id in part["row_id"]])
    return [_example(parts[(group_id,)], judged) for group_id in shown]


def _first_groups(rows: pl.DataFrame, tables: Tables, count: int) -> pl.Series:
    """The group_ids to show, in their order; equal groups in the order of their first rows."""
    member = tables.groups.select("group_id", left="row_id")
    echoes = tables.pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS)))
    surest = echoes.join(member, on="left").group_by("group_id").agg(pl.col("score").max())
    groups = rows.unique("group_id", keep="first", maintain_order=True)
    return (
        groups.join(surest, on="group_id", how="left", maintain_order="left")
        .sort("conflict", "group_size", "score", descending=True, maintain_order=True, nulls_last=True)
        .head(count)["group_id"]
    )


def _judged(pairs: pl.DataFrame, row_ids: list[str]) -> Judged:
    inside = pairs.filter(pl.col("left").is_in(row_ids) & pl.col("right").is_in(row_ids))
    return {frozenset((pair["left"], pair["right"])): pair for pair in inside.to_dicts()}


def _example(group: pl.DataFrame, judged: Judged) -> ExampleGroup:
    first, *others = group.sort("representative", descending=True, maintain_order=True).to_dicts()
    members = [ExampleRow(first, "", None, []), *(_row(first, other, judged) for other in others)]
    return ExampleGroup(group.height, bool(first["conflict"]), members)


def _row(first: dict[str, Any], other: dict[str, Any], judged: Judged) -> ExampleRow:
    """A row beside its representative; not every two rows of a group were judged as a pair."""
    diff = word_diff(first["canonical"], other["canonical"])
    pair = judged.get(frozenset((first["row_id"], other["row_id"])))
    if pair is None:
        return ExampleRow(other, "", None, diff)
    return ExampleRow(other, pair["evidence"], pair["score"], diff)


def example_opposites(tables: Tables, count: int) -> list[tuple[Diff, str]]:
    """Tables and how many -> opposite pairs, the most alike in words first: their word-level diff, and why."""
    text = tables.clean.select("row_id", text="canonical")
    opposites = (
        tables.pairs.filter(pl.col("kind") == "opposite")
        .sort(["lexical", "left", "right"], descending=[True, False, False])
        .head(count)
        .join(text.rename({"row_id": "left", "text": "one"}), on="left", maintain_order="left")
        .join(text.rename({"row_id": "right", "text": "other"}), on="right", maintain_order="left")
    )
    return [(word_diff(pair["one"], pair["other"]), pair["evidence"]) for pair in opposites.to_dicts()]
