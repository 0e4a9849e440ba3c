"""The review loop: questions worth a person's time go out, decisions come back and are obeyed.

The queue is reports/review.csv; answered rows are put into data/review/ (any CSV with the queue's columns). A
decision names rows and their texts: when a row changed or went, the decision is reported, never applied.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO

import numpy as np
import polars as pl
from pydantic import Field
from rapidfuzz import fuzz, process

from anechoic.project.errors import DataError
from anechoic.project.schema import Labels, Report

COLUMNS = ("kind", "left", "right", "left_text", "right_text", "label", "suggested", "why", "decision")
WORDS = "same, different, relabel:<name> or drop"


class Decided(Report):
    """What became of the answers in data/review/."""

    applied: int = Field(description="decisions obeyed in this run")
    stale: list[str] = Field(description="decisions not applied, each with the reason")


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


def review_queue(
    clean: pl.DataFrame, pairs: pl.DataFrame, groups: pl.DataFrame, doubtful: pl.DataFrame, most: int
) -> pl.DataFrame:
    """The questions, those first whose answer is worth most: in rows that an answer may change.

    doubtful: row_id, suggested (name), log_odds. A pair is worth its groups' rows times how undecided it is; a
    label one row times how much it is doubted; a conflict the rows of its group that some label must lose.
    """
    rows = clean.filter(pl.col("role") == "raw").join(groups, on="row_id", maintain_order="left")
    questions = [_pair_questions(rows, pairs), _label_questions(rows, doubtful), _conflict_questions(rows)]
    queue = pl.concat(questions).sort("worth", "kind", "left", "right", descending=[True, False, False, False])
    return queue.head(most).with_columns(decision=pl.lit("")).select(COLUMNS)


SHOWN = ["row_id", "text", "label", "group_size"]


def _pair_questions(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    asked = pairs.filter(pl.col("kind").is_in(["rephrase", "neighbour", "opposite"]))
    joined = asked.join(rows.select(SHOWN), left_on="left", right_on="row_id", maintain_order="left").join(
        rows.select(SHOWN), left_on="right", right_on="row_id", suffix="_right", maintain_order="left"
    )
    undecided = 4 * pl.col("score").cast(pl.Float64) * (1 - pl.col("score").cast(pl.Float64))
    return joined.select(
        pl.lit("pair").alias("kind"),
        "left",
        "right",
        pl.col("text").alias("left_text"),
        pl.col("text_right").alias("right_text"),
        "label",
        pl.when(pl.col("kind") == "rephrase")
        .then(pl.lit("same"))
        .otherwise(pl.lit("different"))
        .alias("suggested"),
        pl.col("evidence").alias("why"),
        (undecided * pl.min_horizontal("group_size", "group_size_right")).alias("worth"),
    )


def _label_questions(rows: pl.DataFrame, doubtful: pl.DataFrame) -> pl.DataFrame:
    joined = rows.join(doubtful.filter(pl.col("log_odds") < 0), on="row_id", maintain_order="left", how="inner")
    odds = pl.col("log_odds").abs().round(1).cast(pl.String)
    return joined.select(
        pl.lit("label").alias("kind"),
        pl.col("row_id").alias("left"),
        pl.lit("").alias("right"),
        pl.col("text").alias("left_text"),
        pl.lit("").alias("right_text"),
        "label",
        (pl.lit("relabel:") + pl.col("suggested")).alias("suggested"),
        (pl.lit("rows like it carry the suggested label, log odds ") + odds).alias("why"),
        (1 - pl.col("log_odds").exp()).alias("worth"),
    )


def _conflict_questions(rows: pl.DataFrame) -> pl.DataFrame:
    votes = pl.len().over("group_id", "label")
    conflicts = rows.filter(pl.col("conflict")).with_columns(votes=votes)
    best = pl.col("label").sort_by("votes", "label", descending=[True, False]).first().over("group_id")
    conflicts = conflicts.with_columns(best=best, most=pl.col("votes").max().over("group_id"))
    wins = pl.col("label") == pl.col("best")
    other, said = (pl.col(name).filter(wins).first().over("group_id") for name in ("row_id", "text"))
    conflicts = conflicts.with_columns(other=other, said=said)
    losing = conflicts.filter(pl.col("label") != pl.col("best"))
    return losing.select(
        pl.lit("conflict").alias("kind"),
        pl.col("row_id").alias("left"),
        pl.col("other").alias("right"),
        pl.col("text").alias("left_text"),
        pl.col("said").alias("right_text"),
        "label",
        (pl.lit("relabel:") + pl.col("best")).alias("suggested"),
        pl.lit("rows that say the same carry another label").alias("why"),
        (pl.col("group_size") - pl.col("most")).cast(pl.Float64).alias("worth") + np.float64(1),
    )
