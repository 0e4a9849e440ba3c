"""The account of an intake: what each file was, what was odd about its records, which labels stand in texts."""

from collections import Counter
from collections.abc import Callable, Iterable

import polars as pl

from anechoic.files.read import Drop
from anechoic.project.schema import Labels
from anechoic.text.pii import mask
from anechoic.validate.rules import RULES, Decision
from anechoic.validate.schema import DropIntake, Finding, IntakeReport, LabelMention


def account(
    drops: list[Drop],
    records: pl.DataFrame,
    rows: pl.DataFrame,
    quarantine: pl.DataFrame,
    labels: Labels,
    decision: Callable[[str], Decision],
) -> IntakeReport:
    """The report, but for expectations and drift.

    records: all of them, with codes; rows, quarantine: its parts; decision: what is done about a code.
    """
    used = set(rows.filter(pl.col("role") == "raw")["label_id"])
    return IntakeReport(
        records=records.height,
        valid=rows.height,
        quarantined=quarantine.height,
        reasons=_counts(quarantine["reason"]),
        flags=_counts(rows["flags"].explode().drop_nulls()),
        drops=_drops(drops, rows, quarantine),
        findings=_findings(records, decision),
        unused_labels=[name for label_id, name in labels.names().items() if label_id not in used],
        label_mentions=label_mentions(rows.filter(pl.col("role") == "raw"), labels),
        expectations=[],
        drift=[],
    )


def _counts(codes: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(codes).items()))


def _drops(drops: list[Drop], rows: pl.DataFrame, quarantine: pl.DataFrame) -> list[DropIntake]:
    kept, set_aside = (Counter(frame.select("role", "drop").iter_rows()) for frame in (rows, quarantine))
    return [
        DropIntake(
            drop=drop.name,
            role=drop.role,
            records=len(drop.records),
            valid=kept[drop.role, drop.name],
            quarantined=set_aside[drop.role, drop.name],
            encoding=drop.encoding,
            delimiter=drop.delimiter,
            header=drop.layout.header,
            evidence=drop.layout.evidence,
        )
        for drop in drops
    ]


def _findings(records: pl.DataFrame, decision: Callable[[str], Decision]) -> list[Finding]:
    """Each oddity with its count by file and its first example."""
    hits = records.select("drop", "line", "raw", "codes").explode("codes").drop_nulls("codes")
    told = []
    for code in (code for code in RULES if code in set(hits["codes"])):
        part = hits.filter(pl.col("codes") == code)
        drop, line, raw, _ = part.row(0)
        example = f"{drop}:{line}: {mask(raw[:120])[0]}"  # reports travel further than data
        rule, by_drop = RULES[code], _counts(part["drop"])
        told.append(
            Finding(
                code=code,
                decision=decision(code),
                meaning=rule.meaning,
                records=part.height,
                drops=by_drop,
                example=example,
            )
        )
    return told


def label_mentions(raw: pl.DataFrame, labels: Labels) -> list[LabelMention]:
    """Classes whose name, of four letters or more, stands in at least three texts, most first."""
    texts = raw["repaired"].str.to_lowercase()
    found = []
    for label_id, name in labels.names().items():
        name = name.strip()
        if sum(map(str.isalpha, name)) < 4:
            continue
        holds = texts.str.contains(name.lower(), literal=True)
        if (count := int(holds.sum())) >= 3:
            verbatim = int(raw["repaired"].str.contains(name, literal=True).sum())
            own = int((holds & (raw["label_id"] == label_id)).sum())
            found.append(LabelMention(label=name, texts=count, verbatim=verbatim, own_share=own / count))
    return sorted(found, key=lambda mention: (-mention.texts, mention.label))
