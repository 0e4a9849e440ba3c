"""Which row of one revision is which row of another: by row_id, else by what it says and where it stands."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

RENAMED_SHARE = 0.5  # of the smaller file's distinct texts that the two share, from which a file was renamed

PAIRS = pl.Schema({"left": pl.UInt32(), "right": pl.UInt32(), "how": pl.String()})
SAYS = ["text", "label", "aside"]  # what two records must have in common to be the same row in another place
ORDER = ["file", "record", "row_id"]


class Match(NamedTuple):
    """pairs: rows that are the same, columns PAIRS; files: those renamed, name before -> name after."""

    pairs: pl.DataFrame
    files: dict[str, str]


def match(before: pl.DataFrame, after: pl.DataFrame) -> Match:
    """Rows of two revisions -> which are the same: `left` and `right`, their places in the tables, and `how`.

    Both hold row_id, file, record, text, label and aside (set aside in quarantine). Each row is matched once at
    most, whatever the order of the rows; exchanging the two exchanges left and right. how: `same` row_id;
    `rewritten`, the record was written differently; `edited`, it has another label; `moved`, it stands in another
    file. A row whose file was renamed is looked for in the new file first.
    """
    left, right = before.with_row_index("left"), after.with_row_index("right")
    found = [PAIRS.to_frame()]

    def take(keys: Sequence[str], how: str) -> None:
        nonlocal left, right
        pairs = _occurrences(left, keys).join(_occurrences(right, keys), on=[*keys, "nth"], nulls_equal=True)
        found.append(pairs.select("left", "right", how=pl.lit(how)))
        left = left.join(pairs, on="left", how="anti")
        right = right.join(pairs, on="right", how="anti")

    take(["row_id"], "same")
    take(["file", *SAYS], "rewritten")
    names = renamed(left, right, set(before["file"]), set(after["file"]))
    left = left.with_columns(new_file=pl.col("file").replace(names))
    right = right.with_columns(new_file="file")
    take(["new_file", *SAYS], "moved")
    aside_left, aside_right = left.filter("aside"), right.filter("aside")  # a record without a label has no other
    left, right = left.filter(~pl.col("aside")), right.filter(~pl.col("aside"))
    take(["new_file", "text"], "edited")
    left, right = pl.concat([left, aside_left]), pl.concat([right, aside_right])
    take(SAYS, "moved")
    return Match(pl.concat(found).sort("right"), names)


def _occurrences(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Rows with `nth`: the how manyth of those with the same keys it is, in the order of files and records."""
    nth = pl.int_range(pl.len()).over(keys, order_by=ORDER)
    side = rows.columns[0]
    return rows.select(side, *keys, nth=nth)


def renamed(left: pl.DataFrame, right: pl.DataFrame, old: set[str], new: set[str]) -> dict[str, str]:
    """Rows without their like -> the files that were renamed: name before -> name after.

    Of the files that only one revision has, those that share most texts with the same labels go together, and at
    least half of what the smaller one holds. old, new: all files of the two revisions.
    """
    gone = left.filter(pl.col("file").is_in(list(old - new))).select("file", *SAYS).unique()
    come = right.filter(pl.col("file").is_in(list(new - old))).select("file", *SAYS).unique()
    sizes = [dict(each.group_by("file").len().iter_rows()) for each in (gone, come)]
    shared = gone.join(come, on=SAYS, suffix="_after", nulls_equal=True).group_by("file", "file_after").len()
    candidates = sorted(shared.rows(), key=lambda row: (-row[2], *sorted(row[:2])))  # exchanged, the same order
    names: dict[str, str] = {}
    for name, new_name, texts in candidates:
        smaller = min(sizes[0][name], sizes[1][new_name])
        if name not in names and new_name not in names.values() and texts >= RENAMED_SHARE * smaller:
            names[name] = new_name
    return names
