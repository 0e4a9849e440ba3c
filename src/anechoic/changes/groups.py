"""Rows whose echo group is another than before, who joined or left it, and why as far as that is known."""

from collections import defaultdict

import polars as pl

from anechoic.changes.reasons import Judged, why_joined, why_parted


def regrouped(both: pl.DataFrame, judged: tuple[Judged, Judged] | None) -> pl.DataFrame:
    """Rows of both revisions -> those whose fellows differ, with fellows_before, fellows and why.

    judged: what was judged in the two, where it is at hand. Rows of one group before and one after form a cell and
    change alike.
    """
    both = both.filter(pl.col("group_id").is_not_null(), pl.col("group_id_before").is_not_null())
    ends = ["group_id_before", "group_id"]
    cells = both.group_by(ends).agg(size=pl.len(), first=pl.col("place").min())
    cells = cells.with_columns(
        size_before=pl.col("size").sum().over("group_id_before"), size_after=pl.col("size").sum().over("group_id")
    )
    changed = cells.filter((pl.col("size") < pl.col("size_before")) | (pl.col("size") < pl.col("size_after")))
    changed = changed.sort("first", *ends).with_columns(cell=pl.int_range(pl.len()))
    rows = both.join(changed, on=ends, how="left")
    whys = [why_joined(rows, *judged), why_parted(rows, *judged)] if judged and changed.height else [{}, {}]
    reasons = pl.Series("why", _reasons(changed, whys), dtype=pl.String)
    told = changed.select("cell", reasons)
    return rows.join(told, on="cell", how="inner").with_columns(
        fellows_before=_fellows("size_before"), fellows=_fellows("size_after")
    )


def _fellows(size: str) -> pl.Expr:
    others = pl.col(size) - 1
    plural = pl.when(others == 1).then(pl.lit("")).otherwise(pl.lit("s"))
    some = pl.concat_str(pl.lit("with "), others, pl.lit(" other"), plural)
    return pl.when(others == 0).then(pl.lit("alone")).otherwise(some)


def _reasons(cells: pl.DataFrame, whys: list[dict[int, str]]) -> list[str]:
    """Of each cell: which rows joined it and which it was parted from, by the first of them, and why."""
    beside: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    lines = cells.to_dicts()
    for line in lines:
        for name in ("group_id_before", "group_id"):
            beside[name, line[name]].append((line["first"], line["cell"]))
    told = [""] * cells.height
    for line in lines:
        parts = []
        for name, total, verb, why in (
            ("group_id", "size_after", "joined by", whys[0]),
            ("group_id_before", "size_before", "parted from", whys[1]),
        ):
            if others := line[total] - line["size"]:
                first = next(place for place, cell in beside[name, line[name]] if cell != line["cell"])
                more = f" and {others - 1} more" if others > 1 else ""
                because = f": {why[line['cell']]}" if line["cell"] in why else ""
                parts.append(f"{verb} {first}{more}{because}")
        told[line["cell"]] = "; ".join(parts)
    return told
