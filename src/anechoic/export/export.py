"""Stage export: the tables and reports of a run -> files that other tools open as they are."""

import json

import polars as pl

from anechoic.export.cards import Known, dataset_card, model_card
from anechoic.export.croissant import croissant
from anechoic.export.frames import ExportTables, all_rows, atlas, sides, training_pairs
from anechoic.export.schema import ExportParams
from anechoic.project import io
from anechoic.text.formulas import disarm

DECIMALS = 4  # of a confidence; more means nothing to a reader


def export(tables: ExportTables, known: Known, params: ExportParams) -> dict[str, bytes]:
    """The tables and reports of a run -> the files of data/export/, by name."""
    rows = all_rows(tables.clean, tables.split)
    parts = sides(rows)
    pairs = training_pairs(rows, tables.pairs)
    frames = {**parts, "all": rows, "pairs": pairs, "atlas": atlas(rows, tables)}
    parquet = {f"{name}.parquet": io.parquet_bytes(frame) for name, frame in frames.items()}
    texts = {
        "README.md": dataset_card(parts, rows.height, known, params),
        "model-card.md": model_card(known, params),
        "croissant.json": json.dumps(croissant(frames, parquet, params), indent=1) + "\n",
        "argilla.jsonl": argilla_records(rows, tables.predictions),
        **{f"{side}.csv": csv_text(part) for side, part in parts.items()},
    }
    return parquet | {name: text.encode() for name, text in texts.items()}


def csv_text(frame: pl.DataFrame) -> str:
    """A frame -> CSV with a header; what a spreadsheet would take for a formula gets an apostrophe before it."""
    columns = [name for name, kind in frame.schema.items() if kind == pl.String]
    texts = pl.col(columns).map_elements(disarm, pl.String)
    return frame.with_columns(texts).write_csv()


def argilla_records(rows: pl.DataFrame, predictions: pl.DataFrame) -> str:
    """All rows and the classifier's predictions -> a record a line as Argilla's `records.log` takes them.

    `text` is the field, `label` the answer to the question of that name; side, place and what the classifier says
    are metadata.
    """
    told = predictions.select("row_id", "predicted", pl.col("confidence").round(DECIMALS))
    both = rows.join(told, on="row_id", how="left", maintain_order="left")
    lines = []
    for row in both.iter_rows(named=True):
        place = {name: row[name] for name in ("split", "group_id", "file", "line", "predicted", "confidence")}
        metadata = {name: value for name, value in place.items() if value is not None}
        record = {"id": row["row_id"], "text": row["text"], "label": row["label"], **metadata}
        lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    return "".join(lines)
