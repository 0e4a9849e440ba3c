"""What stops a run: the critical expectations that do not hold, said so that somebody can mend the data."""

from collections import Counter

import polars as pl

from anechoic.project.errors import DataError
from anechoic.validate.schema import Expectation, ValidateParams
from anechoic.validate.validate import Intake


def keep_promises(intake: Intake, expectations: list[Expectation], params: ValidateParams) -> None:
    """Raise DataError where a critical expectation does not hold; quarantine and report are written before."""
    broken = [each.name for each in expectations if each.critical and not each.success]
    if not broken:
        return
    report, raw = intake.report, intake.rows.filter(pl.col("role") == "raw")
    if not any(drop.role == "raw" for drop in report.drops):
        raise DataError("data/raw/ holds no file. Put a CSV of `label,text` into it and run `dvc repro`.")
    if raw.is_empty():
        files = "; ".join(f"{d.drop}: {d.records} records, 0 valid" for d in report.drops if d.role == "raw")
        raise DataError(f"No valid row in data/raw/ ({files}).{_first_reason(intake)}")
    counts = Counter(raw["label"])
    if len(counts) < 2:
        label, rows = counts.most_common(1)[0]
        where = ", ".join(sorted(set(raw["drop"])))
        raise DataError(
            f"All {rows} valid rows of data/raw/ ({where}) carry one label, {label!r}: there is nothing to "
            f"tell apart. Add rows of a second class.{_first_reason(intake)}"
        )
    thin = {label: rows for label, rows in counts.items() if rows < params.minimum_class_rows}
    if not thin:
        raise DataError(f"The data breaks a critical expectation: {'; '.join(broken)}.{_first_reason(intake)}")
    first = raw.filter(pl.col("label").is_in(list(thin))).row(0, named=True)
    found = ", ".join(f"{label!r} {rows}" for label, rows in sorted(thin.items()))
    raise DataError(
        f"{len(thin)} classes have fewer than {params.minimum_class_rows} valid rows: {found} "
        f"(first: data/raw/{first['drop']} line {first['line']}). Add rows, take the class's rows out, or "
        f"lower params.yaml validate.minimum_class_rows.{_first_reason(intake)}"
    )


def _first_reason(intake: Intake) -> str:
    """Where to look, if records were set aside."""
    if intake.quarantine.is_empty():
        return ""
    first = intake.quarantine.row(0, named=True)
    reasons = ", ".join(f"{count} {reason}" for reason, count in intake.report.reasons.items())
    return (
        f" Set aside: {reasons}; the first is data/{first['role']}/{first['drop']} line {first['line']}: "
        f"{first['detail']}. All stand in data/quarantine/."
    )
