"""The rows of a project as people name them: `file:line`, a row_id or the beginning of one, a piece of its text."""

import re

import polars as pl

from anechoic.project import io
from anechoic.project.errors import DataError
from anechoic.project.tables import CLEAN, LEDGER, QUARANTINE
from anechoic.text.shown import shown_record

FILE_AND_LINE = re.compile(r"(.+):(\d+)")
ROW_ID = re.compile(r"[0-9a-f]{4,16}")
LISTED = 10  # rows or files that a message names
EXCERPT = 70  # characters of a text that a message shows


def project_rows() -> pl.DataFrame:
    """The rows of the project's tables, as `placed_rows` gives them."""
    return placed_rows(io.read(LEDGER), io.read(CLEAN), io.read(QUARANTINE))


def placed_rows(ledger: pl.DataFrame, clean: pl.DataFrame, quarantine: pl.DataFrame) -> pl.DataFrame:
    """The ledger's rows in its order, each with role, label, text (as it came where it is set aside) and place.

    place: the file below the project and the line, `data/raw/2023.csv:17`. lines: how many further lines it takes.
    A record that is set aside has the role of its file's rows, raw where there are none.
    """
    kept = clean.select("row_id", "role", "label", "label_id", "text", raw="text")
    aside = quarantine.select("row_id", text="raw", raw="raw", detail="detail")
    known = pl.concat([kept.with_columns(pl.col("role").cast(pl.String)), aside], how="diagonal")
    rows = ledger.join(known, on="row_id", how="left", maintain_order="left")
    of_file = pl.col("role").drop_nulls().first().over("drop")
    role = pl.coalesce("role", of_file, pl.lit("raw"))
    place = pl.concat_str(pl.lit("data/"), role, pl.lit("/"), "drop", pl.lit(":"), "line")
    return rows.with_columns(place=place, lines=pl.col("raw").str.count_matches("\n").fill_null(0)).drop("raw")


def named_row(reference: str, rows: pl.DataFrame) -> dict[str, object]:
    """A reference and the project's rows -> the one row it names, as a dictionary.

    Raises DataError, listing what there is, where it names none or several.
    """
    found = find_rows(reference, rows)
    if found.height == 1:
        return found.row(0, named=True)
    if rows.is_empty():
        raise DataError("The project has no row yet. Put CSVs into data/raw/ and run `dvc repro`.")
    if found.is_empty():
        raise DataError(
            f"No row is named {reference!r}. Name it by file:line (such as {rows['place'][0]}), by its row_id or "
            "the beginning of one, or by a piece of its text."
        )
    raise DataError(f"{found.height} rows are named {reference!r}; name one:\n{_listed(found)}")


def is_place_or_id(reference: str) -> bool:
    """Whether it has the form of file:line or of a row_id, and so may be no text."""
    return bool(FILE_AND_LINE.fullmatch(reference) or ROW_ID.fullmatch(reference))


def is_place(reference: str) -> bool:
    """Whether it can only be file:line: a path or a file's ending stands before the line."""
    at = FILE_AND_LINE.fullmatch(reference.strip())
    return bool(at and ("/" in at[1] or re.search(r"\.\w{1,8}$", at[1])))


def find_rows(reference: str, rows: pl.DataFrame) -> pl.DataFrame:
    """A reference and the project's rows -> those it names.

    Raises DataError, naming the files or the lines there are, for a file:line that no record stands at.
    """
    at = FILE_AND_LINE.fullmatch(reference.strip())
    if at and (of_file := _of_file(at[1], rows)).height:
        return _at_line(of_file, int(at[2]))
    if at and is_place(reference):
        files = rows["place"].str.replace(r":\d+$", "").unique(maintain_order=True).to_list()
        raise DataError(
            f"No row comes from a file {at[1]!r}. There are: {', '.join(files)}. A new file "
            "is known after `dvc repro`."
        )
    asked = reference.strip()
    if ROW_ID.fullmatch(asked) and (by_id := rows.filter(pl.col("row_id").str.starts_with(asked))).height:
        return by_id
    return _holding(asked, rows)


def _of_file(path: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the files that a path names: from the project's folder, from anywhere, or by the end of the name."""
    given = path.removeprefix("./")
    files = rows["place"].str.replace(r":\d+$", "")
    matches = [f"/{file}".endswith(f"/{given}") or given.endswith(f"/{file}") for file in files]
    return rows.filter(pl.Series(matches, dtype=pl.Boolean))


def _at_line(rows: pl.DataFrame, line: int) -> pl.DataFrame:
    """The record that stands at a line, its further lines included."""
    found = rows.filter(pl.col("line") <= line, line <= pl.col("line") + pl.col("lines"))
    if found.height:
        return found
    rows = rows.sort("line")
    near = rows.with_columns(far=(pl.col("line") - line).abs()).sort("far", "line").head(1)
    file = near["place"][0].rsplit(":", 1)[0]
    raise DataError(
        f"No record stands at line {line} of {file}: its records stand at lines {rows['line'][0]} to "
        f"{rows['line'][-1]}. The nearest is\n{_listed(near)}"
    )


def _holding(text: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that say just this, in any case; where none does, those that hold it."""
    asked = " ".join(text.casefold().split())
    if not asked:
        return rows.clear()
    tidy = pl.Series([" ".join((each or "").casefold().split()) for each in rows["text"]], dtype=pl.String)
    whole = rows.filter(tidy == asked)
    return whole if whole.height else rows.filter(tidy.str.contains(asked, literal=True))


def _listed(rows: pl.DataFrame) -> str:
    lines = [
        f"  {row['place']}  {row['row_id']}  {shown_record(row['text'], EXCERPT)!r}"
        for row in rows.head(LISTED).to_dicts()
    ]
    more = [f"  and {rows.height - LISTED} more"] if rows.height > LISTED else []
    return "\n".join([*lines, *more])
