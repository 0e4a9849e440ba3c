"""The report of an intake: what each file was, what was odd about its records, which labels stand in texts."""

from collections import Counter
from collections.abc import Iterable, Mapping

import polars as pl

from anechoic.files.read import Drop
from anechoic.files.taxonomy import Taxonomy
from anechoic.project.schema import Labels
from anechoic.text.shown import shown_record
from anechoic.validate.notices import lost_labels, notices
from anechoic.validate.rules import RULES
from anechoic.validate.schema import Decision, DropIntake, Finding, IntakeReport, LabelMention

EXAMPLE = 120  # characters of a record that the report shows
MENTION_LETTERS = 4  # fewest of a class's name that is looked for: shorter ones stand in any text
MENTION_TEXTS = 3  # fewest texts that hold a name before it is told


def summarize(
    drops: list[Drop], records: pl.DataFrame, labels: Labels, decided: Mapping[str, Decision]
) -> IntakeReport:
    """The report, but for expectations and drift.

    records: those of all drops, with codes and reason (empty: the record is a row); decided: what is done about
    each code.
    """
    rows, quarantine = records.filter(pl.col("reason") == ""), records.filter(pl.col("reason") != "")
    raw = rows.filter(pl.col("role") == "raw")
    used = set(raw["label_id"])
    lost = lost_labels(records.filter(pl.col("role") == "raw"), Taxonomy.of(labels))
    return IntakeReport(
        records=records.height,
        valid=rows.height,
        quarantined=quarantine.height,
        reasons=_counts(quarantine["reason"]),
        flags=_counts(rows["codes"].explode().drop_nulls()),
        drops=_drops(drops, rows, quarantine),
        findings=_findings(records, decided),
        notices=notices(drops, records, lost, decided["several_labels"]),
        lost_labels=lost,
        unused_labels=[name for label_id, name in labels.names().items() if label_id not in used],
        label_mentions=label_mentions(raw, labels),
        expectations=[],
        drift=[],
    )


def _counts(codes: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(codes).items()))


def _drops(drops: list[Drop], rows: pl.DataFrame, quarantine: pl.DataFrame) -> list[DropIntake]:
    """What each file turned out to be, in the order of the drops."""
    valid, set_aside = (Counter(part.select("role", "drop").iter_rows()) for part in (rows, quarantine))
    return [
        DropIntake(
            drop=drop.name,
            role=drop.role,
            records=len(drop.records),
            valid=valid[drop.role, drop.name],
            quarantined=set_aside[drop.role, drop.name],
            encoding=drop.encoding,
            delimiter=drop.delimiter,
            header=drop.layout.header,
            evidence=drop.layout.evidence,
        )
        for drop in drops
    ]


def _findings(records: pl.DataFrame, decided: Mapping[str, Decision]) -> list[Finding]:
    """Each oddity with its count by file and its first example, in the order of the rules."""
    hits = records.select("drop", "line", "raw", "codes").explode("codes").drop_nulls("codes")
    broken = set(hits["codes"])
    return [_finding(code, hits.filter(pl.col("codes") == code), decided[code]) for code in RULES if code in broken]


def _finding(code: str, hits: pl.DataFrame, decision: Decision) -> Finding:
    first = hits.row(0, named=True)
    return Finding(
        code=code,
        decision=decision,
        meaning=RULES[code].meaning,
        records=hits.height,
        drops=_counts(hits["drop"]),
        example=f"{first['drop']}:{first['line']}: {shown_record(first['raw'], EXAMPLE)}",
    )


def label_mentions(raw: pl.DataFrame, labels: Labels) -> list[LabelMention]:
    """Raw rows -> classes whose name, of four letters or more, stands in at least three texts, most first."""
    texts = raw["repaired"].str.to_lowercase()
    mentions = []
    for label_id, name in labels.names().items():
        name = name.strip()
        if sum(map(str.isalpha, name)) < MENTION_LETTERS:
            continue
        holds = texts.str.contains(name.lower(), literal=True)
        count = int(holds.sum())
        if count < MENTION_TEXTS:
            continue
        verbatim = int(raw["repaired"].str.contains(name, literal=True).sum())
        own = int((holds & (raw["label_id"] == label_id)).sum())
        mentions.append(LabelMention(label=name, texts=count, verbatim=verbatim, own_share=own / count))
    return sorted(mentions, key=lambda mention: (-mention.texts, mention.label))
