"""Somebody else's split: which test rows stand in train, how often, and what that is worth."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from pydantic import Field

from anechoic.api.echo_groups import echo_groups, encoder_in_force, judge_for
from anechoic.api.known_rows import echoes_across
from anechoic.api.leak_rate import LeakRate, corrected_leak_rate, estimate_leaking_rows
from anechoic.api.rows import Rows, as_frame, canonical_rows, labels_of
from anechoic.echoes.classifier.judge import Judge
from anechoic.embed.encoder import Encoder
from anechoic.numeric.arrays import Flags, Indices, dense_codes, matrix
from anechoic.numeric.intervals import share_interval
from anechoic.numeric.linear_probe import fit_predict
from anechoic.numeric.scores import score
from anechoic.project.errors import DataError
from anechoic.project.kinds import ECHO_KINDS
from anechoic.project.schema import Report, Score

DRAWS = 1000, 0  # resamples behind each interval, and their seed


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
    """The report, and the leaking pairs: test_row, train_row (from 0), kind, score, texts, evidence.

    Personal data in the texts of the pairs is masked.
    """

    report: AuditReport
    leaks: pl.DataFrame


def audit_split(
    train: Rows,
    test: Rows,
    *,
    text: str = "text",
    label: str | None = "label",
    encoder: str | Encoder | None = None,
    judge: Judge | None = None,
) -> Audit:
    """Training and test rows -> which test rows are copies, near-copies or rephrasings of training rows.

    train, test: polars or pandas frames, or lists of texts; text, label: their columns, label=None where there
    is none (then no accuracy); encoder, judge: as for `find_echoes`. Raises DataError where a text or label is
    missing, or a side is empty.
    """
    sides = {"train": as_frame(train, text=text, where="audit_split: train")}
    sides["test"] = as_frame(test, text=text, where="audit_split: test")
    if empty := [name for name, side in sides.items() if side.is_empty()]:
        raise DataError(f"{' and '.join(empty)} holds no row: there is nothing to compare.")
    height, test_height = sides["train"].height, sides["test"].height
    labels = pl.concat([labels_of(side, label=label, where=f"audit_split: {name}") for name, side in sides.items()])
    rows = pl.concat(
        [canonical_rows(side, text=text, where=f"audit_split: {name}") for name, side in sides.items()]
    )
    drops = ["1 train"] * height + ["2 test"] * test_height  # train is the source, test may retell it
    asked = encoder_in_force(encoder)
    found = echo_groups(rows, labels=labels, drops=drops, encoder=asked, judge=judge)
    leaks = echoes_across(found.pairs, rows["text"], height)
    best = leaks.unique("test_row", keep="first", maintain_order=True)
    low, high = share_interval(best.height, test_height)
    rate = _corrected(found.rows, best, height, judge_for(judge, asked))
    scores = _scores(found.rows, dense_codes(labels), leaks, height) if label is not None else (None, None, None)
    report = AuditReport(
        train_rows=height,
        test_rows=test_height,
        kinds={kind: int((best["kind"] == kind).sum()) for kind in ECHO_KINDS},
        leak_rate=best.height / test_height,
        leak_rate_low=low,
        leak_rate_high=high,
        corrected_leak_rate=rate.rate,
        corrected_leak_rate_low=rate.low,
        corrected_leak_rate_high=rate.high,
        accuracy=scores[0],
        accuracy_without=scores[1],
        accuracy_purged=scores[2],
    )
    return Audit(report, leaks)


def _corrected(rows: pl.DataFrame, best: pl.DataFrame, height: int, judge: Judge) -> LeakRate:
    """The corrected leak rate: `best` holds the surest partner of each leaking test row, train rows come first."""
    sure = best.filter(pl.col("kind").is_in(["exact", "near"]))["test_row"] + height
    asked = rows.with_columns(known=pl.col("row") < height).filter(~pl.col("row").is_in(sure.implode()))
    distinct = asked.unique("text_number", keep="first", maintain_order=True)
    estimate = estimate_leaking_rows(
        matrix(distinct["vector"]),
        distinct["canonical"].to_list(),
        distinct["known"].to_numpy(),
        dense_codes(distinct["group_id"]),
        judge,
    )
    stands_out = distinct.filter(~pl.col("known")).filter(pl.Series(estimate.rows, dtype=pl.Boolean))["text_number"]
    standing_out = asked.filter(~pl.col("known") & pl.col("text_number").is_in(stands_out.implode())).height
    return corrected_leak_rate(sure.len(), standing_out, rows.height - height, estimate.expected, estimate.compared)


def _scores(
    rows: pl.DataFrame, labels: Indices, leaks: pl.DataFrame, height: int
) -> tuple[Score, Score | None, Score | None]:
    """Accuracy on all test rows, on those that echo nothing, and on all with their echoes purged from training."""
    vectors, units = matrix(rows["vector"]), dense_codes(rows["group_id"])[height:]
    train, test = vectors[:height], vectors[height:]
    taught, truth = labels[:height], labels[height:]
    clean = ~np.isin(np.arange(len(truth)), leaks["test_row"].to_numpy())
    kept = ~np.isin(np.arange(height), leaks["train_row"].to_numpy())
    predicted = fit_predict(train, taught, test)

    def scored(which: Flags, guess: Indices) -> Score | None:
        codes = np.unique(units[which], return_inverse=True)[1]
        return score(truth[which], guess[which], codes, *DRAWS) if which.any() else None

    everything = np.ones(len(truth), dtype=bool)
    purged = scored(everything, fit_predict(train[kept], taught[kept], test)) if kept.any() else None
    on_all = scored(everything, predicted)
    assert on_all is not None  # there are test rows
    return on_all, scored(clean, predicted), purged
