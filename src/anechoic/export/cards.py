"""Cards in the format of the Hugging Face Hub: a header in YAML, then Markdown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import yaml

from anechoic.echoes.schema import EchoesReport
from anechoic.evaluate.schema import EvaluationReport
from anechoic.export.schema import ALL_COLUMNS, ATLAS_COLUMNS, PAIR_COLUMNS, ExportParams
from anechoic.leakage.schema import LeakageReport
from anechoic.project.model_registry import hub_id
from anechoic.project.schema import Labels, Score
from anechoic.project.wording import interval
from anechoic.report.rendering import render_markdown
from anechoic.train.schema import TrainReport

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
LARGER = "1M<n<10M"
TESTS = {"test": "test, whole echo groups", "exam": "exam, fresh texts"}


@dataclass(frozen=True)
class Known:
    """What the taxonomy and the reports say that a card repeats."""

    labels: Labels
    echoes: EchoesReport
    leakage: LeakageReport
    train: TrainReport
    evaluation: EvaluationReport
    card: str  # reports/model-card.md


def dataset_card(parts: Mapping[str, pl.DataFrame], rows: int, known: Known, params: ExportParams) -> str:
    """The exported rows by side, how many rows there are in all, what is known of them -> the data set's card."""
    sides = [{"split": side, "path": f"{side}.parquet"} for side in parts]
    header = {
        "pretty_name": params.name,
        "license": params.licence,
        "task_categories": ["text-classification"],
        "size_categories": [next((name for most, name in SIZES if rows < most), LARGER)],
        "tags": ["anechoic", "croissant"],
        "configs": [
            {"config_name": "default", "data_files": sides},
            {"config_name": "all", "data_files": [{"split": "all", "path": "all.parquet"}]},
            {"config_name": "atlas", "data_files": [{"split": "all", "path": "atlas.parquet"}]},
            {"config_name": "pairs", "data_files": [{"split": "train", "path": "pairs.parquet"}]},
        ],
    }
    text = render_markdown(
        "dataset-card.md.jinja",
        name=params.name,
        licence=params.licence,
        rows=rows,
        echoes=known.echoes,
        leakage=known.leakage,
        labels=dict(sorted(known.labels.root.items())),
        counts={side: dict(part["label_id"].value_counts().iter_rows()) for side, part in parts.items()},
        columns=ALL_COLUMNS | PAIR_COLUMNS | ATLAS_COLUMNS,
    )
    return _card(header, text)


def model_card(known: Known, params: ExportParams) -> str:
    """What is known of the classifier -> reports/model-card.md with the header that the Hub reads."""
    base = hub_id(known.train.model)
    scores = {"test": known.evaluation.test, "exam": known.evaluation.exam}
    results = [_result(side, score, params) for side, score in scores.items() if score]
    header = {
        "license": params.licence,
        "library_name": "transformers",
        "pipeline_tag": "text-classification",
        "tags": ["anechoic"],
        "metrics": ["accuracy", "f1"],
        **({"base_model": base} if base else {}),
        **({"model-index": [{"name": params.name, "results": results}]} if results else {}),
    }
    return _card(header, known.card)


def _result(side: str, score: Score, params: ExportParams) -> dict[str, Any]:
    """What was measured on one side, as the Hub lists it."""
    spread = interval(score.accuracy_low, score.accuracy_high)
    return {
        "task": {"type": "text-classification"},
        "dataset": {"type": params.name, "name": f"{params.name} ({TESTS[side]})", "split": side},
        "metrics": [
            {"type": "accuracy", "value": round(score.accuracy, 4), "name": f"accuracy, 95 % interval {spread}"},
            {"type": "f1", "value": round(score.macro_f1, 4), "name": "macro F1"},
        ],
    }


def _card(header: dict[str, Any], text: str) -> str:
    """A header and a text -> a card."""
    return f"---\n{yaml.safe_dump(header, sort_keys=False, allow_unicode=True)}---\n\n{text}"
