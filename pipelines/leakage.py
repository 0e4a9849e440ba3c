"""Stage leakage: clean, embeddings, groups, split, inbox -> reports/leakage.json."""

from anechoic.leakage.leakage import leakage
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
    report = leakage(io.read(CLEAN), io.read(EMBEDDINGS), io.read(GROUPS), io.read(SPLIT), params, inbox=inbox)
    io.write_report("reports/leakage.json", report)
    say(report.sentences())


if __name__ == "__main__":
    run(main)
