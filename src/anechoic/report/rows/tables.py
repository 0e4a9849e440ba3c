"""The tables of a run that the page lists rows of, and how many of them a page can hold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

import polars as pl

from anechoic.report.rendering import MAX_CHARACTERS

Row = TypeVar("Row")

# Of all the texts in one list [characters]: five lists of this size and the libraries stay below 5 MB a page.
MOST_CHARACTERS = 300_000


@dataclass(frozen=True)
class Tables:
    """The tables that the page shows rows of, and the questions of reports/review.csv (see review.decisions)."""

    clean: pl.DataFrame
    groups: pl.DataFrame
    split: pl.DataFrame
    pairs: pl.DataFrame
    quarantine: pl.DataFrame
    predictions: pl.DataFrame
    projection: pl.DataFrame
    inbox: pl.DataFrame
    questions: pl.DataFrame


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """The rows of a list on the page, and how many there are in all."""

    rows: list[Row]
    total: int

    @property
    def cut(self) -> bool:
        """Whether the page holds only the first of them."""
        return len(self.rows) < self.total


def listed(rows: Iterable[Row], total: int, most: int, characters: Callable[[Row], int]) -> Listed[Row]:
    """The first rows, at most so many and not more text than a page can bear; at least one, if there is one.

    total: how many there are. characters: of a row's texts.
    """
    kept: list[Row] = []
    left = MOST_CHARACTERS
    for row in islice(rows, most):
        left -= characters(row)
        if left < 0 and kept:
            break
        kept.append(row)
    return Listed(kept, total)


def shown_characters(*texts: str | None) -> int:
    """How many characters of these texts the page shows: of a long one only its beginning."""
    return sum(min(len(text or ""), MAX_CHARACTERS) for text in texts)
