"""The rows of test and exam that the page lists: what they are labelled, what was predicted, what they are like."""

from typing import Any

import polars as pl

from anechoic.report.rows.tables import Listed, Tables, listed, shown_characters

EXAMINED = ("test", "exam")


def predicted(tables: Tables, most: int) -> Listed[dict[str, Any]]:
    """Tables -> at most so many rows that examine: surest mistakes first, then what is right, the unsurest first.

    A row has text, label, predicted, right, confidence, side, drop, line, row_id; of the nearest training row
    near_text, near_label, near_drop, near_line, near_cosine.
    """
    counted = tables.split.filter((pl.col("weight") > 0) & pl.col("split").is_in(EXAMINED))
    near = tables.clean.select(
        nearest_row_id="row_id", near_text="canonical", near_label="label", near_drop="drop", near_line="line"
    )
    rows = (
        counted.select("row_id", side=pl.col("split").cast(pl.String))
        .join(tables.predictions.drop("split", "label_id"), on="row_id", maintain_order="left")
        .join(
            tables.clean.select("row_id", "drop", "line", "label", text="canonical"),
            on="row_id",
            maintain_order="left",
        )
        .join(near, on="nearest_row_id", how="left", maintain_order="left")
        .with_columns(right=pl.col("label") == pl.col("predicted"), near_cosine="similarity_to_train")
        .with_columns(doubt=pl.when("right").then(1 - pl.col("confidence")).otherwise("confidence"))
        .sort("right", "doubt", "row_id", descending=[False, True, False])
    )
    shown = rows.head(most).drop("probabilities").iter_rows(named=True)
    return listed(shown, rows.height, most, lambda row: shown_characters(row["text"], row["near_text"]))
