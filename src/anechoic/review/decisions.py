"""The answers in data/review/ as a table, each held against the rows it names.

The queue is reports/review.csv; answered rows are put into data/review/ (any CSV with its columns). A decision
names rows, their texts and the label: it is about the texts, and reported, never applied, when no row has them now.
"""

import csv
from collections.abc import Mapping
from io import StringIO

import polars as pl

from anechoic.project.errors import DataError
from anechoic.project.schema import Labels
from anechoic.project.tables import Decisions
from anechoic.review.answers import RELABEL, read_answer
from anechoic.review.known_rows import ABOUT_PAIRS, KnownRows, known_rows
from anechoic.review.schema import Decided

COLUMNS = ("kind", "left", "right", "left_text", "right_text", "label", "suggested", "why", "decision")

Answer = tuple[str, str, str, str, str, str]  # where, left, right, answer, problem, kind
Holding = dict[tuple[str, str], tuple[str, str, str]]  # left, right -> where, answer, kind


def read_decisions(files: Mapping[str, bytes | OSError], clean: pl.DataFrame, labels: Labels) -> pl.DataFrame:
    """Files of data/review/ and the rows of clean -> the table decisions; of two files the later answer wins.

    An answer holds for the row it names; where that row is gone, as after its file was renamed, for a row of the
    same text and label. Raises DataError naming file, line and value of every answer that cannot be read (see
    `read_answer`), and of answers of one file that contradict each other.
    """
    known = known_rows(clean)
    holding: Holding = {}
    stale: list[Answer] = []
    wrong: list[str] = []
    for name, content in files.items():
        if not name.endswith(".csv"):
            continue
        answers = []
        for line, row in _answered(name, content, wrong):
            where = f"data/review/{name} line {line}"
            try:
                answers.append((where, {**row, "decision": read_answer(where, row, labels)}))
            except DataError as error:
                wrong.append(str(error))
        holding |= _held(answers, known, stale, wrong)
    if wrong:
        raise DataError("\n".join(wrong))
    held = [(where, left, right, answer, "", kind) for (left, right), (where, answer, kind) in holding.items()]
    return _table([*held, *stale], labels, dict(clean.select("row_id", "label_id").iter_rows()))


def _held(
    answers: list[tuple[str, dict[str, str]]], known: KnownRows, stale: list[Answer], wrong: list[str]
) -> Holding:
    """The answers of one file, by the rows they are about.

    Those that no longer fit are put to the stale ones, contradictions to the wrong ones.
    """
    holding: Holding = {}
    taken: set[str] = set()  # rows that an answer is about which is not about a pair
    # Answers whose rows are there come first: what moved takes what they leave.
    placed = sorted(((where, row, known.hold(row)) for where, row in answers), key=lambda answer: not answer[2])
    for where, row, there in placed:
        left, right, problem = known.rows_of(row, taken)
        other, answer, _ = holding.get((left, right), ("", row["decision"], ""))
        if not problem and answer != row["decision"]:
            if there:
                wrong.append(f"{where}: {row['decision']!r} contradicts {answer!r} of {other}. Keep one.")
                continue
            problem = f"row {row['left']} is gone, and {other} answers {answer!r} for the same texts"
        if problem:
            stale.append((where, row["left"], row["right"], row["decision"], problem, row["kind"]))
            continue
        holding[left, right] = (where, row["decision"], row["kind"])
        if row["decision"] not in ABOUT_PAIRS:
            taken.add(left)
    return holding


def _table(answers: list[Answer], labels: Labels, before: Mapping[str, int]) -> pl.DataFrame:
    """Answers -> the table, relabel:<name> as the id of the class. before: the class of each row, as it came."""
    ids = {name: label_id for label_id, name in labels.names().items()}
    lines = []
    for where, left, right, answer, problem, kind in answers:
        relabels = answer.startswith(RELABEL)
        label_id = ids[answer.removeprefix(RELABEL)] if relabels else None
        decision = "relabel" if relabels else answer
        lines.append((where, left, right, decision, label_id, problem, kind, before.get(left)))
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
