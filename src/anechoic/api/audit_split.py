"""Somebody else's split: which test rows stand in train, how often, and what that is worth."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from pydantic import Field

from anechoic.api.leak_rate import corrected, outstanding
from anechoic.api.split_rows import dense_codes, echoes_of
from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.numeric.arrays import Indices, Vectors, matrix
from anechoic.numeric.intervals import share_interval
from anechoic.numeric.linear_probe import fit_predict
from anechoic.numeric.scores import score
from anechoic.project.errors import DataError
from anechoic.project.schema import Report, Score
from anechoic.project.tables import ECHO_KINDS

DRAWS = 1000, 0


class AuditReport(Report):
    """What of a test set stands in its training set."""

    train_rows: int = Field(description="rows of the training set")
    test_rows: int = Field(description="rows of the test set")
    kinds: dict[str, int] = Field(description="test rows by their nearest kind of echo in train")
    leak_rate: float = Field(description="share of the test rows found to echo a training row")
    leak_rate_low: float = Field(description="lower end, 95 %, Wilson")
    leak_rate_high: float = Field(description="upper end, 95 %, Wilson")
    corrected_leak_rate: float = Field(
        description="the same, corrected for what the detector misses and invents (Rogan and Gladen 1978)"
    )
    corrected_leak_rate_low: float = Field(description="lower end, 95 %, detector's uncertainty included")
    corrected_leak_rate_high: float = Field(description="upper end, 95 %, detector's uncertainty included")
    accuracy: Score | None = Field(description="a probe trained on train, on all test rows; null without labels")
    accuracy_without: Score | None = Field(description="the same probe on the test rows that echo no training row")
    accuracy_purged: Score | None = Field(description="all test rows, trained without the training rows they echo")


@dataclass(frozen=True)
class Audit:
    """The report, and the leaking pairs: test_row, train_row (from 0), kind, score, texts, evidence."""

    report: AuditReport
    leaks: pl.DataFrame


def audit_split(
    train: pl.DataFrame, test: pl.DataFrame, text: str = "text", label: str | None = "label", model: str = "minilm"
) -> Audit:
    """Which test rows are copies, near-copies or rephrasings of training rows.

    Columns text and label (None: no accuracy). Raises DataError where a text is missing or a side is empty.
    """
    if empty := [name for name, side in (("train", train), ("test", test)) if side.is_empty()]:
        raise DataError(f"{' and '.join(empty)} holds no row: there is nothing to compare.")
    rows, echoes = echoes_of([*train[text], *test[text]], model, ["train"] * train.height + ["test"] * test.height)
    vectors = matrix(rows["vector"])
    leaks = _leaks(echoes.pairs, train, test, text)
    best = leaks.unique("test_row", keep="first", maintain_order=True)
    kinds = {kind: int((best["kind"] == kind).sum()) for kind in ECHO_KINDS}
    scores: list[Score | None] = [None, None, None]
    if label is not None:
        labels = dense_codes(pl.concat([train[label].cast(pl.String), test[label].cast(pl.String)]))
        units = dense_codes(rows["group_id"])[train.height :]
        scores = [*_scores(vectors, labels, leaks, train.height, units)]
    found = best.height
    low, high = share_interval(found, test.height)
    fixed = _corrected(rows, vectors, best, train.height)
    report = AuditReport(
        train_rows=train.height,
        test_rows=test.height,
        kinds=kinds,
        leak_rate=found / max(1, test.height),
        leak_rate_low=low,
        leak_rate_high=high,
        corrected_leak_rate=fixed[0],
        corrected_leak_rate_low=fixed[1],
        corrected_leak_rate_high=fixed[2],
        accuracy=scores[0],
        accuracy_without=scores[1],
        accuracy_purged=scores[2],
    )
    return Audit(report, leaks)


def _corrected(rows: pl.DataFrame, vectors: Vectors, best: pl.DataFrame, height: int) -> tuple[float, float, float]:
    """The corrected leak rate: `best` holds the surest partner of each leaking test row."""
    sure = best.filter(pl.col("kind").is_in(["exact", "near"]))["test_row"] + height
    at = pl.int_range(pl.len())
    asked = rows.with_columns(at=at, known=at < height).filter(~pl.col("at").is_in(sure.implode()))
    distinct = asked.unique("key", keep="first", maintain_order=True)
    here, known = distinct["at"].to_numpy(), distinct["known"].to_numpy()
    told = outstanding(
        vectors[here], distinct["canonical"].to_list(), known, dense_codes(distinct["group_id"]), shipped_judge()
    )
    standing = distinct.filter(~pl.col("known")).filter(pl.Series(told.rows, dtype=pl.Boolean))["key"]
    found = asked.filter(~pl.col("known") & pl.col("key").is_in(standing.implode())).height
    return corrected(sure.len(), found, rows.height - height, told.expected, told.compared)


def _leaks(pairs: pl.DataFrame, train: pl.DataFrame, test: pl.DataFrame, text: str) -> pl.DataFrame:
    """Echo pairs between test and train, the surest first, copies of copies included."""
    height = train.height
    echoes = pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).with_columns(
        pl.col("kind").cast(pl.String), left=pl.col("left").cast(pl.Int64), right=pl.col("right").cast(pl.Int64)
    )
    copies = echoes.filter(pl.col("kind") == "exact").select(text="left", row="right")
    rows = pl.DataFrame({"text": range(height + test.height)}, schema={"text": pl.Int64})
    rows = pl.concat(
        [rows.join(copies, left_on="text", right_on="row", how="anti").with_columns(row="text"), copies]
    )
    known, asked = rows.filter(pl.col("row") < height), rows.filter(pl.col("row") >= height)
    judged = echoes.filter(pl.col("kind") != "exact").select(
        one="left", other="right", kind="kind", score="score", evidence="evidence"
    )
    same = (
        rows.select(one="text", other="text")
        .unique()
        .with_columns(kind=pl.lit("exact"), score=pl.lit(1.0, pl.Float32), evidence=pl.lit("the same text"))
    )
    both = pl.concat([same, judged, judged.rename({"one": "other", "other": "one"}).select(judged.columns)])
    found = both.join(known.select(one="text", train_row="row"), on="one")  # a verdict holds for all copies
    found = found.join(asked.select(other="text", test_row=pl.col("row") - height), on="other")
    rank = pl.col("kind").replace_strict({kind: at for at, kind in enumerate(ECHO_KINDS)}, return_dtype=pl.Int64)
    found = found.sort("test_row", rank, -pl.col("score"), "train_row")
    return found.select(
        "test_row",
        "train_row",
        "kind",
        "score",
        test_text=test[text].gather(found["test_row"]),
        train_text=train[text].gather(found["train_row"]),
        evidence="evidence",
    )


def _scores(
    vectors: Vectors, labels: Indices, leaks: pl.DataFrame, height: int, units: Indices
) -> tuple[Score, Score | None, Score | None]:
    """Accuracy on all test rows, on those that echo nothing, and on all with their echoes purged from training."""
    truth, test = labels[height:], vectors[height:]
    clean = ~np.isin(np.arange(len(truth)), leaks["test_row"].to_numpy())
    kept = ~np.isin(np.arange(height), leaks["train_row"].to_numpy())
    predicted = fit_predict(vectors[:height], labels[:height], test)
    purged = fit_predict(vectors[:height][kept], labels[:height][kept], test) if kept.any() else None
    return (
        _score(truth, predicted, units),
        _score(truth[clean], predicted[clean], units[clean]) if clean.any() else None,
        None if purged is None else _score(truth, purged, units),
    )


def _score(truth: Indices, predicted: Indices, units: Indices) -> Score:
    return score(truth, predicted, units, *DRAWS)
