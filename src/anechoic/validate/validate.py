"""Stage validate: drops -> rows, quarantine, the intake report."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from anechoic.files.read import Drop, label_of, meta_of, read_drop, row_ids, text_of
from anechoic.files.taxonomy import Taxonomy
from anechoic.project.schema import Labels
from anechoic.text.language import OTHER, detect
from anechoic.text.repair import repair
from anechoic.validate.registry import Parsed, Seen, seen
from anechoic.validate.rules import decisions, findings
from anechoic.validate.schema import Decision, IntakeReport, ValidateParams
from anechoic.validate.summary import summarize

Content = bytes | OSError


@dataclass(frozen=True)
class Intake:
    """The result of the stage. Quarantine carries role, label, text and meta beyond its contract."""

    rows: pl.DataFrame
    quarantine: pl.DataFrame
    report: IntakeReport


def validate(raw: dict[str, Content], exam: dict[str, Content], labels: Labels, params: ValidateParams) -> Intake:
    """Parse every drop and part its records into rows and quarantine; order: raw before exam, then as given.

    raw, exam: the files' bytes by name, or the error where one could not be opened. What great-expectations and
    the comparison of files say is added by `expectations.expect` and `drift.drift`. Raises ParamsError for a
    decision about no rule and for an unknown language.
    """
    decided = decisions(params)
    taxonomy = Taxonomy.of(labels)
    drops = [
        read_drop(name, role, content, taxonomy, params.drops.get(name))
        for role, files in (("raw", raw), ("exam", exam))
        for name, content in files.items()
    ]
    records = pl.concat([_records(drop, taxonomy) for drop in drops] or [RECORDS])
    records = _inspected(records, params, taxonomy, decided)
    rejected = pl.col("reason") != ""
    rows = records.filter(~rejected).with_columns(flags="codes").drop("reason", "detail")
    return Intake(rows, records.filter(rejected), summarize(drops, records, labels, decided))


RECORDS = pl.DataFrame(
    schema={
        "row_id": pl.String,
        "drop": pl.String,
        "role": pl.String,
        "record": pl.Int64,
        "line": pl.Int64,
        "raw": pl.String,
        "problem": pl.String,
        "problem_detail": pl.String,
        "given_label": pl.String,
        "labelled": pl.Boolean,
        "named": pl.Boolean,
        "several": pl.Boolean,
        "label_id": pl.Int64,
        "label": pl.String,
        "text": pl.String,
        "repaired": pl.String,
        "meta": pl.String,
    }
)


def _records(drop: Drop, taxonomy: Taxonomy) -> pl.DataFrame:
    """One line a record: where it stands, its fields, its label in the taxonomy."""
    fields = [label_of(record, drop.layout) for record in drop.records]
    given = ["" if taxonomy.lacks(field) else field for field in fields]
    several = {label: taxonomy.several(label) for label in set(given)}
    ids = {label: next(iter(several[label]), taxonomy.find(label)) for label in set(given)}
    by_id = {label for label in ids if taxonomy.is_id(label)}
    label_ids = [ids[label] for label in given]
    texts = [text_of(record, drop.layout) for record in drop.records]
    columns: dict[str, object] = {
        "row_id": row_ids(drop),
        "drop": drop.name,
        "role": drop.role,
        "record": [record.record for record in drop.records],
        "line": [record.line for record in drop.records],
        "raw": [record.raw for record in drop.records],
        "problem": [record.problem for record in drop.records],
        "problem_detail": [record.detail for record in drop.records],
        "given_label": given,
        "labelled": drop.layout.labelled,
        "named": [bool(by_id) and ids[label] is not None and label not in by_id for label in given],
        "several": [len(several[label]) > 1 for label in given],
        "label_id": label_ids,
        "label": ["" if label_id is None else taxonomy.names[label_id] for label_id in label_ids],
        "text": texts,
        "repaired": [repair(text) for text in texts],
        "meta": [meta_of(record, drop.layout) for record in drop.records],
    }
    return pl.DataFrame(columns, schema=RECORDS.schema) if drop.records else RECORDS


def _inspected(
    records: pl.DataFrame, params: ValidateParams, taxonomy: Taxonomy, decided: dict[str, Decision]
) -> pl.DataFrame:
    """The records with their language, the codes that are not ignored, and reason and detail of the rejected."""
    languages = detect(records["repaired"].to_list(), params.languages, params.home_languages)
    codes, reasons, details = [], [], []
    for language, record in zip(languages, records.iter_rows(named=True), strict=True):
        hits = {
            code: detail
            for code, detail in findings(_seen(record, language, params)).items()
            if decided[code] != "ignore"
        }
        reason = next((code for code in hits if decided[code] == "reject"), "")
        codes.append(list(hits))
        reasons.append(reason)
        details.append(_advice(reason, hits[reason], taxonomy, labelled=record["labelled"]) if reason else "")
    return records.with_columns(
        pl.Series("language", languages, dtype=pl.String).replace(OTHER, None),
        pl.Series("codes", codes, dtype=pl.List(pl.String)),
        pl.Series("reason", reasons, dtype=pl.String),
        pl.Series("detail", details, dtype=pl.String),
    )


def _seen(record: dict[str, Any], language: str | None, params: ValidateParams) -> Seen:
    parsed = Parsed(
        problem=record["problem"],
        detail=record["problem_detail"],
        label=record["given_label"],
        known=record["label_id"] is not None,
        named=record["named"],
        several=record["several"],
    )
    return seen(record["text"], language, params, repaired=record["repaired"], parsed=parsed)


def _advice(reason: str, detail: str, taxonomy: Taxonomy, *, labelled: bool) -> str:
    """What was found in a quarantined record and, for labels, what to do."""
    if reason == "label_unknown":
        return taxonomy.advice(detail)
    if reason == "label_missing" and not labelled:
        return "no label column: did you mean data/inbox/? Or name it in params.yaml validate.drops"
    if reason == "label_missing":
        return f"no label; params.yaml labels has {taxonomy.known}"
    if reason == "several_labels":
        return f"several labels, {detail!r}: leave one, or let validate.decisions say `several_labels: repair`"
    return detail
