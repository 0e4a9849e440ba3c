"""Questions worth a person's time, those first whose answer is worth most."""

import numpy as np
import polars as pl

from anechoic.echoes.explanations import SENTENCES, Compared, explain_pair
from anechoic.review.decisions import COLUMNS


def review_queue(
    clean: pl.DataFrame, pairs: pl.DataFrame, groups: pl.DataFrame, doubtful: pl.DataFrame, most: int
) -> pl.DataFrame:
    """The questions, those first whose answer is worth most: in rows that an answer may change.

    Texts are canonical, personal data masked.

    doubtful: row_id, suggested (name), log_odds. A pair is worth its groups' rows times how undecided it is; a
    label one row times how much it is doubted; a conflict the rows of its group that some label must lose.
    """
    rows = clean.filter(pl.col("role") == "raw").join(groups, on="row_id", maintain_order="left")
    questions = [_pair_questions(rows, pairs), _label_questions(rows, doubtful), _conflict_questions(rows)]
    queue = pl.concat(questions).sort("worth", "kind", "left", "right", descending=[True, False, False, False])
    return queue.head(most).with_columns(decision=pl.lit("")).select(COLUMNS)


SHOWN = ["row_id", "canonical", "label", "group_size"]


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
        pl.col("canonical").alias("left_text"),
        pl.col("canonical_right").alias("right_text"),
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
        pl.col("canonical").alias("left_text"),
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
    other, said = (pl.col(name).filter(wins).first().over("group_id") for name in ("row_id", "canonical"))
    conflicts = conflicts.with_columns(other=other, said=said)
    losing = conflicts.filter(pl.col("label") != pl.col("best"))
    return losing.select(
        pl.lit("conflict").alias("kind"),
        pl.col("row_id").alias("left"),
        pl.col("other").alias("right"),
        pl.col("canonical").alias("left_text"),
        pl.col("said").alias("right_text"),
        "label",
        (pl.lit("relabel:") + pl.col("best")).alias("suggested"),
        pl.lit("rows that say the same carry another label").alias("why"),
        (pl.col("group_size") - pl.col("most")).cast(pl.Float64).alias("worth") + np.float64(1),
    )


def explained(queue: pl.DataFrame, clean: pl.DataFrame) -> pl.DataFrame:
    """The questions, with what differs said word by word where the table of pairs only says that two are alike."""
    texts = {
        row_id: Compared(canonical, numbers)
        for row_id, canonical, numbers in clean.select("row_id", "canonical", "numbers").iter_rows()
    }
    bare = SENTENCES["neighbour"]
    why = [
        line.replace(bare, explain_pair("neighbour", texts[left], texts[right]), 1)
        if line.startswith(bare)
        else line
        for line, left, right in queue.select("why", "left", "right").iter_rows()
    ]
    return queue.with_columns(why=pl.Series(why, dtype=pl.String))
