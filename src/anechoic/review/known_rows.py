"""The rows that answers are about: by their ids, and by text and label where the ids are gone.

A row_id hashes the name of its file, so that a renamed file has other ids; what people answered is about the texts.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

import polars as pl

from anechoic.text.repair import canonicalize
from anechoic.text.shown import shown

ABOUT_PAIRS = {"same", "different"}


@dataclass(frozen=True)
class KnownRows:
    """The rows of clean, to be found by id and by text; rows of one text in the order of clean."""

    canonical: dict[str, str]  # of each row_id
    rows_by_key: dict[str, list[str]]
    labels: dict[str, str]  # of each row_id; empty where people corrected it: what it was is not known

    def hold(self, row: Mapping[str, str]) -> bool:
        """Whether the rows that an answer names are there and read as they did."""
        sides = [side for side in ("left", "right") if row[side] or side == "left"]
        return all(self._reads(row[side], text_key(row[f"{side}_text"])) for side in sides)

    def rows_of(self, row: Mapping[str, str], taken: Set[str]) -> tuple[str, str, str]:
        """An answer -> the rows it is about, left and right, and why there are none; right is empty for one row.

        taken: rows that other answers of the file are about: a second answer to the same text is about a copy.
        """
        left, problem = self._row_of(row, "left", set() if row["decision"] in ABOUT_PAIRS else taken)
        if problem or not row["right"]:
            return left, "", problem
        right, problem = self._row_of(row, "right", {left})
        return left, right, problem

    def _row_of(self, row: Mapping[str, str], side: str, taken: Set[str]) -> tuple[str, str]:
        row_id, text, label = row[side], row[f"{side}_text"], row["label"] if side == "left" else ""
        key = text_key(text)
        if self._reads(row_id, key):
            return row_id, ""
        copies = self.rows_by_key.get(key, [])
        fitting = [copy for copy in copies if not label or self.labels[copy] in {label, ""}]
        if free := [copy for copy in fitting if copy not in taken]:
            return free[0], ""
        told = repr(shown(text))
        if fitting:
            return "", f"row {row_id} is gone, and another answer holds for {told}"
        if copies:
            given = ", ".join(sorted({self.labels[copy] for copy in copies}))
            return "", f"row {row_id} is gone, and {told} is labelled {given} now, not {label}"
        if row_id in self.canonical:
            return "", f"row {row_id} reads {self.canonical[row_id]!r} now, not {told}"
        return "", f"row {row_id} is gone ({told})"

    def _reads(self, row_id: str, key: str) -> bool:
        return row_id in self.canonical and self.canonical[row_id].casefold() == key


def known_rows(clean: pl.DataFrame) -> KnownRows:
    """The rows of clean, to be found by answers."""
    by_key: dict[str, list[str]] = {}
    texts, labels = {}, {}
    for row_id, canonical, label, flags in clean.select("row_id", "canonical", "label", "flags").iter_rows():
        texts[row_id] = canonical
        by_key.setdefault(canonical.casefold(), []).append(row_id)
        labels[row_id] = "" if "relabelled" in flags else label
    return KnownRows(texts, by_key, labels)


def text_key(text: str) -> str:
    """A text, as dropped in or as shown with personal data masked -> what all its copies share."""
    return canonicalize(text).casefold()
