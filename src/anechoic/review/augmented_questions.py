"""Questions about a random sample of the rows declared as made from others: the label, and the meaning."""

import polars as pl

from anechoic.augmented.declared import AUGMENTED, in_random_order, sourced

SAMPLE = 20  # rows asked about: where all are right, the interval of the share begins at 84 %
BESIDE = (
    "made from the second text, which is labelled {}: same (says the same, its label is right), different (says "
    "something else, its label is right), relabel:<name> or drop"
)
ALONE = "made from another row, which is not known: which label is right? relabel:<name>, its own too, or drop"


def augmented_questions(clean: pl.DataFrame, groups: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """The declared rows (row_id, source) -> questions as in the review queue, about SAMPLE of them at random.

    A question is worth the rows of its group, as that of a conflict is: a tie waits for its answer.
    """
    raw = clean.filter(pl.col("role") == "raw").select("row_id", "canonical", "label")
    rows = sourced(made, clean, groups).select("row_id", "source").join(raw, on="row_id", maintain_order="left")
    sources = raw.select(source="row_id", source_text="canonical", source_label="label")
    rows = in_random_order(rows).head(SAMPLE).join(sources, on="source", how="left", maintain_order="left")
    rows = rows.join(groups.select("row_id", "group_size"), on="row_id", maintain_order="left")
    beside = pl.col("source_text").is_not_null()
    return rows.select(
        pl.lit(AUGMENTED).alias("kind"),
        pl.col("row_id").alias("left"),
        pl.when(beside).then("source").otherwise(pl.lit("")).alias("right"),
        pl.col("canonical").alias("left_text"),
        pl.col("source_text").fill_null("").alias("right_text"),
        "label",
        pl.lit("").alias("suggested"),
        pl.when(beside).then(pl.format(BESIDE, "source_label")).otherwise(pl.lit(ALONE)).alias("why"),
        (1.0 + pl.col("group_size")).alias("worth"),
    )


def without_asked(questions: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Questions but those about two rows, either way round, that `asked` asks about already."""
    turned = asked.select(left="right", right="left")
    for pairs in (asked.select("left", "right"), turned):
        questions = questions.join(pairs, on=["left", "right"], how="anti", maintain_order="left")
    return questions
