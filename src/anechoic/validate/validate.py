"""Stage validate: drops -> rows, quarantine, the intake report."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from anechoic.files.read import Drop, label_of, meta_of, read_drop, row_ids, text_of
from anechoic.files.taxonomy import Taxonomy
from anechoic.project.schema import Labels
from anechoic.text.language import detect
from anechoic.text.pii import mask
from anechoic.text.repair import repair
from anechoic.validate.rules import RULES, Seen, found, valid_record
from anechoic.validate.schema import IntakeReport, ValidateParams
from anechoic.validate.summary import account

Content = bytes | OSError


@dataclass(frozen=True)
class Intake:
    """The result of the stage. Quarantine carries role, label, text and meta beyond its contract."""

    rows: pl.DataFrame
    quarantine: pl.DataFrame
    report: IntakeReport


def validate(raw: dict[str, Content], exam: dict[str, Content], labels: Labels, params: ValidateParams) -> Intake:
    """Parse every drop and part its records into rows and quarantine; order: raw before exam, then by name.

    What great-expectations and the comparison of files say is added by `expectations.expect` and `drift.drift`.
    """
    taxonomy = Taxonomy.of(labels)
    drops = [
        read_drop(name, role, content, taxonomy, params.drops.get(name))
        for role, files in (("raw", raw), ("exam", exam))
        for name, content in files.items()
    ]
    records = _inspected(pl.concat([_records(drop, taxonomy) for drop in drops] or [RECORDS]), params)
    rejecting = [code for code in RULES if params.decision(code) == "reject"]
    passed, failed = valid_record(rejecting).filter(records.select("row_id", "codes"))
    rows = records.join(passed, on="row_id", how="semi", maintain_order="left")
    quarantine = records.join(failed.invalid(), on="row_id", how="semi", maintain_order="left")
    reasons = [next(code for code in rejecting if code in codes) for codes in quarantine["codes"]]
    details = [_detail(reason, told, taxonomy) for reason, told in zip(reasons, quarantine["told"], strict=True)]
    quarantine = quarantine.with_columns(
        reason=pl.Series(reasons, dtype=pl.String), detail=pl.Series(details, dtype=pl.String)
    )
    rows = rows.with_columns(flags="codes")
    return Intake(rows, quarantine, account(drops, records, rows, quarantine, labels, params.decision))


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
        "named": pl.Boolean,
        "label_id": pl.Int64,
        "label": pl.String,
        "text": pl.String,
        "repaired": pl.String,
        "meta": pl.String,
    }
)


def _records(drop: Drop, taxonomy: Taxonomy) -> pl.DataFrame:
    """One line a record: where it stands, its fields, its label in the taxonomy."""
    given = [label_of(record, drop.layout) for record in drop.records]
    ids = {label: taxonomy.find(label) for label in set(given)}
    by_id = {label for label in ids if taxonomy.is_id(label)}
    found = [ids[label] for label in given]
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
        "named": [bool(by_id) and ids[label] is not None and label not in by_id for label in given],
        "label_id": found,
        "label": ["" if at is None else taxonomy.names[at] for at in found],
        "text": texts,
        "repaired": [repair(text) for text in texts],
        "meta": [meta_of(record, drop.layout) for record in drop.records],
    }
    return pl.DataFrame(columns, schema=RECORDS.schema) if drop.records else RECORDS


def _inspected(records: pl.DataFrame, params: ValidateParams) -> pl.DataFrame:
    """Columns language, codes (findings that are not ignored) and told (what was found, for each code)."""
    languages = detect(records["repaired"].to_list(), params.languages, params.home_languages)
    columns = ("problem", "problem_detail", "given_label", "label_id", "named", "text", "repaired")
    codes, told = [], []
    for language, values in zip(languages, records.select(columns).iter_rows(), strict=True):
        problem, detail, label, label_id, named, text, repaired = values
        masked, personal = mask(repaired)
        foreign = "" if language is None or language in params.home_languages else language
        known = label_id is not None
        limits = (params.minimum_letters, params.maximum_words)
        hits = found(
            Seen(problem, detail, label, known, named, text, repaired, masked, tuple(personal), foreign, *limits)
        )
        hits = {code: what for code, what in hits.items() if params.decision(code) != "ignore"}
        codes.append(list(hits))
        told.append(list(hits.values()))
    return records.with_columns(
        pl.Series("language", languages, dtype=pl.String).replace("other", None),
        pl.Series("codes", codes, dtype=pl.List(pl.String)),
        pl.Series("told", told, dtype=pl.List(pl.String)),
    )


def _detail(reason: str, told: Sequence[str], taxonomy: Taxonomy) -> str:
    """What was found in a quarantined record and what to do."""
    if reason == "label_unknown":
        return taxonomy.advice(told[0])
    if reason == "label_missing":
        return f"no label; params.yaml labels has {taxonomy.known}"
    return told[0]
