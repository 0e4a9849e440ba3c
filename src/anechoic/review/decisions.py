"""The answers in data/review/ as a table, each held against the rows it names."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO

import polars as pl
from rapidfuzz import fuzz, process

from anechoic.normalize.schema import Decided
from anechoic.project.errors import DataError
from anechoic.project.schema import Labels

COLUMNS = ("kind", "left", "right", "left_text", "right_text", "label", "suggested", "why", "decision")
WORDS = "same, different, relabel:<name> or drop"


@dataclass(frozen=True)
class Decisions:
    """Answers that hold for the rows of this run."""

    same: frozenset[tuple[str, str]] = frozenset()
    different: frozenset[tuple[str, str]] = frozenset()
    relabel: Mapping[str, int] = field(default_factory=dict)  # row_id -> label_id
    drop: frozenset[str] = frozenset()
    report: Decided = field(default_factory=lambda: Decided(applied=0, stale=[]))


def read_decisions(files: Mapping[str, bytes | OSError], clean: pl.DataFrame, labels: Labels) -> Decisions:
    """The decisions of all review CSVs, in the order of names; a later one wins.

    Raises DataError naming file, line and value for an answer that is none of same | different | relabel:<name>
    | drop, or two answers of one file that contradict each other.
    """
    texts = dict(clean.select("row_id", "text").iter_rows())
    answers: dict[tuple[str, str], tuple[str, str]] = {}
    stale = []
    for name, content in files.items():
        if not name.endswith(".csv"):
            continue
        for line, row in _rows(name, content):
            where, key = f"data/review/{name} line {line}", (row["left"], row["right"])
            check_answer(where, row, labels)
            if gone := _gone(row, texts):
                stale.append(f"{where}: {gone}")
                continue
            before = answers.get(key)
            if (
                before
                and before[0].rpartition(" line ")[0] == where.rpartition(" line ")[0]
                and before[1] != row["decision"]
            ):
                raise DataError(f"{where}: {row['decision']!r} contradicts {before[1]!r} of {before[0]}. Keep one.")
            answers[key] = (where, row["decision"])
    return _sorted_out(answers, labels, stale)


def _rows(name: str, content: bytes | OSError) -> list[tuple[int, dict[str, str]]]:
    """Answered records of a review CSV with their lines; unanswered ones are left out."""
    if isinstance(content, OSError):
        raise DataError(f"data/review/{name} cannot be opened: {content.strerror}.")
    try:
        reader = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""))
        if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
            raise DataError(f"data/review/{name} line 1: columns missing: {', '.join(missing)}.")
        found = [(reader.line_num, {key: (row[key] or "").strip() for key in COLUMNS}) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"data/review/{name} cannot be read: {error}. Save it as UTF-8 CSV.") from error
    return [(line, row) for line, row in found if row["decision"]]


def check_answer(where: str, row: Mapping[str, str], labels: Labels) -> None:
    """Raise DataError, naming where, for a decision that nobody can obey."""
    decision, pair = row["decision"], row["right"] != ""
    if (decision in {"same", "different"} and pair) or decision == "drop":
        return
    if decision.startswith("relabel:"):
        name = decision.removeprefix("relabel:").strip().casefold()
        names = {label.casefold(): label for label in labels.names().values()}
        if name in names:
            return
        near = process.extractOne(name, names, scorer=fuzz.ratio, score_cutoff=60)
        guess = (
            f" Did you mean relabel:{near[0]}?" if near else f" The names are {', '.join(labels.names().values())}."
        )
        raise DataError(f"{where}: {decision!r} names no class.{guess}")
    single = " (same and different need two rows)" if decision in {"same", "different"} else ""
    raise DataError(f"{where}: {decision!r} is no decision{single}. Write {WORDS}.")


def _gone(row: Mapping[str, str], texts: Mapping[str, str]) -> str:
    """Why a decision no longer holds; empty where it does."""
    for side in ("left", "right"):
        row_id, text = row[side], row[f"{side}_text"]
        if not row_id and side == "right":
            continue
        if row_id not in texts:
            return f"row {row_id} is gone ({text!r})"
        if texts[row_id].strip() != text:
            return f"row {row_id} reads {texts[row_id]!r} now, not {text!r}"
    return ""


def _sorted_out(answers: Mapping[tuple[str, str], tuple[str, str]], labels: Labels, stale: list[str]) -> Decisions:
    ids = {name.casefold(): label_id for label_id, name in labels.names().items()}
    same, different, relabel, drop = set(), set(), {}, set()
    for (left, right), (_, decision) in answers.items():
        if decision == "same":
            same.add((left, right))
        elif decision == "different":
            different.add((left, right))
        elif decision == "drop":
            drop.add(left)
        else:
            relabel[left] = ids[decision.removeprefix("relabel:").strip().casefold()]
    report = Decided(applied=len(answers), stale=stale)
    return Decisions(frozenset(same), frozenset(different), relabel, frozenset(drop), report)


def relabelled(clean: pl.DataFrame, decisions: Decisions, labels: Labels) -> pl.DataFrame:
    """Clean rows with the labels that people gave them; such a row is flagged `relabelled`."""
    if not decisions.relabel:
        return clean
    given = pl.col("row_id").replace_strict(decisions.relabel, default=None, return_dtype=pl.Int64)
    named = given.replace_strict(labels.names(), default=None, return_dtype=pl.String)
    return clean.with_columns(
        label_id=pl.coalesce(given, "label_id"),
        label=pl.coalesce(named, "label"),
        flags=pl.when(given.is_not_null())
        .then(pl.col("flags").list.concat(pl.lit("relabelled")))
        .otherwise("flags"),
    )
