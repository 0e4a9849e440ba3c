"""The answers in data/review/ as a table, each held against the rows it names.

The queue is reports/review.csv; answered rows are put into data/review/ (any CSV with its columns). A decision
names rows and their texts: when a row changed or went, the decision is reported, never applied.
"""

import csv
from collections.abc import Mapping
from io import StringIO

import polars as pl

from anechoic.project.errors import DataError
from anechoic.project.schema import Labels
from anechoic.project.tables import Decisions
from anechoic.review.answers import RELABEL, read_answer
from anechoic.review.schema import Decided

COLUMNS = ("kind", "left", "right", "left_text", "right_text", "label", "suggested", "why", "decision")


def read_decisions(files: Mapping[str, bytes | OSError], clean: pl.DataFrame, labels: Labels) -> pl.DataFrame:
    """Files of data/review/ and the rows of clean -> the table decisions; of two files the later answer wins.

    Raises DataError naming file, line and value of every answer that cannot be read (see `read_answer`), and of
    answers of one file that contradict each other.
    """
    texts = dict(clean.select("row_id", "text").iter_rows())
    holding: dict[tuple[str, str], tuple[str, str, str]] = {}  # of the rows an answer is about: file, where, answer
    stale = []
    wrong: list[str] = []
    for name, content in files.items():
        if not name.endswith(".csv"):
            continue
        for line, row in _answered(name, content, wrong):
            where = f"data/review/{name} line {line}"
            try:
                answer = read_answer(where, row, labels)
            except DataError as error:
                wrong.append(str(error))
                continue
            if problem := _no_longer_fits(row, texts):
                stale.append((where, row["left"], row["right"], answer, problem))
                continue
            before = holding.get((row["left"], row["right"]))
            if before and before[0] == name and before[2] != answer:
                wrong.append(f"{where}: {answer!r} contradicts {before[2]!r} of {before[1]}. Keep one.")
            holding[row["left"], row["right"]] = (name, where, answer)
    if wrong:
        raise DataError("\n".join(wrong))
    held = [(where, left, right, answer, "") for (left, right), (_, where, answer) in holding.items()]
    return _table([*held, *stale], labels)


def _table(answers: list[tuple[str, str, str, str, str]], labels: Labels) -> pl.DataFrame:
    """Answers as where, left, right, answer, problem -> the table, relabel:<name> as the id of the class."""
    ids = {name: label_id for label_id, name in labels.names().items()}
    lines = []
    for where, left, right, answer, problem in answers:
        relabels = answer.startswith(RELABEL)
        label_id = ids[answer.removeprefix(RELABEL)] if relabels else None
        lines.append((where, left, right, "relabel" if relabels else answer, label_id, problem))
    return Decisions.validate(pl.DataFrame(lines, schema=Decisions.column_names(), orient="row"), cast=True)


def no_decisions() -> pl.DataFrame:
    """The table of a project in which nobody answered anything."""
    return Decisions.create_empty()


def obeyed(decisions: pl.DataFrame, answer: str) -> pl.DataFrame:
    """The decisions of one answer that hold for the rows of this run."""
    return decisions.filter((pl.col("problem") == "") & (pl.col("decision") == answer))


def outcome(decisions: pl.DataFrame) -> Decided:
    """The table decisions -> how many are obeyed, and why the others are not."""
    stale = decisions.filter(pl.col("problem") != "")
    sentences = [f"{where}: {problem}" for where, problem in stale.select("where", "problem").iter_rows()]
    return Decided(applied=decisions.height - stale.height, stale=sentences)


def _answered(name: str, content: bytes | OSError, wrong: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Answered records of a review CSV with their lines; what keeps the file from being read is put into wrong."""
    try:
        if isinstance(content, OSError):
            raise DataError(f"data/review/{name} cannot be opened: {content.strerror}.")
        return [(line, row) for line, row in review_rows(f"data/review/{name}", content) if row["decision"]]
    except DataError as error:
        wrong.append(str(error))
        return []


def review_rows(where: str, content: bytes) -> list[tuple[int, dict[str, str]]]:
    """A review CSV -> its records, each with the line it ends on; comma, semicolon or tab, as programs save it.

    Raises DataError where it is no UTF-8 text or lacks a column.
    """
    try:
        text = content.decode("utf-8-sig")
        heading = text.split("\n", 1)[0]
        reader = csv.DictReader(StringIO(text, newline=""), delimiter=max(",;\t", key=heading.count))
        if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
            raise DataError(f"{where} line 1: columns missing: {', '.join(missing)}.")
        return [(reader.line_num, {key: (row[key] or "").strip() for key in COLUMNS}) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{where} cannot be read: {error}. Save it as UTF-8 CSV.") from error


def _no_longer_fits(row: Mapping[str, str], texts: Mapping[str, str]) -> str:
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


def relabelled(clean: pl.DataFrame, decisions: pl.DataFrame, labels: Labels) -> pl.DataFrame:
    """Clean rows and decisions -> the rows with the labels people gave them, such a row flagged `relabelled`."""
    changes = dict(obeyed(decisions, "relabel").select("left", "label_id").iter_rows())
    if not changes:
        return clean
    given = pl.col("row_id").replace_strict(changes, default=None, return_dtype=pl.Int64)
    named = given.replace_strict(labels.names(), default=None, return_dtype=pl.String)
    return clean.with_columns(
        label_id=pl.coalesce(given, "label_id"),
        label=pl.coalesce(named, "label"),
        flags=pl.when(given.is_not_null())
        .then(pl.col("flags").list.concat(pl.lit("relabelled")))
        .otherwise("flags"),
    )
