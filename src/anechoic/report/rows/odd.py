"""The records set aside and the questions about labels and pairs that the page lists."""

from typing import Any

import polars as pl

from anechoic.report.rows.tables import Listed, Tables, listed, shown_characters
from anechoic.text.shown import shown, shown_record

RECORD = 300  # characters of a record that are shown


def quarantined(tables: Tables, most: int) -> Listed[dict[str, Any]]:
    """Tables -> at most so many records set aside: drop, line, reason, detail, record; personal data masked."""
    rows = tables.quarantine.sort("drop", "record")
    made = (
        row | {"record": shown_record(row["raw"], RECORD), "detail": shown(row["detail"])}
        for row in rows.head(most).iter_rows(named=True)
    )
    return listed(made, rows.height, most, lambda row: shown_characters(row["record"], row["detail"]))


def questions(tables: Tables, most: int) -> Listed[dict[str, Any]]:
    """Tables -> at most so many open questions of reports/review.csv, in its order, each with its rows' places."""
    asked = tables.questions.filter(pl.col("decision").str.strip_chars() == "")
    place = tables.clean.select("row_id", place=pl.concat_str("drop", pl.lit(":"), "line"))
    rows = asked
    for side in ("left", "right"):
        known = place.rename({"row_id": side, "place": f"{side}_place"})
        rows = rows.join(known, on=side, how="left", maintain_order="left")
    made = rows.head(most).iter_rows(named=True)
    return listed(made, rows.height, most, lambda row: shown_characters(row["left_text"], row["right_text"]))
