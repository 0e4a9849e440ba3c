"""The echo groups and opposite pairs that the page lists, with what changed word for word."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from anechoic.project.kinds import ECHO_KINDS
from anechoic.report.rows.tables import Listed, Tables, listed, shown_characters
from anechoic.text.diff import word_diff

Diff = list[tuple[str, str, str]]  # see word_diff
Judged = dict[frozenset[str], dict[str, Any]]  # the two row_ids of a pair -> its row of the table pairs
MEMBERS = 30  # of a group that are listed; a group of thousands is counted


@dataclass(frozen=True)
class Member:
    """A row of a group: `diff` against the first as (what, its words, this row's words), why and how sure."""

    cells: dict[str, Any]
    why: str
    score: float | None
    diff: Diff


@dataclass(frozen=True)
class Group:
    """An echo group: the row that stands for it, the others, and what a reader filters by."""

    size: int
    conflict: bool
    asked: bool  # two of its rows surely say the same and carry different labels: the review asks which is right
    first: Member
    others: list[Member]
    files: list[str]
    labels: list[str]

    @property
    def agreement(self) -> str:
        """Whether its labels agree, and if not, whether its rows surely say the same."""
        if not self.conflict:
            return "one label"
        return "labels differ" if self.asked else "labels differ, may not be the same"

    @property
    def untold(self) -> int:
        """Rows of the group that are not listed."""
        return self.size - 1 - len(self.others)

    @property
    def score(self) -> float | None:
        """The probability of its surest pair; None where no pair of the listed rows was judged."""
        return max((each.score for each in self.others if each.score is not None), default=None)


def groups(tables: Tables, most: int) -> Listed[Group]:
    """Tables -> at most so many groups of two or more: sure conflicts first, then the largest, then the surest."""
    sides = tables.split.select("row_id", "split", "weight")
    rows = (
        tables.clean.join(tables.groups, on="row_id", maintain_order="left")
        .join(sides, on="row_id", maintain_order="left")
        .filter(pl.col("group_size") > 1)
        .with_columns(asked=pl.col("contradiction").any().over("group_id"))
    )
    order = _in_order(rows, tables)
    shown = order.head(most)
    parts = rows.filter(pl.col("group_id").is_in(shown.implode())).partition_by("group_id", as_dict=True)
    judged = _judged(tables.pairs, [row_id for part in parts.values() for row_id in part["row_id"]])
    made = (_group(parts[(group_id,)], judged) for group_id in shown)
    return listed(made, len(order), most, _characters)


def _characters(group: Group) -> int:
    return sum(shown_characters(each.cells["canonical"], each.why) for each in (group.first, *group.others))


def _in_order(rows: pl.DataFrame, tables: Tables) -> pl.Series:
    """The group_ids in the order of the list; equal groups in the order of their first rows."""
    member = tables.groups.select("group_id", left="row_id")
    echoes = tables.pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS)))
    surest = echoes.join(member, on="left").group_by("group_id").agg(pl.col("score").max())
    firsts = rows.unique("group_id", keep="first", maintain_order=True)
    return firsts.join(surest, on="group_id", how="left", maintain_order="left").sort(
        "asked", "conflict", "group_size", "score", descending=True, maintain_order=True, nulls_last=True
    )["group_id"]


def _judged(pairs: pl.DataFrame, row_ids: list[str]) -> Judged:
    inside = pairs.filter(pl.col("left").is_in(row_ids) & pl.col("right").is_in(row_ids))
    return {frozenset((pair["left"], pair["right"])): pair for pair in inside.to_dicts()}


def _group(rows: pl.DataFrame, judged: Judged) -> Group:
    """The rows of one group -> the group as it is listed: the representative, a row of each other label, others."""
    ordered = rows.sort("representative", descending=True, maintain_order=True)
    # Each label comes early, so that a group of thousands shows where it is in conflict.
    repeated = pl.int_range(pl.len()).over("label") > 0
    first, *others = ordered.sort(~pl.col("representative"), repeated, maintain_order=True).to_dicts()
    return Group(
        size=rows.height,
        conflict=bool(first["conflict"]),
        asked=bool(first["asked"]),
        first=Member(first, "", None, []),
        others=list(_members(first, others[:MEMBERS], judged)),
        files=sorted(set(rows["drop"])),
        labels=sorted(set(rows["label"])),
    )


def _members(first: dict[str, Any], others: list[dict[str, Any]], judged: Judged) -> Iterator[Member]:
    """The rows beside the first; not every two rows of a group were judged as a pair."""
    for other in others:
        pair = judged.get(frozenset((first["row_id"], other["row_id"]))) or {"evidence": "", "score": None}
        yield Member(other, pair["evidence"], pair["score"], word_diff(first["canonical"], other["canonical"]))


@dataclass(frozen=True)
class Opposite:
    """Two rows that are alike in words and say something else."""

    left: dict[str, Any]
    right: dict[str, Any]
    diff: Diff
    why: str


def opposites(tables: Tables, most: int) -> Listed[Opposite]:
    """Tables -> at most so many opposite pairs, the most alike in words first, with why they are kept apart."""
    pairs = tables.pairs.filter(pl.col("kind") == "opposite").sort(
        ["lexical", "left", "right"], descending=[True, False, False]
    )
    first = pairs.head(most)
    known = tables.clean.filter(pl.col("row_id").is_in(pl.concat([first["left"], first["right"]]).implode()))
    cells = {row["row_id"]: row for row in known.to_dicts()}
    made = (
        Opposite(one, other, word_diff(one["canonical"], other["canonical"]), pair["evidence"])
        for pair in first.to_dicts()
        for one, other in [(cells[pair["left"]], cells[pair["right"]])]
    )
    return listed(
        made, pairs.height, most, lambda each: shown_characters(each.left["canonical"], each.right["canonical"])
    )
