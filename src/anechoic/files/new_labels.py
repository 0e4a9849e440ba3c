"""The classes of a `labels:` block that a taxonomy lacks yet."""

import yaml

from anechoic.files.taxonomy import ID, Taxonomy
from anechoic.project.schema import Labels


def new_labels(block: str, labels: Labels | None) -> list[str]:
    """A `labels:` block and the taxonomy there is -> the block's lines of classes that it lacks, without indent.

    A class keeps its id where that is free, else it is numbered on from the highest.
    """
    lines = [line.strip() for line in block.splitlines()[1:]]
    taxonomy, found = Taxonomy.of(labels) if labels else Taxonomy({}), dict[int, str]()
    for label_id, value in (line.split(": ", 1) for line in lines if line and not line.startswith("#")):
        name = str(yaml.safe_load(value)["name"])
        if taxonomy.holds(name):
            continue
        taken = {*taxonomy.names, *found}
        own = int(float(name)) if ID.fullmatch(name) else int(label_id)
        found[max(taken) + 1 if own in taken else own] = value
    return [f"{label_id}: {value}" for label_id, value in found.items()]
