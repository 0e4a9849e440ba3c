"""`anechoic trace`: one row's way through the pipeline."""

from typing import Annotated

import typer


def trace(row_id: Annotated[str, typer.Argument(help="a row_id, or the beginning of one")]) -> None:
    """Everything that is known about a row: file, text, group, pairs, side, prediction."""
    import polars as pl

    from anechoic.project import io
    from anechoic.project.errors import DataError
    from anechoic.project.tables import CLEAN, GROUPS, LEDGER, PAIRS, PREDICTIONS, QUARANTINE
    from anechoic.text.repair import numbers_of
    from anechoic.text.shown import shown, shown_record

    ledger = io.read(LEDGER).filter(pl.col("row_id").str.starts_with(row_id))
    if ledger.height != 1:
        found = "no row" if ledger.is_empty() else f"{ledger.height} rows"
        raise DataError(f"{found} of the ledger have an id that begins with {row_id!r}; ids stand in data/tables/.")
    row = ledger["row_id"][0]
    facts = ledger.row(0, named=True)
    for table in (QUARANTINE, CLEAN, GROUPS, PREDICTIONS):
        if not io.exists(table):  # not made yet: the row's way ends before it
            continue
        part = io.read(table).filter(pl.col("row_id") == row)
        facts |= {} if part.is_empty() else part.row(0, named=True)
    facts["numbers"] = numbers_of(facts.get("canonical", ""))  # those of personal data are not told
    for name, value in facts.items():
        told = shown_record(value, len(value)) if name in {"raw", "meta"} else value
        typer.echo(f"{name:20} {shown(told) if isinstance(told, str) else told}")
    pairs = io.read(PAIRS).filter((pl.col("left") == row) | (pl.col("right") == row))
    for pair in pairs.iter_rows(named=True):
        other = pair["right"] if pair["left"] == row else pair["left"]
        typer.echo(f"{pair['kind']:20} {other}  cosine {pair['cosine']:.3f}: {pair['evidence']}")
