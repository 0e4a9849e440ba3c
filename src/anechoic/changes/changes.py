"""What came, went, and changed label, group or side between two revisions of a project's rows."""

from dataclasses import dataclass

import polars as pl

from anechoic.changes.groups import regrouped
from anechoic.changes.matching import match
from anechoic.changes.reasons import Judged
from anechoic.changes.sides import side_reasons

KINDS = ("came", "went", "label", "group", "side", "moved", "rewritten")
COLUMNS = pl.Schema(
    {
        "kind": pl.String(),
        "row_id": pl.String(),
        "row_id_before": pl.String(),
        "place": pl.String(),
        "place_before": pl.String(),
        "label": pl.String(),
        "text": pl.String(),
        "before": pl.String(),
        "after": pl.String(),
        "reason": pl.String(),
    }
)
NOW = {"label": "label", "text": "text", "place": "place", "row_id": "row_id"}
RELABELLED = "relabelled"  # flag of a row whose label is an answer of data/review/


@dataclass(frozen=True)
class Changes:
    """table: a line each change, columns COLUMNS; a row may have several. before, after: records of the two."""

    table: pl.DataFrame
    before: int
    after: int

    def of(self, kind: str) -> pl.DataFrame:
        """The changes of a kind."""
        return self.table.filter(pl.col("kind") == kind)


def changes(
    before: pl.DataFrame, after: pl.DataFrame, pairs: tuple[pl.DataFrame, pl.DataFrame] | None = None
) -> Changes:
    """The rows of two revisions -> what changed from the first to the second, whatever the order of their rows.

    Both hold row_id, file, place (file:line), record, text, label and label_id (null where it was set aside),
    flags, outcome, reason, group_id (null where it has none). A row's group changed where the set of its fellows,
    among rows that have a group in both, is another; the ids of groups mean nothing.
    pairs: the tables pairs of the two, for why groups changed.
    """
    judged = None
    if pairs:
        places = [dict(each.select("row_id", "place").iter_rows()) for each in (before, after)]
        judged = Judged(pairs[0], places[0]), Judged(pairs[1], places[1])
    before, after = (each.with_columns(aside=pl.col("outcome") == "quarantined") for each in (before, after))
    same, files = match(before, after)
    old = before.with_row_index("left").rename({name: f"{name}_before" for name in before.columns})
    new = after.with_row_index("right")
    names_before = {name: old for old, name in files.items()}
    both = same.join(new, on="right", how="inner").join(old, on="left", how="inner")
    parts = [
        _came(new.join(same, on="right", how="anti"), set(before["file"]), names_before),
        _went(old.join(same, on="left", how="anti"), set(after["file"]), files),
        _labels(both),
        _told(regrouped(both, judged), "group", pl.col("fellows_before"), pl.col("fellows"), pl.col("why")),
        _sides(both, before, after),
        _moved(both, files),
        _rewritten(both),
    ]
    order = pl.col("kind").cast(pl.Enum(KINDS)).to_physical()
    table = pl.concat(part.select(COLUMNS.names()).cast(COLUMNS) for part in parts)
    key = pl.coalesce("place", "place_before")
    file, line = key.str.replace(r":\d+$", ""), key.str.extract(r":(\d+)$").cast(pl.Int64)
    return Changes(table.sort(order, file, line, "row_id", "row_id_before"), before.height, after.height)


def _side(end: str = "") -> pl.Expr:
    """Where a row stands and why: `train (balanced)`; the side alone where the reason says no more."""
    reason, side = pl.col(f"reason{end}"), pl.col(f"outcome{end}").cast(pl.String)
    more = (reason != "") & (reason != side)
    return pl.when(more).then(pl.concat_str(side, pl.lit(" ("), reason, pl.lit(")"))).otherwise(side)


def _came(rows: pl.DataFrame, files: set[str], renamed: dict[str, str]) -> pl.DataFrame:
    """Rows without their like before; files: those that were there before; renamed: name after -> name before."""
    old = pl.col("file").replace_strict(renamed, default=None, return_dtype=pl.String)
    reason = (
        pl.when(pl.col("file").is_in(list(files)))
        .then(pl.lit("new in its file"))
        .when(old.is_not_null())
        .then(pl.concat_str(pl.lit("new in its file, which was renamed from "), old))
        .otherwise(pl.lit("its file is new"))
    )
    nothing = pl.lit(None, pl.String)
    return rows.select(
        *NOW, kind=pl.lit("came"), row_id_before=nothing, place_before=nothing, before=pl.lit(""), after=_side(),
        reason=reason,
    )  # fmt: skip


def _went(rows: pl.DataFrame, files: set[str], renamed: dict[str, str]) -> pl.DataFrame:
    """Rows without their like after; files: those that are there after; renamed: name before -> name after."""
    new = pl.col("file_before").replace_strict(renamed, default=None, return_dtype=pl.String)
    reason = (
        pl.when(pl.col("file_before").is_in(list(files)))
        .then(pl.lit("no longer in its file"))
        .when(new.is_not_null())
        .then(pl.concat_str(pl.lit("no longer in its file, which was renamed to "), new))
        .otherwise(pl.lit("its file is gone"))
    )
    nothing = pl.lit(None, pl.String)
    return rows.select(
        "row_id_before", "place_before", label="label_before", text="text_before", kind=pl.lit("went"),
        row_id=nothing, place=nothing, before=_side("_before"), after=pl.lit(""), reason=reason,
    )  # fmt: skip


def _told(rows: pl.DataFrame, kind: str, before: pl.Expr, after: pl.Expr, reason: pl.Expr) -> pl.DataFrame:
    """Rows that both revisions hold, as changes of a kind."""
    places = ("row_id_before", "place_before")
    return rows.select(*NOW, *places, kind=pl.lit(kind), before=before, after=after, reason=reason)


def _labels(both: pl.DataFrame) -> pl.DataFrame:
    rows = both.filter(pl.col("label") != pl.col("label_before"))  # null where one has none: its side tells
    answered = pl.col("flags").list.contains(RELABELLED) | pl.col("flags_before").list.contains(RELABELLED)
    reason = (
        pl.when(answered)
        .then(pl.lit("answers in data/review/ differ"))
        .when(pl.col("how") == "edited")
        .then(pl.lit("its record was edited"))
        .when(pl.col("label_id") == pl.col("label_id_before"))
        .then(pl.lit("the class has another name in params.yaml"))
        .otherwise(pl.lit("params.yaml reads its record otherwise"))
    )
    return _told(rows, "label", pl.col("label_before"), pl.col("label"), reason)


def _sides(both: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    rows = both.filter(pl.col("outcome").cast(pl.String) != pl.col("outcome_before").cast(pl.String))
    before, after = (pl.col(name).cast(pl.String) for name in ("outcome_before", "outcome"))
    reasons = pl.Series("side_reason", side_reasons(rows, both, old, new), dtype=pl.String)
    return _told(rows.with_columns(reasons), "side", before, after, pl.col("side_reason"))


def _moved(both: pl.DataFrame, renamed: dict[str, str]) -> pl.DataFrame:
    rows = both.filter(pl.col("file") != pl.col("file_before"))
    alone = pl.col("file_before").replace(renamed) == pl.col("file")
    reason = pl.when(alone).then(pl.lit("its file was renamed")).otherwise(pl.lit("it stands in another file"))
    return _told(rows, "moved", pl.col("place_before"), pl.col("place"), reason)


def _rewritten(both: pl.DataFrame) -> pl.DataFrame:
    rows = both.filter(pl.col("how") == "rewritten")
    reason = pl.lit("its record is written differently, text and label are the same")
    return _told(rows, "rewritten", pl.lit(""), pl.lit(""), reason)
