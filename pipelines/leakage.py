"""Stage leakage: clean, embeddings, groups, split, inbox -> reports/leakage.json."""

from anechoic.augmented.declared import declared
from anechoic.augmented.schema import MadeKnobs
from anechoic.leakage.leakage import Beside, leakage
from anechoic.leakage.schema import LeakageParams
from anechoic.numeric.arrays import matrix
from anechoic.project import io
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS, INBOX_EMBEDDINGS, SPLIT
from pipelines import run


def main() -> None:
    """Say what a random test would have said, and what an honest one says."""
    params = io.read_params("leakage", LeakageParams)
    inbox = matrix(io.read(INBOX_EMBEDDINGS)["vector"])
    clean, knobs = io.read(CLEAN), io.read_params("split", MadeKnobs)
    made = declared(clean, knobs.augmented, knobs.source_column)
    tables = io.read(EMBEDDINGS), io.read(GROUPS), io.read(SPLIT)
    report = leakage(clean, *tables, params, beside=Beside(inbox, made))
    io.write_report("reports/leakage.json", report)
    say(report.sentences())


if __name__ == "__main__":
    run(main)
