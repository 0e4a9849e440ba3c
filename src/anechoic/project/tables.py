"""The tables between the stages, as dataframely schemas, and where each one lies.

A column's description is its meaning; `io.read` and `io.write` hold every table against its schema.
"""

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from anechoic.project.kinds import ANSWERS, INBOX_ROLE, KINDS, OUTCOMES, PLACED, ROLES, SPLITS


class Rows(dy.Schema):
    """Valid records of the raw and exam drops, in the order role, drop, record."""

    row_id = dy.String(primary_key=True, description="hash of file, raw record and its occurrence there")
    drop = dy.String(description="path of the file below its folder")
    record = dy.Int64(min=1, description="1-based record of the drop, header not counted")
    line = dy.Int64(min=1, description="1-based line on which the record starts")
    role = dy.Enum(ROLES, description="raw: may be trained on; exam: never")
    label_id = dy.Int64(description="the user's id of the class")
    label = dy.String(description="the name of the class")
    text = dy.String(description="the text as it was dropped in")
    meta = dy.String(description="further columns, a JSON object")
    language = dy.String(nullable=True, description="ISO 639-1 code, null where too short to tell")
    flags = dy.List(dy.String(), description="oddities found and kept, by the name of their rule")


class Quarantine(dy.Schema):
    """Records that cannot be used, each with the reason; nothing is dropped."""

    row_id = dy.String(primary_key=True)
    drop = dy.String()
    record = dy.Int64(min=1)
    line = dy.Int64(min=1)
    raw = dy.String(description="the record as it stands in the file")
    reason = dy.String(min_length=1, description="reason code, the name of the broken rule")
    detail = dy.String(description="what was found and what to do")


class Clean(Rows):
    """Rows with the text that is compared, embedded and trained on."""

    canonical = dy.String(min_length=1, description="repaired, tidied text, case kept")
    numbers = dy.List(dy.String(), description="numbers of the text in order, before any masking")


class Embeddings(dy.Schema):
    """One unit-length vector for each row of clean."""

    row_id = dy.String(primary_key=True)
    vector = dy.List(dy.Float32(), description="unit length")
    encoder = dy.String(description="name and hash of the encoder")


class Decisions(dy.Schema):
    """Answers of data/review/, each held against the rows it names; one that no longer fits them has a problem."""

    where = dy.String(primary_key=True, description="file and line of the answer")
    left = dy.String(description="the row it is about")
    right = dy.String(description="the other row of a pair; empty where it is about one row")
    decision = dy.Enum(ANSWERS, description="what was answered")
    label_id = dy.Int64(nullable=True, description="of the class named by relabel")
    problem = dy.String(description="why it is not obeyed; empty where it is")
    kind = dy.String(description="the kind of question that was answered")
    label_before = dy.Int64(
        nullable=True, description="of the class that the row had before; null where it is gone"
    )


class Inbox(dy.Schema):
    """Records of data/inbox/, as they came and as they are read; record 0 of a file holds the columns' names."""

    file = dy.String(primary_key=True, description="path below data/inbox/")
    record = dy.Int64(primary_key=True, min=0, description="1-based record of the file; 0: the columns' names")
    line = dy.Int64(min=0, description="1-based line on which the record starts")
    raw = dy.String(description="the record as it stands in the file")
    fields = dy.List(dy.String(), description="its fields")
    text = dy.String(description="the text to classify, empty where there is none")
    canonical = dy.String(description="its canonical form, empty where there is none")
    problem = dy.String(description="why it cannot be read; of record 0: why the whole file cannot be classified")


def inbox_row_id() -> pl.Expr:
    """The name of a record of the inbox where a table holds such beside rows: FILE:RECORD."""
    return pl.format("{}:{}", "file", "record")


class InboxEmbeddings(dy.Schema):
    """One unit-length vector for each distinct canonical text of the inbox."""

    canonical = dy.String(primary_key=True)
    vector = dy.List(dy.Float32(), description="unit length")
    encoder = dy.String(description="name and hash of the encoder")


class Pairs(dy.Schema):
    """Two rows judged. Exact copies form a star on their first row."""

    left = dy.String(primary_key=True, description="the earlier row")
    right = dy.String(primary_key=True)
    kind = dy.Enum(KINDS)
    cosine = dy.Float32(min=-1.001, max=1.001)
    lexical = dy.Float32(min=0, max=1, description="similarity of the words, 1 = the same words")
    score = dy.Float32(min=0, max=1, description="probability that the pair is an echo")
    evidence = dy.String(description="why, in words")


class Groups(dy.Schema):
    """The echo group of every row; a row without echoes is a group of one."""

    row_id = dy.String(primary_key=True)
    group_id = dy.String(description="the row_id of the group's first row")
    group_size = dy.Int64(min=1)
    representative = dy.Bool(description="the one row that stands for the group")
    conflict = dy.Bool(description="the group's rows carry different labels")
    contradiction = dy.Bool(
        description="a question in reports/review.csv asks which of its label and another is right"
    )


class Split(dy.Schema):
    """Where every row stands; a row keeps its group's side."""

    row_id = dy.String(primary_key=True)
    group_id = dy.String()
    split = dy.Enum(SPLITS)
    weight = dy.Float64(min=0, description="0: marked, not used")
    reason = dy.String(description="why this side and this weight")


class Ledger(dy.Schema):
    """One line for each raw record: where it came from and where it ended."""

    row_id = dy.String(primary_key=True)
    drop = dy.String()
    record = dy.Int64(min=1)
    line = dy.Int64(min=1)
    outcome = dy.Enum(OUTCOMES)
    reason = dy.String()
    group_id = dy.String(nullable=True)


class Predictions(dy.Schema):
    """What the classifier says about every row: the exam by the shipped model, the rest by one without the test."""

    row_id = dy.String(primary_key=True)
    split = dy.Enum(SPLITS)
    label_id = dy.Int64()
    predicted_id = dy.Int64()
    predicted = dy.String(description="the name of the class")
    confidence = dy.Float64(min=0, max=1.000001, description="its probability, temperature applied")
    similarity_to_train = dy.Float32(min=-1.001, max=1.001, description="cosine to the nearest other training row")
    nearest_row_id = dy.String(description="that row; empty where there is none")
    probabilities = dy.List(dy.Float32(), description="of every class, in the taxonomy's order")


class Projection(dy.Schema):
    """Where every row of clean and every readable record of the inbox lies on a map of the data."""

    row_id = dy.String(primary_key=True, description="of the inbox: FILE:RECORD")
    role = dy.Enum((*ROLES, INBOX_ROLE), description="which folder of data/ it came from")
    x = dy.Float32(min=-1.001, max=1.001, description="to the right; the axes mean nothing, nearness does")
    y = dy.Float32(min=-1.001, max=1.001, description="upwards")
    placed = dy.Enum(PLACED, description="beside: laid beside the projected texts that it is most like")


@dataclass(frozen=True)
class Table:
    """A table's schema and its place on disk, relative to the project's root."""

    schema: type[dy.Schema]
    path: str


ROWS = Table(Rows, "data/tables/rows.parquet")
QUARANTINE = Table(Quarantine, "data/tables/quarantine.parquet")
CLEAN = Table(Clean, "data/tables/clean.parquet")
EMBEDDINGS = Table(Embeddings, "data/tables/embeddings.parquet")
DECISIONS = Table(Decisions, "data/tables/decisions.parquet")
INBOX = Table(Inbox, "data/tables/inbox.parquet")
INBOX_EMBEDDINGS = Table(InboxEmbeddings, "data/tables/inbox_embeddings.parquet")
PAIRS = Table(Pairs, "data/tables/pairs.parquet")
GROUPS = Table(Groups, "data/tables/groups.parquet")
SPLIT = Table(Split, "data/tables/split.parquet")
LEDGER = Table(Ledger, "data/tables/ledger.parquet")
PREDICTIONS = Table(Predictions, "data/tables/predictions.parquet")
PROJECTION = Table(Projection, "data/tables/projection.parquet")
