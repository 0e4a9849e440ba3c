"""What a person should know of the files before any figure: said once, on the console and on top of the report."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

import polars as pl

from anechoic.files.read import Drop
from anechoic.files.taxonomy import Taxonomy, spelling
from anechoic.project.model_registry import languages_read
from anechoic.validate.schema import Decision, LostLabel

LEAST_LOST = 5  # records of an unknown label, below which it is a slip or two
TYPO_RATIO = 80  # similarity to a class with rows, 0 to 100, from which a label is that class misspelled
CLASS_SIZE = 0.5  # of the median class, from which an unknown label has as many records as a class
FOREIGN_SHARE = 0.1  # of the rows whose language is told, from which it is said that the encoder cannot read them
SHOWN = 3  # classes or languages that a sentence names


def notices(
    drops: Sequence[Drop], records: pl.DataFrame, lost: Sequence[LostLabel], decided: Decision
) -> list[str]:
    """Files and their records -> sentences about labels: no column, a doubtful one, lost classes, several a field.

    records: drop, codes. decided: what is done about fields of several labels.
    """
    unlabelled = [drop for drop in drops if drop.records and not drop.layout.labelled]
    sentences = [_no_labels(drop) for drop in unlabelled]
    sentences += [
        f"{drop.name}: {drop.layout.doubt}; name the right one in params.yaml validate.drops."
        for drop in drops
        if drop.layout.labelled and drop.layout.doubt
    ]
    sentences += [each.told for each in lost]
    several = records.filter(pl.col("codes").list.contains("several_labels"))
    if several.height:
        done = "were set aside" if decided == "reject" else "were read as their first"
        other = "repair" if decided == "reject" else "reject"
        sentences.append(
            f"{several.height} records hold several labels in one field ({several['given_label'][0]!r}) and "
            f"{done}; params.yaml validate.decisions `several_labels: {other}` does otherwise."
        )
    return sentences


def _no_labels(drop: Drop) -> str:
    columns = ", ".join(drop.layout.columns) if drop.layout.header else "without a header"
    doubt = f" ({drop.layout.doubt})" if drop.layout.doubt else ""
    return (
        f"{drop.name} has no label column ({columns}): did you mean data/inbox/, where texts are classified? Or "
        f"name it in params.yaml validate.drops{doubt}."
    )


def lost_labels(records: pl.DataFrame, taxonomy: Taxonomy) -> list[LostLabel]:
    """Records -> unknown labels that hold a class's worth of them, most first: a class that was renamed, or is new.

    records: drop, line, given_label, label, reason. A run stops for one where a class is left without any row.
    """
    unknown = records.filter(pl.col("reason") == "label_unknown")
    kept = Counter(records.filter(pl.col("reason") == "")["label"])
    typical = median(kept.values()) if kept else 0
    empty = [f"{label_id} {name!r}" for label_id, name in taxonomy.names.items() if not kept[name]]
    counts = Counter(map(spelling, unknown["given_label"]))
    lost = []
    for key, count in counts.most_common():
        if count < LEAST_LOST:
            break
        first = next(each for each in unknown.iter_rows(named=True) if spelling(each["given_label"]) == key)
        near = taxonomy.nearest(first["given_label"])
        half = near is not None and count >= kept[taxonomy.names[near]]
        if half or count >= CLASS_SIZE * typical:
            lost.append(_lost(first, count, taxonomy, kept, empty))
    return lost


def _lost(
    first: dict[str, object], count: int, taxonomy: Taxonomy, kept: Counter[str], empty: Sequence[str]
) -> LostLabel:
    given = str(first["given_label"])
    near = taxonomy.nearest(given)
    typo = (same := taxonomy.nearest(given, TYPO_RATIO)) is not None and kept[taxonomy.names[same]] > 0
    nearest = bare = ""
    if near is not None:
        rows = kept[taxonomy.names[near]] or "no"
        nearest = f" The nearest class is {near} {taxonomy.names[near]!r} with {rows} rows."
    if empty:
        more = f" and {len(empty) - SHOWN} more" if len(empty) > SHOWN else ""
        bare = f" Without any row: {', '.join(empty[:SHOWN])}{more}: was one renamed?"
    return LostLabel(
        label=given,
        records=count,
        nearest="" if near is None else taxonomy.names[near],
        stops=bool(empty) and not typo,
        told=f"All {count} records labelled {given!r} were set aside (the first: {first['drop']} line "
        f"{first['line']}): params.yaml labels has no such class.{nearest}{bare} Write the name that the files use "
        "into params.yaml, or mend the files; a class that nothing carries can be taken out of params.yaml.",
    )


def language_notice(rows: pl.DataFrame, encoder: str) -> str:
    """Rows and the encoder's name -> a sentence where many are in languages it does not read; else empty.

    rows: language (null: not told, or letters of none that was looked for), flags.
    """
    read = languages_read(encoder)
    foreign_letters = pl.col("language").is_null() & pl.col("flags").list.contains("wrong_language")
    told = rows.select(language=pl.when(foreign_letters).then(pl.lit("others")).otherwise(pl.col("language")))
    counts = Counter(told["language"].drop_nulls())
    foreign = Counter({language: count for language, count in counts.items() if language not in read})
    if not read or foreign.total() < max(LEAST_LOST, FOREIGN_SHARE * counts.total()):
        return ""
    shown = ", ".join(f"{count:,} in {language}" for language, count in foreign.most_common(SHOWN))
    return (
        f"{foreign.total():,} of {rows.height:,} rows are not in the language that the encoder {encoder} reads "
        f"({', '.join(sorted(read))}): {shown}. Their rewordings and translations are mostly not found, so the "
        "effective rows and the honest test are too high for them, and the classifier hardly understands them. "
        "Take a multilingual encoder: params.yaml embed.model, a folder or a hub id such as "
        "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2."
    )
