"""The inbox as a table: every record of the unlabelled files, with the text that will be classified."""

from collections.abc import Mapping

import polars as pl

from anechoic.files.unlabelled import read_inbox
from anechoic.project.tables import Inbox
from anechoic.text.repair import canonicalize

HEADER = 0  # the record that holds the names of a file's columns


def inbox_table(files: Mapping[str, bytes | OSError]) -> pl.DataFrame:
    """The files of data/inbox/ -> the table inbox, in their order; a file that cannot be read has its header alone.

    Record 0 of each file holds the names of its columns, and as its problem why the whole of it cannot be
    classified.
    """
    lines = []
    for name, content in files.items():
        file = read_inbox(name, content)
        lines.append((name, HEADER, 0, "", list(file.columns), "", "", file.problem))
        for record, text in zip(file.records, file.texts, strict=True):
            canonical = "" if file.problem else canonicalize(text)
            place = (name, record.record, record.line, record.raw)
            lines.append((*place, list(record.fields), text, canonical, record.problem))
    return Inbox.validate(pl.DataFrame(lines, schema=dict(Inbox.create_empty().schema), orient="row"))
