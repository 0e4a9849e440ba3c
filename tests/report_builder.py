"""Reports and tables of a small run with fixed numbers, for the tests of what is made from them."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from pydantic import BaseModel

from anechoic.project.tables import CLEAN, GROUPS, INBOX, PAIRS, PREDICTIONS, PROJECTION, QUARANTINE, SPLIT
from anechoic.report.rows.tables import Tables
from anechoic.report.schema import Reports
from anechoic.review.decisions import COLUMNS

FILES = ["2023-06.csv", "2023-07.csv"]


def score(accuracy: float, rows: int = 50) -> dict:
    low, high = max(0, accuracy - 0.1), min(1, accuracy + 0.1)
    return {
        "accuracy": accuracy,
        "accuracy_low": low,
        "accuracy_high": high,
        "macro_f1": accuracy - 0.01,
        "rows": rows,
    }


def drift(drop: str, aspect: str, *, size: float = 0.3, p_value: float = 0.001) -> dict:
    return {
        "drop": drop,
        "aspect": aspect,
        "test": "Kolmogorov-Smirnov; its D",
        "size": size,
        "p_value": p_value,
        "drifted": p_value < 0.01,
        "told": "price: 10 % before, 40 % now",
    }


CONTENT = yaml.safe_load((Path(__file__).parent / "data/reports.yaml").read_text(encoding="utf-8"))


def reports(**changes: dict[str, Any]) -> Reports:
    """The run; `leakage={"exam": None}` changes a field of a report."""
    return Reports(
        **{
            field.name: field.type.model_validate(CONTENT[field.name] | changes.get(field.name, {}))
            for field in fields(Reports)
            if field.name in CONTENT
        }
    )


def with_texts(made: Reports, rewrite) -> Reports:
    """The reports with every text in them, names of files and classes too, as `rewrite` makes it."""

    def rewritten(value: Any) -> Any:
        if isinstance(value, BaseModel):
            return value.model_copy(update={name: rewritten(each) for name, each in value})
        if isinstance(value, dict):
            return {rewritten(key): rewritten(each) for key, each in value.items()}
        if isinstance(value, list):
            return [rewritten(each) for each in value]
        return rewrite(value) if isinstance(value, str) else value

    return replace(made, **{name: rewritten(report) for name, report in vars(made).items()})


def tables(texts: tuple[str, str, str, str] = ("too dear", "too dear!", "came late", "came early")) -> Tables:
    """Four rows: the first two are an echo group whose labels differ, the last two an opposite pair."""
    ids = ["r1", "r2", "r3", "r4"]
    clean = pl.DataFrame(
        {
            "row_id": ids,
            "drop": [FILES[0]] * 4,
            "record": [1, 2, 3, 4],
            "line": [2, 3, 4, 5],
            "role": ["raw"] * 4,
            "label_id": [7, 6, 6, 6],
            "label": ["price", "lead time", "lead time", "lead time"],
            "text": texts,
            "meta": ["{}"] * 4,
            "language": ["en"] * 4,
            "flags": [[]] * 4,
            "canonical": texts,
            "numbers": [[]] * 4,
        }
    )
    groups = pl.DataFrame(
        {
            "row_id": ids,
            "group_id": ["r1", "r1", "r3", "r4"],
            "group_size": [2, 2, 1, 1],
            "representative": [True, False, True, True],
            "conflict": [True, True, False, False],
            "contradiction": [False] * 4,
        }
    )
    split = pl.DataFrame(
        {
            "row_id": ids,
            "group_id": groups["group_id"],
            "split": ["train", "train", "test", "train"],
            "weight": [1.0, 0.0, 1.0, 1.0],
            "reason": ["", "echo", "", ""],
        }
    )
    pairs = pl.DataFrame(
        {
            "left": ["r1", "r3"],
            "right": ["r2", "r4"],
            "kind": ["near", "opposite"],
            "cosine": [0.95, 0.9],
            "lexical": [1.0, 0.5],
            "score": [0.97, 0.1],
            "evidence": ["the same words", "same words, other meaning"],
        }
    )
    predictions = pl.DataFrame(
        {
            "row_id": ids,
            "split": split["split"],
            "label_id": clean["label_id"],
            "predicted_id": [7, 7, 7, 6],
            "predicted": ["price", "price", "price", "lead time"],
            "confidence": [0.99, 0.98, 0.7, 0.97],
            "similarity_to_train": [0.9, 0.9, 0.4, 0.9],
            "nearest_row_id": ["r2", "r1", "r1", "r3"],
            "probabilities": [[0.5, 0.5]] * 4,
        }
    )
    plane = {"x": [0.0, 0.1, 0.8, 1.0, 0.9], "y": [0.0, 0.1, 0.4, 0.4, 0.4], "role": ["raw"] * 4 + ["inbox"]}
    projection = pl.DataFrame({"row_id": [*ids, "july.csv:1"], **plane, "placed": "projected"})
    inbox = pl.DataFrame(
        {
            "file": ["july.csv"],
            "record": [1],
            "line": [2],
            "raw": [texts[2]],
            "fields": [[texts[2]]],
            "text": [texts[2]],
            "canonical": [texts[2]],
            "problem": [""],
        }
    )
    quarantine = pl.DataFrame(
        {
            "row_id": ["q1"],
            "drop": [FILES[1]],
            "record": [9],
            "line": [10],
            "raw": [f"7,{texts[0]}"],
            "reason": ["too_short"],
            "detail": ["2 letters; write the text out"],
        }
    )
    asked = {
        "kind": "pair",
        "left": "r3",
        "right": "r4",
        "left_text": texts[2],
        "right_text": texts[3],
        "why": "perhaps",
    }
    questions = pl.DataFrame([[asked.get(name, "") for name in COLUMNS]], schema=list(COLUMNS), orient="row")
    return Tables(
        clean=CLEAN.schema.validate(clean, cast=True),
        groups=GROUPS.schema.validate(groups, cast=True),
        split=SPLIT.schema.validate(split, cast=True),
        pairs=PAIRS.schema.validate(pairs, cast=True),
        quarantine=QUARANTINE.schema.validate(quarantine, cast=True),
        predictions=PREDICTIONS.schema.validate(predictions, cast=True),
        projection=PROJECTION.schema.validate(projection, cast=True),
        inbox=INBOX.schema.validate(inbox, cast=True),
        questions=questions,
    )
