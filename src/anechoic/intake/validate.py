"""Stage validate: drops -> rows, quarantine, the intake report."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import polars as pl
from pydantic import Field, model_validator

from anechoic.files.read import Drop, label_of, meta_of, read_drop, row_ids, text_of
from anechoic.files.schema import DropParams
from anechoic.files.taxonomy import Taxonomy
from anechoic.intake.account import account
from anechoic.intake.report import IntakeReport
from anechoic.intake.rules import RULES, Decision, Seen, found, valid_record
from anechoic.project.schema import Labels, Params
from anechoic.text.language import detect
from anechoic.text.pii import mask
from anechoic.text.repair import repair

Content = bytes | OSError


class ValidateParams(Params):
    """Knobs of the stage validate."""

    minimum_class_rows: int = Field(
        ge=1,
        le=1000,
        description="valid raw rows a class must have, if it has any; fewer stop the run [rows]",
    )
    minimum_letters: int = Field(
        ge=0, le=100, description="letters a text must have, fewer are too_short [letters]"
    )
    maximum_words: int = Field(ge=1, description="words from which a text is over_long [words]")
    languages: list[str] = Field(min_length=1, description="languages that texts may turn out to be in [ISO 639-1]")
    home_languages: list[str] = Field(
        min_length=1, description="those that are expected, others are flagged wrong_language [ISO 639-1]"
    )
    decisions: dict[str, Decision] = Field(
        description="rules decided otherwise than docs/rules.md says, by reason code [reject|repair|flag|ignore]"
    )
    drops: dict[str, DropParams] = Field(
        description="what you know better about a file, by its name: header, label, text, delimiter, encoding [map]"
    )
    minimum_drop_rows: int = Field(ge=0, description="valid rows expected of each file [rows]")
    text_characters: tuple[int, int] = Field(
        description="length expected of 99 % of a file's texts, from and to [characters]"
    )
    maximum_quarantined: float = Field(
        ge=0, le=1, description="share of a file expected at most in quarantine [0..1]"
    )
    maximum_flagged: float = Field(
        ge=0, le=1, description="share of a file expected at most to carry one flag [0..1]"
    )
    maximum_class_shift: float = Field(
        ge=0, description="expected distance at most of a file's class shares from the files before (KL) [nats]"
    )
    drift_size: float = Field(
        ge=0, le=1, description="size from which a difference between files is called drift [0..1]"
    )

    @model_validator(mode="after")
    def decisions_are_possible(self) -> Self:
        """Decisions name rules, and what cannot be used stays rejected."""
        if unknown := sorted(set(self.decisions) - set(RULES)):
            raise ValueError(f"decisions: no rule {', '.join(unknown)}; docs/rules.md lists them")
        if fixed := sorted(code for code, to in self.decisions.items() if RULES[code].fixed and to != "reject"):
            raise ValueError(f"decisions: {', '.join(fixed)} can only be rejected")
        if strangers := sorted(set(self.home_languages) - set(self.languages)):
            raise ValueError(f"home_languages: {', '.join(strangers)} must stand in languages too")
        return self

    def decision(self, code: str) -> Decision:
        """What is done about a finding."""
        return self.decisions.get(code, RULES[code].decision)


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
