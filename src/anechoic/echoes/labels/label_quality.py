"""How far a table's labels can be believed: which are doubted, what may be suggested, how many are wrong in all."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.echoes.labels.beliefs import Beliefs, Labelled, beliefs
from anechoic.echoes.labels.mixture import Mixture, fit_mixture
from anechoic.echoes.labels.planted import NEVER, Limit, Suggested, plant_and_measure, suggestion_limit
from anechoic.numeric.arrays import Indices, dense_codes, matrix

SEED = 0  # of the folds and of what is planted
DOUBTED = 0.5  # probability of being wrong from which a label is asked about
# Fewer tell nothing: of 120 rows of 21 classes twice too many labels were called wrong, of 309 rows of 21 classes
# (15 each) as many as there were (LOG.md, mattress questions, which no other figure is judged by).
LEAST_UNITS, LEAST_UNITS_PER_CLASS = 60, 10
LEAST_GAIN, MOST_GAIN = 0.5, 2.0  # how far a few draws may move an end of the interval
DOUBT_COLUMNS: dict[str, pl.DataType] = {
    "row_id": pl.String(),
    "suggested": pl.String(),  # name of the likeliest class
    "log_odds": pl.Float64(),  # of the given label against the best other
    "wrong": pl.Float64(),  # probability that the given label is wrong
    "certain": pl.Boolean(),  # whether the suggestion may be made
    "asked": pl.Boolean(),  # the row that its copies are asked about by
    "expected": pl.List(pl.Float64()),  # probability of each class before any label of its group is looked at
}


@dataclass(frozen=True)
class LabelErrors:
    """How many rows carry a wrong label; all None where the rows are too few to tell."""

    rows: int | None
    low: int | None
    high: int | None
    suggestion: Limit  # of a label for a doubted one
    choice: Limit  # of one of two labels where rows contradict each other
    recall: float | None  # of planted errors, the share for which a right suggestion is made


@dataclass(frozen=True)
class LabelQuality:
    """How far a table's labels can be believed."""

    doubts: pl.DataFrame  # DOUBT_COLUMNS, a line each raw row
    classes: list[str]  # names, in the order of `expected`
    errors: LabelErrors
    in_groups: int  # rows in echo groups of two or more
    agreeing: int  # of them, those that carry their group's most frequent label

    def asked(self) -> pl.DataFrame:
        """The doubts that are worth a question: likelier wrong than right, one for all copies."""
        return self.doubts.filter("asked", pl.col("wrong") >= DOUBTED)


NOTHING = Limit(NEVER, 0, 0)
UNKNOWN = LabelErrors(None, None, None, NOTHING, NOTHING, None)


def label_quality(grouped: pl.DataFrame) -> LabelQuality:
    """Rows with vector, label and group_id -> which labels are doubted, what is suggested, how many are wrong."""
    raw = grouped.filter(pl.col("role") == "raw")
    if raw["label_id"].n_unique() < 2:
        return LabelQuality(pl.DataFrame(schema=DOUBT_COLUMNS), [], UNKNOWN, 0, 0)
    names = dict(raw.select("label_id", "label").iter_rows())
    ids, labels = np.unique(raw["label_id"].to_numpy(), return_inverse=True)
    rows = Labelled(matrix(raw["vector"]), labels, dense_codes(raw["group_id"]), len(ids))
    believed = beliefs(rows, SEED)
    enough = len(believed.given) >= max(LEAST_UNITS, LEAST_UNITS_PER_CLASS * rows.classes)
    mixture = fit_mixture(believed, interval=enough)
    errors = _errors(rows, believed, mixture) if enough else UNKNOWN
    classes = [names[label_id] for label_id in ids]
    table = _doubts(raw["row_id"], believed, mixture, classes, errors)
    if not enough:
        table = table.with_columns(wrong=pl.lit(0.0), certain=pl.lit(value=False))
    return LabelQuality(table, classes, errors, *agreement(rows.labels, rows.groups))


def _errors(rows: Labelled, believed: Beliefs, mixture: Mixture) -> LabelErrors:
    """How many labels are wrong, and from which probability a suggestion may be made."""
    doubted = (mixture.wrong(believed) >= DOUBTED)[believed.unit]
    trials = plant_and_measure(rows, mixture.share, doubted, SEED)
    own = Suggested(mixture.suggested(believed)[1], mixture.assured)
    limit = suggestion_limit(trials.probability, trials.right, own)
    made = trials.probability >= limit.probability
    count = len(rows.labels)
    # Planted errors of which half are counted, or twice as many as there are, move the ends as much.
    least, most = np.clip([trials.gain.min(), trials.gain.max()], LEAST_GAIN, MOST_GAIN)
    shares = (mixture.share_low / max(most, 1), mixture.share, mixture.share_high / min(least, 1))
    low, best, high = (round(count * min(share, 1)) for share in shares)
    return LabelErrors(
        rows=best,
        low=low,
        high=high,
        suggestion=limit,
        choice=suggestion_limit(trials.choice, trials.choice_right),
        recall=float(trials.right[made].sum() / trials.planted) if trials.planted else None,
    )


def _doubts(
    row_ids: pl.Series, believed: Beliefs, mixture: Mixture, classes: list[str], errors: LabelErrors
) -> pl.DataFrame:
    """The table of doubts, what is known of a unit said of each of its rows."""
    best, chance = mixture.suggested(believed)
    odds = np.log(np.maximum(1 - mixture.wrong(believed), 1e-12)) - np.log(np.maximum(chance, 1e-12))
    first = np.unique(believed.unit, return_index=True)[1]
    unit = believed.unit
    columns = {
        "row_id": row_ids,
        "suggested": pl.Series([classes[code] for code in best[unit]], dtype=pl.String),
        "log_odds": pl.Series(odds[unit]),
        "wrong": pl.Series(mixture.wrong(believed)[unit]),
        "certain": pl.Series((chance >= errors.suggestion.probability)[unit]),
        "asked": pl.Series(np.isin(np.arange(len(unit)), first)),
        "expected": pl.Series(mixture.expected[unit].tolist(), dtype=pl.List(pl.Float64)),
    }
    return pl.DataFrame(columns, schema=DOUBT_COLUMNS)


def agreement(labels: Indices, groups: Indices) -> tuple[int, int]:
    """Rows in groups of two or more, and how many of them carry their group's most frequent label.

    Their ratio bounds the accuracy that anybody, person or model, can reach on rows that say the same.
    """
    votes = np.zeros((int(groups.max()) + 1, int(labels.max()) + 1), dtype=np.int64)
    np.add.at(votes, (groups, labels), 1)
    votes = votes[votes.sum(1) > 1]
    return int(votes.sum()), int(votes.max(1).sum()) if len(votes) else 0
