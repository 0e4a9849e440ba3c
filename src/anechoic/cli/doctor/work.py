"""What a run of the project has to do: its texts, and how many of its rows count."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anechoic.cli.doctor.run_time import Rows
    from anechoic.files.read import Drop


def texts_and_rows(encoder: str) -> "tuple[list[str], Rows]":
    """The distinct canonical texts of data/raw/, and what there is to be done with the rows of all folders."""
    from anechoic.cli.doctor.run_time import Rows
    from anechoic.embed.embed import text_hash
    from anechoic.project import model_store, vector_store

    raw, exam = list(_drops("raw")), list(_drops("exam"))
    texts = _texts(raw)
    known = set(vector_store.read_vectors(model_store.model_key(encoder))["text_hash"])
    every = {*texts, *_texts(exam), *_inbox()}
    share = _share_that_counts()
    labelled = sum(len(drop.records) for drop in raw)
    rows = Rows(
        records=labelled + sum(len(drop.records) for drop in exam),
        new_texts=sum(text_hash(text) not in known for text in every),
        usable=len(texts) if share is None else min(len(texts), round(share * labelled)),
        known=share is not None,
    )
    return texts, rows


def _drops(role: str) -> "Iterator[Drop]":
    from anechoic.files.read import read_drop
    from anechoic.files.taxonomy import Taxonomy
    from anechoic.project import folders, io
    from anechoic.project.schema import Labels
    from anechoic.validate.schema import ValidateParams

    taxonomy = Taxonomy.of(io.read_params("labels", Labels))
    told = io.read_params("validate", ValidateParams).drops
    for name, content in folders.read_drops(f"data/{role}", optional=True).items():
        yield read_drop(name, role, content, taxonomy, told.get(name))


def _texts(drops: "list[Drop]") -> list[str]:
    """The distinct canonical texts of files, in their order."""
    from anechoic.files.read import text_of
    from anechoic.text.repair import canonicalize

    texts = (canonicalize(text_of(record, drop.layout)) for drop in drops for record in drop.records)
    return [text for text in dict.fromkeys(texts) if text]


def _inbox() -> set[str]:
    from anechoic.normalize.inbox import inbox_table
    from anechoic.project import folders

    return set(inbox_table(folders.read_drops("data/inbox", optional=True))["canonical"]) - {""}


def _share_that_counts() -> float | None:
    """Of the last run's labelled records of data/raw/ the share that has a side; None where there was no run."""
    import polars as pl

    from anechoic.project import io
    from anechoic.project.errors import AnechoicError
    from anechoic.project.kinds import SIDES
    from anechoic.project.tables import CLEAN, LEDGER

    try:
        ledger, clean = io.read(LEDGER), io.read(CLEAN)
    except AnechoicError:
        return None
    exam = clean.filter(pl.col("role") == "exam").select("row_id")
    of_raw = ledger.join(exam, on="row_id", how="anti")
    used = of_raw.filter(pl.col("outcome").cast(pl.String).is_in(list(SIDES))).height
    return used / of_raw.height if used else None
