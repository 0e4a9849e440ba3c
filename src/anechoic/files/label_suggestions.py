"""The taxonomy that labelled files imply, as a block for params.yaml."""

from collections import Counter
from collections.abc import Mapping
from statistics import median

import yaml

from anechoic.files.read import UNKNOWN, label_of, read_drop
from anechoic.files.taxonomy import ID
from anechoic.project.errors import DataError
from anechoic.project.schema import DropParams
from anechoic.text.shown import shown

MAX_CLASSES = 400  # beyond that the column holds something else
SLIP_RECORDS, TYPICAL_RECORDS = 1, 20  # a label of one record beside classes of twenty is a slip, not a class


def implied_labels(
    drops: Mapping[str, bytes | OSError], known: Mapping[str, DropParams] | None = None
) -> tuple[dict[int, str], list[str]]:
    """Labelled files -> names by id, and labels left out as slips.

    Ids are as they stand where all labels are numbers, else names are numbered from 1. Names in different case are
    one name, in the spelling used most. Raises DataError when no file holds a label, or none that repeats.
    """
    counts = _counted(drops, known or {})
    typical = median(counts.values())
    rare = [name for name, count in counts.items() if count <= SLIP_RECORDS and typical >= TYPICAL_RECORDS]
    names = sorted(set(counts) - set(rare), key=str.casefold)
    if not all(map(ID.fullmatch, names)):
        return dict(enumerate(names, start=1)), rare
    return {label_id: str(label_id) for label_id in sorted({int(float(name)) for name in names})}, rare


def _counted(drops: Mapping[str, bytes | OSError], known: Mapping[str, DropParams]) -> Counter[str]:
    """How often each label stands in the files, by its commonest spelling."""
    counts = Counter[str]()
    for name, content in drops.items():
        drop = read_drop(name, "raw", content, UNKNOWN, known.get(name))
        counts.update(label_of(record, drop.layout) for record in drop.records)
    del counts[""]
    if not counts:
        raise DataError(f"No label in {len(drops)} files. Put CSVs of `label,text` there.")
    spelled: dict[str, str] = {}
    folded = Counter[str]()
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        folded[spelled.setdefault(name.casefold(), name)] += count
    if len(folded) > MAX_CLASSES:
        some = ", ".join(map(repr, sorted(folded)[:3]))
        raise DataError(
            f"{len(folded)} different labels (such as {some}): that is no column of labels. Name the right one in "
            "the file's header (`label`) or in params.yaml validate.drops."
        )
    return folded


def labels_block(drops: Mapping[str, bytes | OSError], known: Mapping[str, DropParams] | None = None) -> str:
    """Labelled files -> the `labels:` block for params.yaml; slips stand in it as comments."""
    names, rare = implied_labels(drops, known)
    lines = ["labels:"]
    for label_id, name in names.items():
        value = yaml.safe_dump(
            {"name": name, "meaning": ""},
            default_flow_style=True,
            sort_keys=False,
            width=10_000,
            allow_unicode=True,
        )
        lines.append(f"  {label_id}: {value.strip()}")
    lines += [f"  # left out, one record has it: {shown(name)!r}" for name in sorted(rare)]
    return "\n".join(lines) + "\n"
