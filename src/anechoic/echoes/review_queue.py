"""Questions worth a person's time, those first whose answer is worth most."""

import polars as pl

from anechoic.augmented.declared import nothing_made
from anechoic.echoes.explanations import SENTENCES, Compared, explain_pair
from anechoic.echoes.labels.conflicts import chosen, sure_conflicts
from anechoic.echoes.labels.label_quality import LabelQuality
from anechoic.echoes.labels.planted import PRECISION
from anechoic.review.augmented_questions import augmented_questions, without_asked
from anechoic.review.decisions import COLUMNS


def review_queue(
    clean: pl.DataFrame,
    pairs: pl.DataFrame,
    groups: pl.DataFrame,
    labels: LabelQuality,
    most: int,
    *,
    made: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The questions, those first whose answer is worth most: in rows that an answer may change.

    Texts are canonical, personal data masked.

    A pair is worth its groups' rows times how undecided it is; a label its copies times how likely it is wrong; a
    conflict the rows of its group and one. Another label is suggested only where such suggestions were measured to
    be right (labels/planted.py), else it is asked which is right. Copies are asked about once. At most so many
    questions, but every conflict is among them, for the split may wait for its answer. Of the rows declared as made
    from others (row_id, source) a random sample is asked about; what it asks is asked by no other question.
    """
    rows = clean.filter(pl.col("role") == "raw").join(groups, on="row_id", maintain_order="left")
    conflicts = _conflict_questions(rows, pairs, labels)
    sample = augmented_questions(clean, groups, nothing_made() if made is None else made).head(
        max(0, most - conflicts.height)
    )
    first = pl.concat([sample, without_asked(conflicts, sample)])
    settled = pl.concat([first["left"], conflicts["left"], conflicts["right"]])  # asked about already
    doubts = _label_questions(rows, labels).filter(~pl.col("left").is_in(settled.implode()))
    others = pl.concat([without_asked(_pair_questions(rows, pairs), sample), doubts])
    queue = pl.concat([first, _most_worth_first(others).head(max(0, most - first.height))])
    return _most_worth_first(queue).with_columns(decision=pl.lit("")).select(COLUMNS)


def _most_worth_first(questions: pl.DataFrame) -> pl.DataFrame:
    return questions.sort("worth", "kind", "left", "right", descending=[True, False, False, False])


UNSURE = "perhaps the same, reworded"
SHOWN = ["row_id", "canonical", "label", "group_size"]


def _pair_questions(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    asked = pairs.filter(pl.col("kind").is_in(["rephrase", "neighbour", "opposite"]))
    joined = asked.join(rows.select(SHOWN), left_on="left", right_on="row_id", maintain_order="left").join(
        rows.select(SHOWN), left_on="right", right_on="row_id", suffix="_right", maintain_order="left"
    )
    same = (
        (pl.col("kind") == "rephrase") & (pl.col("score") >= PRECISION) & (pl.col("label") == pl.col("label_right"))
    )
    different = (pl.col("kind") != "rephrase") & (pl.col("score") <= 1 - PRECISION)
    suggested = pl.when(same).then(pl.lit("same")).when(different).then(pl.lit("different")).otherwise(pl.lit(""))
    undecided = 4 * pl.col("score").cast(pl.Float64) * (1 - pl.col("score").cast(pl.Float64))
    return joined.select(
        pl.lit("pair").alias("kind"),
        "left",
        "right",
        pl.col("canonical").alias("left_text"),
        pl.col("canonical_right").alias("right_text"),
        "label",
        suggested.alias("suggested"),
        pl.when((pl.col("kind") == "rephrase") & (suggested == ""))
        .then(pl.col("evidence").str.replace(SENTENCES["rephrase"], UNSURE, literal=True))
        .otherwise("evidence")
        .alias("why"),
        (undecided * pl.min_horizontal("group_size", "group_size_right")).alias("worth"),
    )


def _label_questions(rows: pl.DataFrame, labels: LabelQuality) -> pl.DataFrame:
    joined = rows.join(labels.asked(), on="row_id", maintain_order="left", how="inner")
    copies = pl.len().over("group_id", "label")  # counted before: rows holds all
    counted = rows.select("row_id", copies=copies).join(joined, on="row_id", maintain_order="left", how="inner")
    chance = (100 * pl.col("wrong")).round().cast(pl.Int64).cast(pl.String)
    like = pl.lit("; rows like it carry the suggested label")
    which = pl.lit("; which label is right?")
    copied = pl.format("; {} rows say the same", "copies")
    return counted.select(
        pl.lit("label").alias("kind"),
        pl.col("row_id").alias("left"),
        pl.lit("").alias("right"),
        pl.col("canonical").alias("left_text"),
        pl.lit("").alias("right_text"),
        "label",
        pl.when("certain").then(pl.lit("relabel:") + pl.col("suggested")).otherwise(pl.lit("")).alias("suggested"),
        (
            pl.format("the label is wrong with a probability of {} %", chance)
            + pl.when("certain").then(like).otherwise(which)
            + pl.when(pl.col("copies") > 1).then(copied).otherwise(pl.lit(""))
        ).alias("why"),
        (pl.col("wrong") * pl.col("copies")).alias("worth"),
    )


def _conflict_questions(rows: pl.DataFrame, pairs: pl.DataFrame, labels: LabelQuality) -> pl.DataFrame:
    found = chosen(sure_conflicts(rows, pairs), labels)
    statement = pl.when(pl.col("kind") == "exact").then(pl.lit("the same text carries"))
    which = pl.when(pl.col("certain")).then(pl.lit("; rows like them carry the suggested one"))
    return found.select(
        pl.lit("conflict").alias("kind"),
        "left",
        "right",
        "left_text",
        "right_text",
        pl.col("left_label").alias("label"),
        pl.when("certain")
        .then(pl.lit("relabel:") + pl.col("right_label"))
        .otherwise(pl.lit(""))
        .alias("suggested"),
        (
            statement.otherwise(pl.lit("two rows that say the same carry"))
            + pl.format(" two labels, {} and {}", "left_label", "right_label")
            + which.otherwise(pl.lit("; which is right?"))
        ).alias("why"),
        (1.0 + pl.col("group_size")).alias("worth"),
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
