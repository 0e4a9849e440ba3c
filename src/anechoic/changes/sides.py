"""Why a row stands on another side than before, in plain words."""

from typing import Any

import polars as pl

from anechoic.project.kinds import SIDES
from anechoic.split.summary import DETAILS

COUNTED = (*SIDES, "exam")
WHY = {
    "remembered": "data/split.lock remembers this side for its text, or for what it is tied to",
    "merged": "data/split.lock had its text on two sides, as after a merge of two branches",
    "balanced": "placed so that the classes stand in even shares (balanced)",
    "in_time": "placed by its date (in_time)",
}


def side_reasons(rows: pl.DataFrame, both: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame) -> list[str]:
    """Rows on another side -> of each whom it echoes or echoed, and why it stands where it does.

    both: all rows that both revisions hold; old, new: the revisions' rows.
    """
    counted = [_counted(each) for each in (old, new)]
    now = {row["row_id_before"]: row for row in both.select("row_id_before", "group_id", "outcome").to_dicts()}
    told = []
    for row in rows.to_dicts():
        reason = row["reason"]
        why = f"{reason}: {DETAILS[reason]}" if reason in DETAILS else WHY.get(reason, reason)
        if row["outcome"] == "echo" and (first := counted[1].get(row["group_id"])):
            why = f"an echo of {first[1]}, which counts for both"
            if reason == "label_conflict":
                why = f"an echo of {first[1]}, whose label its group goes by"
        elif row["outcome_before"] == "echo" and (first := counted[0].get(row["group_id_before"])):
            why = "; ".join(part for part in (_left(row, first, now.get(first[0])), why) if part)
        told.append(why)
    return told


def _counted(rows: pl.DataFrame) -> dict[str, tuple[str, str]]:
    """Of each group the first row that counts: row_id and place."""
    kept = rows.filter(pl.col("outcome").cast(pl.String).is_in(COUNTED)).sort("file", "record")
    kept = kept.unique("group_id", keep="first", maintain_order=True)
    return {
        group: (row_id, place) for group, row_id, place in kept.select("group_id", "row_id", "place").iter_rows()
    }


def _left(row: dict[str, Any], first: tuple[str, str], now: dict[str, Any] | None) -> str:
    """What became of the row that this one was an echo of."""
    echoed = f"{first[1]}, of which it was an echo,"
    if now is None:
        return f"{echoed} is gone"
    if now["outcome"] not in COUNTED:
        return f"{echoed} no longer counts ({now['outcome']})"
    return "" if now["group_id"] == row["group_id"] else f"{echoed} is now in another group"
