"""The taxonomy that labelled files imply, as a block for params.yaml, and what to ask about it."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

import yaml
from rapidfuzz.distance import OSA

from anechoic.files.read import UNKNOWN, label_of, read_drop
from anechoic.files.taxonomy import ID, SURE_BREAK, parts_of, spelling
from anechoic.project.errors import DataError
from anechoic.project.schema import DropParams
from anechoic.text.shown import shown

FILES_NAMED = 5  # in a message
MAX_CLASSES = 400  # beyond that the column holds something else
SLIP_RECORDS, TYPICAL_RECORDS = 1, 20  # a label of one record beside classes of twenty is a slip, not a class
TYPO_TIMES = 10  # a class has so many times the records of its misspelling
TYPO_LETTERS = 4  # fewest of a label that may be a misspelling: `yes` and `yet` are two words
SHOWN = 10  # fields of several labels
LONG_LETTERS = 8  # from which two letters may differ, below it one


@dataclass(frozen=True)
class _Counts:
    """Labels of files by their commonest spelling, and what stands in their column without being one label."""

    classes: Counter[str]
    missing: Counter[str]
    several: Counter[str]


def implied_labels(
    drops: Mapping[str, bytes | OSError], known: Mapping[str, DropParams] | None = None
) -> tuple[dict[int, str], list[str]]:
    """Labelled files -> names by id, and labels left out as slips.

    Ids are as they stand where all labels are numbers, else names are numbered from 1. Names in different case,
    Unicode form, spacing or hyphens are one name, in the spelling used most. What stands for no label (`nan`) and
    fields of several labels are no classes. Raises DataError when no file holds a label, or none that repeats.
    """
    return _implied(_counted(drops, known or {}).classes)


def _implied(counts: Counter[str]) -> tuple[dict[int, str], list[str]]:
    typical = median(counts.values())
    rare = [
        name
        for name, count in counts.items()
        if count <= SLIP_RECORDS and (typical >= TYPICAL_RECORDS or _meant(name, counts))
    ]
    names = sorted(set(counts) - set(rare), key=str.casefold)
    if not all(map(ID.fullmatch, names)):
        return dict(enumerate(names, start=1)), rare
    return {label_id: str(label_id) for label_id in sorted({int(spelling(name)) for name in names})}, rare


def _counted(drops: Mapping[str, bytes | OSError], known: Mapping[str, DropParams]) -> _Counts:
    """How often each label stands in the files, by its commonest spelling."""
    found = Counter[str]()
    unread = []
    for name, content in drops.items():
        drop = read_drop(name, "raw", content, UNKNOWN, known.get(name))
        unread += [f"{name}: {record.detail}" for record in drop.records if record.problem == "unreadable_file"]
        found.update(label_of(record, drop.layout) for record in drop.records)
    del found[""]
    missing = Counter({label: count for label, count in found.items() if UNKNOWN.lacks(label)})
    labels = _folded(found - missing)
    several = Counter({label: labels[label] for label in _of_several(labels)})
    counts = labels - several
    if not counts and unread:
        raise DataError(f"No label, for nothing could be read. {unread[0]}")
    if not counts:
        files = ", ".join(list(drops)[:FILES_NAMED]) or "no file"
        raise DataError(
            f"No label in {files}. Put CSVs of `label,text` there; texts without one go to data/inbox/."
        )
    if len(counts) > MAX_CLASSES:
        some = ", ".join(map(repr, sorted(counts)[:3]))
        raise DataError(
            f"{len(counts)} different labels (such as {some}): that is no column of labels. Name the right one in "
            "the file's header (`label`) or in params.yaml validate.drops."
        )
    return _Counts(counts, missing, several)


def _folded(found: Counter[str]) -> Counter[str]:
    """Labels as they were found -> by their commonest spelling, in composed Unicode (NFC)."""
    spelled: dict[str, str] = {}
    folded = Counter[str]()
    for label, count in sorted(found.items(), key=lambda item: (-item[1], item[0])):
        composed = spelling(label) if ID.fullmatch(label) else unicodedata.normalize("NFC", label)
        folded[spelled.setdefault(spelling(label), composed)] += count
    return folded


def _of_several(labels: Counter[str]) -> list[str]:
    """Fields that hold several labels: parted by what stands in no name, or into what all stands alone too."""
    ways = {label: parts_of(label) for label in labels}
    alone = {spelling(label) for label, each in ways.items() if not each}
    repeated = Counter(
        part
        for each in ways.values()
        for between, parts in each
        if between is SURE_BREAK
        for part in {spelling(part) for part in parts}
    )
    known = alone | {part for part, count in repeated.items() if count > 1}
    return [
        label
        for label, each in ways.items()
        if any(
            any(spelling(part) in known for part in parts)
            if between is SURE_BREAK
            else all(spelling(part) in alone for part in parts)
            for between, parts in each
        )
    ]


def _meant(name: str, counts: Counter[str]) -> str:
    """The far commoner label that a rare one may be a misspelling of; empty where there is none."""
    if len(name) < TYPO_LETTERS or ID.fullmatch(name):
        return ""
    most = 2 if len(name) >= LONG_LETTERS else 1
    near = {
        other: distance
        for other, count in counts.items()
        if count >= TYPO_TIMES * counts[name]
        and _digits(other) == _digits(name)
        and (distance := OSA.distance(spelling(name), spelling(other), score_cutoff=most)) <= most
    }
    return min(near, key=lambda other: (near[other], -counts[other], other), default="")


def _digits(name: str) -> str:
    return "".join(filter(str.isdigit, name))


def labels_block(drops: Mapping[str, bytes | OSError], known: Mapping[str, DropParams] | None = None) -> str:
    """Labelled files -> the `labels:` block for params.yaml; comments say what was left out and what to ask."""
    counts = _counted(drops, known or {})
    names, rare = _implied(counts.classes)
    lines = ["labels:"]
    personal = [name for name in names.values() if shown(name) != name]  # names no class, and params.yaml is in git
    for label_id, name in names.items():
        if name in personal:
            continue
        value = yaml.safe_dump(
            {"name": name, "meaning": ""},
            default_flow_style=True,
            sort_keys=False,
            width=10_000,
            allow_unicode=True,
        )
        lines.append(f"  {label_id}: {value.strip()}")
    return "\n".join(lines + [f"  # {line}" for line in _comments(counts, rare, personal)]) + "\n"


def _comments(counts: _Counts, rare: list[str], personal: list[str]) -> list[str]:
    """What was left out, and what somebody should be asked."""
    lines = [
        f"left out, it holds personal data: {shown(name)!r} ({counts.classes[name]} records)" for name in personal
    ]
    for name in sorted(rare):
        meant = _meant(name, counts.classes)
        asked = (
            f"; is it {meant!r} ({counts.classes[meant]} records)? Then write it so in the file." if meant else ""
        )
        lines.append(f"left out, one record has it: {shown(name)!r}{asked}")
    for name in sorted(set(counts.classes) - set(rare) - set(personal)):
        count, meant = counts.classes[name], _meant(name, counts.classes)
        if meant:
            lines.append(
                f"{name!r} ({count} records) beside {meant!r} ({counts.classes[meant]} records): "
                "are they one? Then mend it in the file."
            )
        elif count <= SLIP_RECORDS and sum(counts.classes.values()) > len(counts.classes):
            lines.append(f"one record has {name!r}: is it a class? A class needs two records or more.")
    for name, count in sorted(counts.missing.items()):
        lines.append(f"left out, it stands for no label: {shown(name)!r} ({count} records)")
    several = sorted(counts.several.items(), key=lambda item: (-item[1], item[0]))
    lines += [
        f"left out, several labels in one field: {shown(name)!r} ({count} records)"
        for name, count in several[:SHOWN]
    ]
    if len(several) > SHOWN:
        rest = sum(count for _, count in several[SHOWN:])
        lines.append(f"and {len(several) - SHOWN} more such fields ({rest} records)")
    return lines
