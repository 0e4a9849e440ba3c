"""What is expected of the whole dataset and of each file, checked by great-expectations; critical ones stop a run.

The only module that knows pandas: great-expectations has no engine for polars. Both take seconds to load, so this
module is imported where the gate runs and nowhere else.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
import polars as pl
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.expectation import Expectation as Check

from anechoic.project.errors import ContractError
from anechoic.project.schema import Labels
from anechoic.project.wording import plural
from anechoic.validate.schema import Expectation, ValidateParams
from anechoic.validate.validate import Intake

MOSTLY_LENGTH = 0.99  # share of texts whose length is expected to be in range: one in a hundred may be odd
PRIOR_ROWS = 0.5  # added to each class's count (Jeffreys 1946), so that a class without rows has a share
SHOWN = 20  # row_ids or values that a report names
RESULT = {
    "result_format": "SUMMARY",
    "unexpected_index_column_names": ["row_id"],
    "partial_unexpected_count": SHOWN,
}


def expect(intake: Intake, labels: Labels, params: ValidateParams) -> list[Expectation]:
    """An intake -> what was expected of all raw rows and of each file, and whether it holds, in a fixed order.

    Raises ContractError where a check itself broke: that says nothing about the data.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("intake").add_dataframe_asset("records")
    definition = asset.add_batch_definition_whole_dataframe("whole")

    def run(drop: str, table: pl.DataFrame, checks: Iterable[Check]) -> list[Expectation]:
        batch = definition.get_batch(batch_parameters={"dataframe": _frame(table)})
        return _results(drop, batch, checks)

    records = _records(intake)
    raw = records.filter((pl.col("role") == "raw") & ~pl.col("quarantined"))
    classes = raw.group_by("label").len("rows").sort("label").with_columns(row_id="label")
    results = run("", raw, _about_all(labels)) + run("", classes, _about_classes(params))
    results += run("", _lost(intake), _about_lost_labels())
    for (role, drop), part in records.group_by("role", "drop", maintain_order=True):
        earlier = raw.filter(pl.col("drop") < str(drop)) if role == "raw" else raw
        name = str(drop) if role == "raw" else f"exam/{drop}"
        valid = part.filter(~pl.col("quarantined"))
        about_shares = _about_class_shares(valid, earlier, labels, params)
        results += run(name, valid, [*_about_rows(valid, labels, params), *about_shares])
        results += run(name, part, _about_records(part, params))
    return results


def _records(intake: Intake) -> pl.DataFrame:
    """All records, rows and quarantine, with the columns that the checks are about."""
    rows = intake.rows.select(
        "row_id", "drop", "role", "label_id", "label", "text", "flags", quarantined=pl.lit(value=False)
    )
    set_aside = intake.quarantine.select(
        "row_id",
        "drop",
        "role",
        "label_id",
        "label",
        "text",
        flags=pl.lit([], pl.List(pl.String)),
        quarantined=pl.lit(value=True),
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


def _named(name: str, *, critical: bool = False) -> dict[str, Any]:
    """What great-expectations carries along with a check and hands back with its result."""
    return {"meta": {"name": name}, "severity": "critical" if critical else "warning"}


def _about_all(labels: Labels) -> Iterator[Check]:
    """What every run needs of all raw rows together."""
    names = list(labels.names().values())
    yield gxe.ExpectTableRowCountToBeBetween(min_value=1, **_named("there are raw rows", critical=True))
    yield gxe.ExpectColumnUniqueValueCountToBeBetween(
        column="label", min_value=2, **_named("raw rows carry two classes or more", critical=True)
    )
    yield gxe.ExpectColumnDistinctValuesToContainSet(
        column="label", value_set=names, **_named("every class of the taxonomy has raw rows")
    )
    yield gxe.ExpectColumnValuesToBeUnique(column="row_id", **_named("row_ids are unique"))


def _about_classes(params: ValidateParams) -> Iterator[Check]:
    """What is expected of the table of classes that have rows: label, rows."""
    name = f"classes have {params.minimum_class_rows} rows or more, if any"
    yield gxe.ExpectColumnValuesToBeBetween(
        column="rows", min_value=params.minimum_class_rows, **_named(name, critical=True)
    )


def _lost(intake: Intake) -> pl.DataFrame:
    """Unknown labels of as many records as a class has: label, whether a class is left without a row."""
    lost = intake.report.lost_labels
    columns = {"row_id": [each.label for each in lost], "label": [each.label for each in lost]}
    return pl.DataFrame(
        {**columns, "stops": [each.stops for each in lost]},
        schema={"row_id": pl.String, "label": pl.String, "stops": pl.Boolean},
    )


def _about_lost_labels() -> Iterator[Check]:
    """What is expected of the table of unknown labels that many records carry."""
    yield gxe.ExpectTableRowCountToBeBetween(
        max_value=0, **_named("no class's worth of records carries an unknown label")
    )
    yield gxe.ExpectColumnValuesToBeInSet(
        column="stops", value_set=[False], **_named("no class lost all rows to an unknown label", critical=True)
    )


def _about_rows(valid: pl.DataFrame, labels: Labels, params: ValidateParams) -> Iterator[Check]:
    """What is expected of the valid rows of a file."""
    yield gxe.ExpectTableColumnsToMatchSet(
        column_set=["row_id", "drop", "role", "label_id", "label", "text", "quarantined", *_flags(valid)],
        **_named("columns are those of the contract"),
    )
    yield gxe.ExpectTableRowCountToBeBetween(
        min_value=params.minimum_drop_rows,
        **_named(f"{params.minimum_drop_rows} valid {plural(params.minimum_drop_rows, 'row')} or more"),
    )
    for column in ("label_id", "text"):
        yield gxe.ExpectColumnValuesToNotBeNull(column=column, **_named(f"no {column} is missing"))
    names = list(labels.names().values())
    yield gxe.ExpectColumnValuesToBeInSet(column="label", value_set=names, **_named("labels are of the taxonomy"))
    low, high = params.text_characters
    yield gxe.ExpectColumnValueLengthsToBeBetween(
        column="text",
        min_value=low,
        max_value=high,
        mostly=MOSTLY_LENGTH,
        **_named(f"{100 * MOSTLY_LENGTH:.0f} % of the texts have {low} to {high} characters"),
    )
    for flag in _flags(valid):
        yield gxe.ExpectColumnValuesToBeInSet(
            column=flag,
            value_set=[False],
            mostly=1 - params.maximum_flagged,
            **_named(f"at most {100 * params.maximum_flagged:.0f} % of the rows are flagged {flag}"),
        )


def _about_class_shares(
    valid: pl.DataFrame, earlier: pl.DataFrame, labels: Labels, params: ValidateParams
) -> Iterator[Check]:
    """What is expected of a file's class shares, beside those of the raw files before it."""
    if earlier.height and valid.height:
        names = list(labels.names().values())
        before = Counter(earlier["label"])
        total = earlier.height + PRIOR_ROWS * len(names)
        weights = [(before[name] + PRIOR_ROWS) / total for name in names]
        yield gxe.ExpectColumnKLDivergenceToBeLessThan(
            column="label",
            partition_object={"values": names, "weights": weights},
            threshold=params.maximum_class_shift,
            **_named(f"class shares lie within {params.maximum_class_shift:g} nats of the files before"),
        )


def _about_records(part: pl.DataFrame, params: ValidateParams) -> Iterator[Check]:
    """What is expected of all records of a file, set aside or not."""
    if part.height:
        yield gxe.ExpectColumnValuesToBeInSet(
            column="quarantined",
            value_set=[False],
            mostly=1 - params.maximum_quarantined,
            **_named(f"at most {100 * params.maximum_quarantined:.0f} % of the records are set aside"),
        )


def _results(drop: str, batch: Batch, checks: Iterable[Check]) -> list[Expectation]:
    """The checks of one table, each with its result."""
    suite = gx.ExpectationSuite(name=f"expectations of {drop or 'all files'}", expectations=list(checks))
    return [_result(drop, result) for result in batch.validate(suite, result_format=RESULT).results]


def _result(drop: str, result: ExpectationValidationResult) -> Expectation:
    config = result.expectation_config
    outcome: dict[str, Any] = result.to_json_dict()
    assert config is not None
    name, details = config.meta["name"], outcome["result"]
    raised = [info for info in _exceptions(outcome.get("exception_info")) if info.get("raised_exception")]
    if raised:
        where = drop or "all files"
        raise ContractError(f"The check {name!r} of {where} broke: {raised[0].get('exception_message')}")
    rows = details.get("partial_unexpected_index_list") or []
    return Expectation(
        name=name,
        drop=drop,
        success=bool(result.success),
        critical=config.severity == "critical",
        unexpected=int(details.get("unexpected_count") or 0),
        observed=_observed(details),
        rows=[str(row["row_id"]) for row in rows][:SHOWN],
    )


def _exceptions(info: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Exception infos, which come bare or by the id of the metric that raised."""
    if not info:
        return []
    nested = [each for each in info.values() if isinstance(each, dict)]
    return nested or [info]


def _observed(details: dict[str, Any]) -> str:
    """What a check found, in words: its value, or how many of the elements break it."""
    value = details.get("observed_value")
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list):
        more = f" and {len(value) - SHOWN} more" if len(value) > SHOWN else ""
        return ", ".join(map(str, value[:SHOWN])) + more
    if value is not None:
        return str(value)
    return f"{details.get('unexpected_count', 0)} of {details.get('element_count', 0)}"
