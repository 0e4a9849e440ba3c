"""The promises about the whole dataset and each file, held by great-expectations; the critical ones stop a run.

The only module that knows pandas: great-expectations has no engine for polars.
"""

import os
from collections.abc import Iterator
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
import polars as pl
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.expectation import Expectation as Promise

from anechoic.project.errors import ContractError
from anechoic.project.schema import Labels
from anechoic.validate.schema import Expectation, ValidateParams
from anechoic.validate.validate import Intake

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


MOSTLY_LENGTH = 0.99  # share of texts whose length is expected to be in range
RESULT = {"result_format": "SUMMARY", "unexpected_index_column_names": ["row_id"], "partial_unexpected_count": 20}


def expect(intake: Intake, labels: Labels, params: ValidateParams) -> list[Expectation]:
    """What was expected of all raw rows and of each file, built from the params, and whether it holds.

    Raises ContractError where a check itself broke: that says nothing about the data.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("intake").add_dataframe_asset("records")
    definition = asset.add_batch_definition_whole_dataframe("whole")

    def hold(drop: str, table: pl.DataFrame, promises: list[Promise]) -> list[Expectation]:
        batch = definition.get_batch(batch_parameters={"dataframe": _frame(table)})
        return _held(drop, batch, promises)

    records = _records(intake)
    raw = records.filter((pl.col("role") == "raw") & ~pl.col("quarantined"))
    classes = raw.group_by("label").len("rows").sort("label").with_columns(row_id="label")
    found = hold("", raw, list(_about_all(labels))) + hold("", classes, list(_about_classes(params)))
    for (role, drop), part in records.group_by("role", "drop", maintain_order=True):
        earlier = raw.filter(pl.col("drop") < str(drop)) if role == "raw" else raw
        name = str(drop) if role == "raw" else f"exam/{drop}"
        valid = part.filter(~pl.col("quarantined"))
        found += hold(name, valid, list(_about_rows(valid, earlier, labels, params)))
        found += hold(name, part, list(_about_records(part, params)))
    return found


def _records(intake: Intake) -> pl.DataFrame:
    """All records, rows and quarantine, with what the promises are about."""
    rows = intake.rows.select(
        "row_id", "drop", "role", "label_id", "label", "text", "flags", quarantined=pl.lit(False)
    )
    set_aside = intake.quarantine.select(
        "row_id",
        "drop",
        "role",
        "label_id",
        "label",
        "text",
        flags=pl.lit([], pl.List(pl.String)),
        quarantined=pl.lit(True),
    )
    return pl.concat([rows, set_aside])


def _frame(table: pl.DataFrame) -> pd.DataFrame:
    """For great-expectations: flags as a column each."""
    if "flags" not in table.columns:
        return table.to_pandas()
    flags = [pl.col("flags").list.contains(flag).alias(flag) for flag in _flags(table)]
    return table.with_columns(flags).drop("flags").to_pandas()


def _flags(table: pl.DataFrame) -> list[str]:
    return sorted(set(table["flags"].explode().drop_nulls()))


def _promise(name: str, critical: bool = False) -> dict[str, Any]:
    return {"meta": {"name": name}, "severity": "critical" if critical else "warning"}


def _about_all(labels: Labels) -> Iterator[Promise]:
    """What every run needs of all raw rows together."""
    names = list(labels.names().values())
    yield gxe.ExpectTableRowCountToBeBetween(min_value=1, **_promise("there are raw rows", critical=True))
    yield gxe.ExpectColumnUniqueValueCountToBeBetween(
        column="label", min_value=2, **_promise("raw rows carry two classes or more", critical=True)
    )
    yield gxe.ExpectColumnDistinctValuesToContainSet(
        column="label", value_set=names, **_promise("every class of the taxonomy has raw rows")
    )
    yield gxe.ExpectColumnValuesToBeUnique(column="row_id", **_promise("row_ids are unique"))


def _about_classes(params: ValidateParams) -> Iterator[Promise]:
    name = f"classes have {params.minimum_class_rows} rows or more, if any"
    yield gxe.ExpectColumnValuesToBeBetween(
        column="rows", min_value=params.minimum_class_rows, **_promise(name, critical=True)
    )


def _about_rows(
    valid: pl.DataFrame, earlier: pl.DataFrame, labels: Labels, params: ValidateParams
) -> Iterator[Promise]:
    """What is expected of the valid rows of a file; class shares against the raw files before it."""
    yield gxe.ExpectTableColumnsToMatchSet(
        column_set=["row_id", "drop", "role", "label_id", "label", "text", "quarantined", *_flags(valid)],
        **_promise("columns are those of the contract"),
    )
    yield gxe.ExpectTableRowCountToBeBetween(
        min_value=params.minimum_drop_rows, **_promise(f"{params.minimum_drop_rows} valid rows or more")
    )
    for column in ("label_id", "text"):
        yield gxe.ExpectColumnValuesToNotBeNull(column=column, **_promise(f"no {column} is missing"))
    names = list(labels.names().values())
    yield gxe.ExpectColumnValuesToBeInSet(column="label", value_set=names, **_promise("labels are of the taxonomy"))
    low, high = params.text_characters
    yield gxe.ExpectColumnValueLengthsToBeBetween(
        column="text",
        min_value=low,
        max_value=high,
        mostly=MOSTLY_LENGTH,
        **_promise(f"{MOSTLY_LENGTH:.0%} of the texts have {low} to {high} characters"),
    )
    for flag in _flags(valid):
        yield gxe.ExpectColumnValuesToBeInSet(
            column=flag,
            value_set=[False],
            mostly=1 - params.maximum_flagged,
            **_promise(f"at most {params.maximum_flagged:.0%} of the rows are flagged {flag}"),
        )
    if earlier.height and valid.height:
        counts = earlier["label"].value_counts()
        before = dict(zip(counts["label"], counts["count"], strict=True))
        weights = [(before.get(name, 0) + 0.5) / (earlier.height + 0.5 * len(names)) for name in names]
        yield gxe.ExpectColumnKLDivergenceToBeLessThan(
            column="label",
            partition_object={"values": names, "weights": weights},
            threshold=params.maximum_class_shift,
            **_promise(f"class shares lie within {params.maximum_class_shift:g} nats of the files before"),
        )


def _about_records(part: pl.DataFrame, params: ValidateParams) -> Iterator[Promise]:
    if part.height:
        yield gxe.ExpectColumnValuesToBeInSet(
            column="quarantined",
            value_set=[False],
            mostly=1 - params.maximum_quarantined,
            **_promise(f"at most {params.maximum_quarantined:.0%} of the records are set aside"),
        )


def _held(drop: str, batch: Batch, promises: list[Promise]) -> list[Expectation]:
    """The promises about one table, each with its result."""
    suite = gx.ExpectationSuite(name=f"promises of {drop or 'all files'}", expectations=promises)
    return [_told(drop, result) for result in batch.validate(suite, result_format=RESULT).results]


def _told(drop: str, result: ExpectationValidationResult) -> Expectation:
    config = result.expectation_config
    outcome: dict[str, Any] = result.to_json_dict()
    assert config is not None
    name, told = config.meta["name"], outcome["result"]
    raised = [info for info in _exceptions(outcome.get("exception_info")) if info.get("raised_exception")]
    if raised:
        where = drop or "all files"
        raise ContractError(f"The check {name!r} of {where} broke: {raised[0].get('exception_message')}")
    rows = told.get("partial_unexpected_index_list") or []
    return Expectation(
        name=name,
        drop=drop,
        success=bool(result.success),
        critical=config.severity == "critical",
        unexpected=int(told.get("unexpected_count") or 0),
        observed=_observed(told),
        rows=[str(row["row_id"]) for row in rows][:20],
    )


def _exceptions(info: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Exception infos, which come bare or by the id of the metric that raised."""
    if not info:
        return []
    nested = [each for each in info.values() if isinstance(each, dict)]
    return nested or [info]


def _observed(told: dict[str, Any]) -> str:
    value = told.get("observed_value")
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list):
        return ", ".join(map(str, value[:20])) + (f" and {len(value) - 20} more" if len(value) > 20 else "")
    if value is not None:
        return str(value)
    return f"{told.get('unexpected_count', 0)} of {told.get('element_count', 0)}"
