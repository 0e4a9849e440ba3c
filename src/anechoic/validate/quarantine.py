"""data/quarantine/: the records that could not be used, as files that people mend and drop in again."""

import csv
from io import StringIO

import polars as pl

from anechoic.files.columns.layout import QUARANTINE_COLUMNS
from anechoic.text.formulas import disarm

README = """Records that could not be used, one CSV for each file they came from; made anew by each run.

Each line holds the record's label and text (as far as they could be told), the reason it was set aside, what to
do about it, and the record as it stood in its file. To use one: put its label or text right here, delete the
lines you give up, and save the file under a new name in data/raw/ (in data/exam/ for files below exam/). The other
columns are recognised; an apostrophe before a formula is taken off again. Then run `dvc repro`.

Personal data stands here in clear, for a masked record could not be used: keep the folder out of git, as it is.
"""


def quarantine_files(quarantine: pl.DataFrame) -> dict[str, str]:
    """Quarantine -> the text of each file by its name: a README and one CSV a drop, the exam's below `exam/`.

    No spreadsheet runs what stands in them: a formula is disarmed by an apostrophe.
    """
    files = {"README.md": README}
    for (role, drop), part in quarantine.group_by(["role", "drop"], maintain_order=True):
        stream = StringIO()
        plain = csv.writer(stream, lineterminator="\n")
        quoted = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        plain.writerow(QUARANTINE_COLUMNS)
        for line in part.iter_rows(named=True):
            shown = line | _label_and_text(line)
            fields = [disarm(str(shown[name])) for name in QUARANTINE_COLUMNS]
            # Python 3.11 quotes the line ends it writes itself, and a lone carriage return ends a line for readers.
            writer = quoted if any("\r" in field for field in fields) else plain
            writer.writerow(fields)
        name = str(drop) if role == "raw" else f"exam/{drop}"
        files[name if name.lower().endswith(".csv") else f"{name}.csv"] = stream.getvalue()
    return files


def _label_and_text(line: dict[str, object]) -> dict[str, object]:
    """Those of a record; of one that could not be parsed, a guess: what stands around the first comma."""
    if not line["problem"]:
        return {"label": line["given_label"], "text": line["text"]}
    label, _, text = str(line["raw"]).partition(",")
    return {"label": label.strip('" '), "text": text.strip('" ')} if text else {"label": "", "text": label}
