"""Which rows were declared as made from others, and the row that each was made from."""

import json
from collections.abc import Sequence

import polars as pl

from anechoic.project.errors import DataError
from anechoic.text.repair import canonicalize
from anechoic.text.same_text import text_key

AUGMENTED = "augmented"  # the split's reason of such a row, kept out or not, and the kind of question about it
MADE = {"row_id": pl.String, "source": pl.String, "lost": pl.Boolean}


def nothing_made() -> pl.DataFrame:
    """The declared rows of a project that declares none."""
    return pl.DataFrame(schema=MADE)


def declared(clean: pl.DataFrame, files: Sequence[str], column: str) -> pl.DataFrame:
    """Table clean -> row_id, source and lost of the rows declared as made from others, in the order of clean.

    files: names of raw files that hold nothing else; column: a further column that names a row's source by its
    row_id, by file:line, or by its text, and is empty for originals; "" for none. source: the row_id of the
    original it was made from, null where none is named; lost: one is named that is not there. Raises DataError for
    a file or a column that is not there.
    """
    if not files and not column:
        return nothing_made()
    known = clean.filter(pl.col("role") == "raw")["drop"].unique().sort().to_list()
    if missing := sorted(set(files) - set(known)):
        raise DataError(
            f"params.yaml split.augmented names {', '.join(map(repr, missing))}, no file of data/raw/ with usable "
            f"rows: {', '.join(known) or 'none'}."
        )
    rows = meta_columns(clean, [column] if column else [])
    rows = rows.with_columns(
        key=pl.Series([text_key(text) for text in rows["canonical"]], dtype=pl.String),
        named=pl.col(f"meta:{column}") if column else pl.lit(None, pl.String),
    )
    from_file = (pl.col("role") == "raw") & pl.col("drop").is_in(list(files))
    rows = rows.with_columns(augmented=from_file | pl.col("named").is_not_null())
    found = _names(rows.sort("augmented", maintain_order=True))
    named = [
        None if name is None else found.get(name) or found.get(text_key(canonicalize(name)))
        for name in rows["named"].to_list()
    ]
    rows = rows.with_columns(source=pl.Series(_first_sources(rows["row_id"].to_list(), named), dtype=pl.String))
    lost = pl.col("named").is_not_null() & pl.col("source").is_null()
    return rows.filter("augmented").select("row_id", "source", lost=lost)


def sourced(made: pl.DataFrame, clean: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Declared rows -> the same with a source where one is found as an echo: the first original of their group.

    made: row_id, source and further columns; groups: row_id and group_id. A source that was named stands.
    """
    raw = clean.filter(pl.col("role") == "raw").join(made, on="row_id", how="anti").select("row_id")
    originals = raw.join(groups.select("row_id", "group_id"), on="row_id", maintain_order="left")
    first = originals.unique("group_id", keep="first", maintain_order=True).select("group_id", echoed="row_id")
    group = groups.select("row_id", made_group="group_id")
    rows = made.join(group, on="row_id", how="left", maintain_order="left")
    rows = rows.join(first, left_on="made_group", right_on="group_id", how="left", maintain_order="left")
    return rows.with_columns(source=pl.coalesce("source", "echoed")).drop("made_group", "echoed")


def in_random_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with canonical -> the same in an order that is random and always the same, one row of each text.

    It goes by the hash of the text, so that the first so many are a random sample that a renamed file or rows that
    are added later change as little as can be.
    """
    keys = pl.Series("key", [text_key(text) for text in rows["canonical"]], dtype=pl.String)
    return rows.with_columns(keys).unique("key", keep="first", maintain_order=True).sort("key").drop("key")


def meta_columns(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Rows with a column `meta:NAME` for each further column of the drops, null where a row has no value there.

    Raises DataError where no raw row has the column.
    """
    if not names:
        return rows
    metas = [json.loads(meta) for meta in rows["meta"]]
    for name in names:
        values = [meta.get(name) or None for meta in metas]
        raw = [value for value, role in zip(values, rows["role"], strict=True) if value and role == "raw"]
        if not raw and rows.height:
            known = sorted({column for meta in metas for column in meta})
            raise DataError(
                f"No row of data/raw/ has a value in a column {name!r}: the further columns are "
                f"{', '.join(known) or 'none'}. Mend params.yaml split: group_columns, date_column, source_column."
            )
        rows = rows.with_columns(pl.Series(f"meta:{name}", values, dtype=pl.String))
    return rows


def _names(rows: pl.DataFrame) -> dict[str, str]:
    """The row_id of each row by what a source column may call it; of rows of one text the first."""
    found: dict[str, str] = {}
    for row_id, role, drop, line, key in rows.select("row_id", "role", "drop", "line", "key").iter_rows():
        for name in (row_id, f"{drop}:{line}", f"data/{role}/{drop}:{line}", key):
            found.setdefault(name, row_id)
    return found


def _first_sources(row_ids: Sequence[str], named: Sequence[str | None]) -> list[str | None]:
    """Rows and the row that each was made from -> the original at the beginning of each chain; null in a ring."""
    source_of = {row: source for row, source in zip(row_ids, named, strict=True) if source is not None}
    firsts: list[str | None] = []
    for row in row_ids:
        at, seen = source_of.get(row), {row}
        while at is not None and at in source_of and at not in seen:
            seen.add(at)
            at = source_of[at]
        firsts.append(None if at in seen else at)
    return firsts
