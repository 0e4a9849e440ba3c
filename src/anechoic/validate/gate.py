"""What stops a run: the critical expectations that do not hold, said so that somebody can mend the data."""

from collections import Counter

import polars as pl

from anechoic.project.errors import DataError
from anechoic.project.wording import plural
from anechoic.text.shown import shown
from anechoic.validate.schema import Expectation, ValidateParams
from anechoic.validate.validate import Intake


def stop_on_critical(intake: Intake, expectations: list[Expectation], params: ValidateParams) -> None:
    """Raise DataError where a critical expectation does not hold; quarantine and report are written before."""
    broken = [each.name for each in expectations if each.critical and not each.success]
    if broken:
        raise DataError(f"{_what_is_missing(intake, broken, params)}{_first_reason(intake)}")


def _what_is_missing(intake: Intake, broken: list[str], params: ValidateParams) -> str:
    """The emptiest thing that is wrong: no file, no row, one class, a lost one, thin ones, or what else."""
    report, raw = intake.report, intake.rows.filter(pl.col("role") == "raw")
    if not any(drop.role == "raw" for drop in report.drops):
        return "data/raw/ holds no file. Put a CSV of `label,text` into it and run `dvc repro`."
    if raw.is_empty():
        files = "; ".join(f"{d.drop}: {d.records} records, 0 valid" for d in report.drops if d.role == "raw")
        return f"No valid row in data/raw/ ({files})."
    rows_by_label = Counter(raw["label"])
    if len(rows_by_label) < 2:
        label, rows = rows_by_label.most_common(1)[0]
        where = ", ".join(sorted(set(raw["drop"])))
        told = "The one valid row" if rows == 1 else f"All {rows} valid rows"
        return (
            f"{told} of data/raw/ ({where}) {plural(rows, 'carries', 'carry')} one label, {label!r}: there is "
            "nothing to tell apart. Add rows of a second class."
        )
    if lost := next((each for each in report.lost_labels if each.stops), None):
        return lost.told
    if thin := {label: rows for label, rows in rows_by_label.items() if rows < params.minimum_class_rows}:
        return _thin_classes(raw, thin, params)
    return f"The data breaks a critical expectation: {'; '.join(broken)}."


def _thin_classes(raw: pl.DataFrame, thin: dict[str, int], params: ValidateParams) -> str:
    first = raw.filter(pl.col("label").is_in(list(thin))).row(0, named=True)
    classes = ", ".join(f"{label!r} {rows}" for label, rows in sorted(thin.items()))
    return (
        f"{len(thin)} {plural(len(thin), 'class has', 'classes have')} fewer than {params.minimum_class_rows} "
        f"valid {plural(params.minimum_class_rows, 'row')}: {classes} "
        f"(first: data/raw/{first['drop']} line {first['line']}). Add rows, take the class's rows out, or "
        "lower params.yaml validate.minimum_class_rows."
    )


def _first_reason(intake: Intake) -> str:
    """Where to look, if records were set aside."""
    if intake.quarantine.is_empty():
        return ""
    first = intake.quarantine.row(0, named=True)
    reasons = ", ".join(f"{count} {reason}" for reason, count in intake.report.reasons.items())
    return (
        f" Set aside: {reasons}; the first is data/{first['role']}/{first['drop']} line {first['line']}: "
        f"{shown(first['detail'])}. All stand in data/quarantine/."
    )
