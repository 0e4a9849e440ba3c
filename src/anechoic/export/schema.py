"""The knobs of the stage export and the columns of what it writes."""

from pydantic import Field

from anechoic.project.schema import Params


class ExportParams(Params):
    """Knobs of the stage export."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$",
        description="the data set's name on its card [letters, digits, - _ .]",
    )
    licence: str = Field(
        pattern=r"^[a-z0-9][a-z0-9.-]*$",
        description="what others may do with the texts: an id that the Hugging Face Hub knows, or unknown [id]",
    )


SPLIT = "train, validation, test, exam, or excluded; in the atlas also inbox"

# What the columns of the exported tables mean to somebody who never saw the pipeline.
ROW_COLUMNS = {
    "text": "the text: encoding repaired, white space tidied, personal data masked",
    "label": "the name of its class",
    "label_id": "the number of the class in the files it came from",
    "weight": "how much the row counts in training; 0: marked, not used",
    "group_id": "rows of one group say the same: never put them on two sides",
    "row_id": "stays the same as long as the record does",
    "file": "the file it came from",
    "line": "the line of that file on which it starts",
}
ALL_COLUMNS = ROW_COLUMNS | {
    "split": SPLIT,
    "reason": "why it stands there",
}
PAIR_COLUMNS = {
    "sentence1": "a text of the training side",
    "sentence2": "another one",
    "score": "probability that the two say the same",
    "kind": "exact, near, rephrase: the same; opposite, neighbour: not",
}
ATLAS_COLUMNS = {
    "row_id": ROW_COLUMNS["row_id"],
    "text": ROW_COLUMNS["text"],
    "label": ROW_COLUMNS["label"],
    "x": "place on the map, to the right; near texts say similar things, the axes mean nothing",
    "y": "place on the map, upwards",
    "file": ROW_COLUMNS["file"],
    "line": ROW_COLUMNS["line"],
    "split": SPLIT,
    "group_id": ROW_COLUMNS["group_id"],
    "group_size": "rows of its group",
    "predicted": "what the classifier says; empty for the inbox, see data/predictions/",
    "right": "right or wrong; of rows of train it says little, for the classifier learned from them",
}
