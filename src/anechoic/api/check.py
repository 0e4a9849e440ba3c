"""One labelled file -> what the pipeline would say of it: what it is, what is odd, what echoes what, its worth."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from anechoic.api.known_rows import Known, known_rows
from anechoic.files.label_suggestions import implied_labels
from anechoic.files.read import UNKNOWN, Drop, label_of, read_drop
from anechoic.files.taxonomy import Taxonomy
from anechoic.normalize.inbox import inbox_table
from anechoic.normalize.normalize import normalize
from anechoic.numeric.arrays import dense_codes, matrix
from anechoic.numeric.linear_probe import out_of_fold
from anechoic.project.errors import DataError
from anechoic.project.schema import Label, Labels
from anechoic.stratify.folds import folds
from anechoic.text.repair import numbers_of
from anechoic.validate.notices import language_notice
from anechoic.validate.schema import IntakeReport, ValidateParams
from anechoic.validate.validate import validate

if TYPE_CHECKING:
    from anechoic.echoes.echoes import Connected

LEAST_TO_PRICE, MOST_TO_PRICE = 50, 20_000  # rows between which the two tests are run: fewer say nothing
FOLDS, SEED = 5, 7
FEW_RECORDS, LABELS_REPEAT = 10, 0.5  # of so many records, labels are at most this share distinct; ids are all
KNOWN_LABELS = 0.5  # share of a file's labels that must be of the taxonomy for it to be taken


@dataclass(frozen=True)
class CheckedEchoes:
    """What repeats what in a file, and what a random test would make of it."""

    rows: int
    effective_rows: int
    pairs: pl.DataFrame  # near-copies and rephrasings, surest first: kind, score; line, text, label of each side
    conflicting: pl.DataFrame  # as pairs, copies too: those that surely say the same, under two labels
    naive_accuracy: float | None  # null where the rows are too few or too many to say
    honest_accuracy: float | None
    lone_classes: int  # classes whose rows are all one meaning, so that an honest test never learnt them
    lone_rows: int  # their rows


NO_CLASS = Labels({1: Label(name="label", meaning="")})  # stands for a taxonomy where no record is read


@dataclass(frozen=True)
class Checked:
    """What is known of a file."""

    intake: IntakeReport
    labels: Labels
    own_labels: bool  # the labels are the file's own, not those of the project
    flagged: int  # rows with a flag
    echoes: CheckedEchoes | None
    known: Known | None  # beside the rows of the project; None where that has none
    unreadable: str  # why the file as a whole cannot be read; empty where it can


@dataclass(frozen=True)
class CheckedTexts:
    """What is known of a file without labels."""

    records: int
    texts: int  # records that hold a text
    effective_rows: int | None  # of them, what is left when echoes count once; None: not looked for
    known: Known | None
    problem: str  # why nothing of it can be used; empty where something can


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How a file is checked: the project's taxonomy and rules, its encoder, its files in data/raw/.

    labels: taken where half of the file's labels are of it; near_lexical: similarity of the words from which two
    texts have the same words, None: no echoes are looked for; beside: without the file itself.
    """

    labels: Labels | None
    params: ValidateParams
    encoder: str
    near_lexical: float | None
    beside: Mapping[str, bytes | OSError] = field(default_factory=dict)


def check_file(name: str, content: bytes, asked: Asked) -> Checked | CheckedTexts:
    """A file's name and bytes -> what it is, what is odd about it, what echoes what, what it is worth.

    A file without labels gives `CheckedTexts`.
    """
    labels, params = asked.labels, asked.params
    drop = read_drop(name, "raw", content, Taxonomy.of(labels) if labels else UNKNOWN, params.drops.get(name))
    unreadable = next((record.detail for record in drop.records if record.problem == "unreadable_file"), "")
    if not unreadable and not _holds_labels(drop, labels):
        return _texts(name, content, asked)
    taxonomy, own = (labels or NO_CLASS, False) if unreadable else _labels(name, content, labels)
    intake = validate({name: content}, {}, taxonomy, params)
    flagged = int((intake.rows["flags"].list.len() > 0).sum())
    echoes = None
    if asked.near_lexical is not None and intake.rows.height > 1:
        echoes = _echoes(intake.rows, asked.encoder, asked.near_lexical)
    known = None
    if asked.near_lexical is not None:
        clean = normalize(intake.rows)
        rows = clean.with_columns(label=pl.lit(None, pl.String)) if own else clean
        known = known_rows(rows, asked.beside, labels, params, encoder=asked.encoder)
    foreign = language_notice(intake.rows, asked.encoder)
    notices = [*([foreign] if foreign else []), *intake.report.notices]
    return Checked(
        intake=intake.report.model_copy(update={"notices": notices}),
        labels=taxonomy,
        own_labels=own,
        flagged=flagged,
        echoes=echoes,
        known=known,
        unreadable=unreadable,
    )


def _holds_labels(drop: Drop, labels: Labels | None) -> bool:
    """Whether a column of a file may be labels: one of the taxonomy stands there, or labels repeat as classes do.

    A file with too few records to tell is taken at its layout's word.
    """
    given = [label for record in drop.records if (label := label_of(record, drop.layout))]
    if not given or (labels is not None and any(map(Taxonomy.of(labels).holds, given))):
        return bool(given)
    return len(given) < FEW_RECORDS or len(set(given)) <= LABELS_REPEAT * len(given)


def _texts(name: str, content: bytes, asked: Asked) -> CheckedTexts:
    """A file without labels: its texts, which of them repeat each other, and which the project has."""
    table = inbox_table({name: content})
    rows = table.slice(1).filter(pl.col("canonical") != "").with_columns(label=pl.lit(None, pl.String))
    numbers = pl.Series("numbers", [numbers_of(text) for text in rows["text"]], dtype=pl.List(pl.String))
    rows = rows.with_columns(numbers)
    known = effective = None
    if asked.near_lexical is not None and rows.height > 1:
        from anechoic.api.echo_groups import echo_groups  # with the judge, seconds to import

        texts = rows.select("text", "canonical", "numbers")
        groups = echo_groups(texts, labels=pl.Series(["-"] * rows.height), encoder=asked.encoder).rows["group_id"]
        effective = groups.n_unique()
        known = known_rows(rows, asked.beside, asked.labels, asked.params, encoder=asked.encoder)
    return CheckedTexts(table.height - 1, rows.height, effective, known, str(table["problem"][0]))


def _labels(name: str, content: bytes, labels: Labels | None) -> tuple[Labels, bool]:
    """The taxonomy of the project where half of the file's labels are of it, else what the file itself implies."""
    if labels is not None:
        taxonomy = Taxonomy.of(labels)
        drop = read_drop(name, "raw", content, taxonomy)
        known = [taxonomy.holds(given) for record in drop.records if (given := label_of(record, drop.layout))]
        if known and sum(known) >= KNOWN_LABELS * len(known):
            return labels, False
    try:
        names, _ = implied_labels({name: content})
    except DataError:
        if labels is None:
            raise
        return labels, False
    return Labels({label_id: Label(name=label, meaning="") for label_id, label in names.items()}), True


def _echoes(rows: pl.DataFrame, encoder: str, near_lexical: float) -> CheckedEchoes:
    """Echoes by the pipeline's own judgement; the price of leakage where there are rows enough to say."""
    from anechoic.api.echo_groups import judge_for  # with the judge, these take seconds to import
    from anechoic.echoes.echoes import connect
    from anechoic.echoes.labels.conflicts import sure_conflicts
    from anechoic.echoes.pairs import PairLimits
    from anechoic.embed.embed import embed, embeddings_table

    clean = normalize(rows)
    embeddings = embeddings_table(clean["row_id"], embed(clean["canonical"].to_list(), encoder), encoder)
    found = connect(clean, embeddings, judge_for(None, encoder), PairLimits(near_lexical))
    naive, honest = _accuracies(found)
    classes = found.rows.group_by("label_id").agg(pl.len(), pl.col("group_id").n_unique())
    lone = classes.filter(pl.col("group_id") == 1)
    return CheckedEchoes(
        rows=clean.height,
        effective_rows=found.rows["group_id"].n_unique(),
        pairs=_both_sides(found.pairs.filter(pl.col("kind").is_in(["near", "rephrase"])), clean),
        conflicting=_both_sides(sure_conflicts(found.rows, found.pairs), clean),
        naive_accuracy=naive,
        honest_accuracy=honest,
        lone_classes=lone.height,
        lone_rows=int(lone["len"].sum()),
    )


def _both_sides(pairs: pl.DataFrame, clean: pl.DataFrame) -> pl.DataFrame:
    """Pairs, the surest first, with line, text and label of both rows."""
    rows = clean.select("row_id", "line", "text", "label")
    both = pairs.select("kind", "score", "left", "right").join(rows, left_on="left", right_on="row_id")
    both = both.join(rows, left_on="right", right_on="row_id", suffix="_right")
    return both.sort("score", "left", "right", descending=True)


def _accuracies(found: "Connected") -> tuple[float | None, float | None]:
    """Accuracy of the probe by folds at random and by folds that keep echo groups whole."""
    labels = dense_codes(found.rows["label_id"])
    counts = Counter(labels.tolist())
    if not LEAST_TO_PRICE <= len(labels) <= MOST_TO_PRICE or len(counts) < 2:
        return None, None
    vectors, groups = matrix(found.rows["vector"]), dense_codes(found.rows["group_id"])

    def accuracy(units: np.ndarray | None) -> float:
        predicted = out_of_fold(vectors, labels, folds(labels, units, FOLDS, SEED))
        return float((predicted == labels).mean())

    naive = accuracy(None)
    return naive, accuracy(groups) if groups.max() + 1 < len(groups) else naive  # without echoes the two are one
