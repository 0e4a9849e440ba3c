"""One labelled file -> what the pipeline would say of it: what it is, what is odd, what echoes what, its worth."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from anechoic.files.label_suggestions import implied_labels
from anechoic.files.read import label_of, read_drop
from anechoic.files.taxonomy import Taxonomy
from anechoic.normalize.normalize import normalize
from anechoic.numeric.arrays import dense_codes, matrix
from anechoic.numeric.linear_probe import out_of_fold
from anechoic.project.errors import DataError
from anechoic.project.schema import Label, Labels
from anechoic.stratify.folds import folds
from anechoic.validate.schema import IntakeReport, ValidateParams
from anechoic.validate.validate import validate

if TYPE_CHECKING:
    from anechoic.echoes.echoes import Connected

LEAST_TO_PRICE, MOST_TO_PRICE = 50, 20_000  # rows between which the two tests are run: fewer say nothing
FOLDS, SEED = 5, 7
KNOWN_LABELS = 0.5  # share of a file's labels that must be of the taxonomy for it to be taken


@dataclass(frozen=True)
class CheckedEchoes:
    """What repeats what in a file, and what a random test would make of it."""

    rows: int
    effective_rows: int
    conflicts: int  # echo groups whose labels differ
    pairs: pl.DataFrame  # kind, score, left_text, right_text of near-copies and rephrasings, the surest first
    naive_accuracy: float | None  # null where the rows are too few or too many to say
    honest_accuracy: float | None


@dataclass(frozen=True)
class Checked:
    """What is known of a file."""

    intake: IntakeReport
    labels: Labels
    own_labels: bool  # the labels are the file's own, not those of the project
    flagged: int  # rows with a flag
    echoes: CheckedEchoes | None


def check_file(
    name: str,
    content: bytes,
    params: ValidateParams,
    *,
    labels: Labels | None,
    encoder: str,
    near_lexical: float | None,
) -> Checked:
    """A labelled file's name and bytes -> what it is, what is odd about it, what echoes what, what it is worth.

    labels: the project's taxonomy, taken where half of the file's labels are of it; encoder: name of the model;
    near_lexical: similarity of the words from which two texts have the same words, None: no echoes are looked for.
    """
    taxonomy, own = _labels(name, content, labels)
    intake = validate({name: content}, {}, taxonomy, params)
    flagged = int((intake.rows["flags"].list.len() > 0).sum())
    echoes = None
    if near_lexical is not None and intake.rows.height > 1:
        echoes = _echoes(intake.rows, encoder, near_lexical)
    return Checked(intake.report, taxonomy, own, flagged, echoes)


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
    from anechoic.echoes.pairs import PairLimits
    from anechoic.embed.embed import embed, embeddings_table

    clean = normalize(rows)
    embeddings = embeddings_table(clean["row_id"], embed(clean["canonical"].to_list(), encoder), encoder)
    found = connect(clean, embeddings, judge_for(None, encoder), PairLimits(near_lexical))
    groups = found.rows.group_by("group_id").agg(pl.col("conflict").first())
    naive, honest = _accuracies(found)
    return CheckedEchoes(
        rows=clean.height,
        effective_rows=groups.height,
        conflicts=int(groups["conflict"].sum()),
        pairs=_reworded(found.pairs, dict(clean.select("row_id", "canonical").iter_rows())),
        naive_accuracy=naive,
        honest_accuracy=honest,
    )


def _reworded(pairs: pl.DataFrame, texts: Mapping[str, str]) -> pl.DataFrame:
    """Near-copies and rephrasings, the surest first, with both texts."""
    echoing = pairs.filter(pl.col("kind").is_in(["near", "rephrase"])).sort("score", "left", descending=True)
    sides = {f"{side}_text": [texts[row] for row in echoing[side]] for side in ("left", "right")}
    return echoing.select("kind", "score").with_columns(**{name: pl.Series(each) for name, each in sides.items()})


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
