"""Why rows parted or joined between two revisions, as far as the judged pairs of the two tell."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from anechoic.echoes.explanations import COPY
from anechoic.project.kinds import ECHO_KINDS

REVIEWED = ("review: same", "review: different")  # evidence of a pair that a person judged
BROKEN = "chain broken here"  # in the evidence of a pair that chain control cut
PARTED = {
    "answered": "an answer in data/review/ says that {0} and {1} differ",
    "withdrawn": "the answer in data/review/ that {0} and {1} are the same no longer holds",
    "echo": "{0} and {1} are still judged an echo, but stand in two groups, as where two sides are remembered",
    "chain": "{0} and {1} are alike, but the chain of echoes between their groups is broken there",
    "judged": "{0} and {1} are no longer judged an echo",
    "between": "{0}, an echo of both, is gone or set aside",
}
JOINED = {
    "answered": "an answer in data/review/ says that {0} and {1} are the same",
    "withdrawn": "the answer in data/review/ that {0} and {1} differ no longer holds",
    "echo": "{0} and {1} were judged an echo before, but stood in two groups, as where two sides are remembered",
    "chain": "{0} and {1} were alike before, but the chain of echoes between their groups was broken there",
    "judged": "{0} and {1} are judged an echo now",
    "between": "{0}, an echo of both, is new or no longer set aside",
}


@dataclass(frozen=True)
class Judged:
    """The table pairs of a revision, and where all its rows stand: row_id -> file:line."""

    pairs: pl.DataFrame
    places: Mapping[str, str]

    def firsts(self) -> dict[str, str]:
        """Copy -> the first row of its text, between which pairs are judged."""
        return dict(self.pairs.filter(pl.col("evidence") == COPY).select("right", "left").iter_rows())


def why_parted(rows: pl.DataFrame, before: Judged, after: Judged) -> dict[int, str]:
    """Rows of both (cell, group_id_before, row_id, row_id_before, place) -> by cell why it left its group."""
    rows = rows.select("cell", "place", group="group_id_before", tied="row_id_before", apart="row_id")
    return _why(rows, before, after, PARTED, ("review: different", "review: same"))


def why_joined(rows: pl.DataFrame, before: Judged, after: Judged) -> dict[int, str]:
    """Rows of both (cell, group_id, row_id, row_id_before, place) -> by cell why it joined its group."""
    rows = rows.select("cell", "place", group="group_id", tied="row_id", apart="row_id_before")
    return _why(rows, after, before, JOINED, ("review: same", "review: different"))


def _why(
    rows: pl.DataFrame, tied: Judged, apart: Judged, words: Mapping[str, str], answers: tuple[str, str]
) -> dict[int, str]:
    """The reason by cell. tied: the revision in which its rows are together; apart: the other.

    answers: evidence of the pair that the later revision and that the earlier one holds. The surest pair is told.
    """
    firsts, others = tied.firsts(), apart.firsts()
    known = {firsts.get(row["tied"], row["tied"]): row for row in rows.sort("place", descending=True).to_dicts()}
    verdicts = {frozenset(ends): told for *ends, told in _verdicts(apart)}
    found: dict[int, str] = {}
    between: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for left, right, (kind, evidence) in _verdicts(tied):
        one, other = known.get(left), known.get(right)
        if kind not in ECHO_KINDS:
            continue
        if not (one and other):
            for end, row in ((right, one), (left, other)):
                between[end] += [row] if row else []
            continue
        if one["cell"] == other["cell"] or one["group"] != other["group"]:
            continue
        ends = frozenset(others.get(row["apart"], row["apart"]) for row in (one, other))
        verdict = verdicts.get(ends, ("exact" if len(ends) == 1 else "", ""))
        reason = words[_cause(evidence, verdict, words, answers)].format(*sorted((one["place"], other["place"])))
        for row in (one, other):
            found.setdefault(row["cell"], reason)
    for end, met in between.items():
        for row in met:
            if any(row["cell"] != each["cell"] and row["group"] == each["group"] for each in met):
                found.setdefault(row["cell"], words["between"].format(tied.places[end]))
    return found


def _cause(evidence: str, apart: tuple[str, str], words: Mapping[str, str], answers: tuple[str, str]) -> str:
    """Which of the words tells why a pair holds two rows together in one revision and not in the other."""
    at = (apart[1], evidence) if words is PARTED else (evidence, apart[1])  # of the later and the earlier revision
    if apart[0] in ECHO_KINDS:
        return "echo"
    if at[0] == answers[0]:
        return "answered"
    if at[1] == answers[1]:
        return "withdrawn"
    return "chain" if BROKEN in apart[1] else "judged"


def _verdicts(judged: Judged) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Left, right, and kind and evidence of each pair of distinct texts, the surest first."""
    pairs = judged.pairs.filter(pl.col("evidence") != COPY).with_columns(pl.col("kind").cast(pl.String))
    pairs = pairs.sort("score", "left", "right", descending=[True, False, False])
    for left, right, kind, evidence in pairs.select("left", "right", "kind", "evidence").iter_rows():
        yield left, right, (kind, evidence)
