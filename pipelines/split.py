"""Stage split: clean, embeddings, groups, pairs, decisions -> split, ledger, reports/split.json, the lock."""

from anechoic.numeric.arrays import matrix
from anechoic.project import io
from anechoic.project.stage import say
from anechoic.project.tables import (
    CLEAN,
    DECISIONS,
    EMBEDDINGS,
    GROUPS,
    INBOX_EMBEDDINGS,
    LEDGER,
    PAIRS,
    QUARANTINE,
    SPLIT,
)
from anechoic.review.decisions import obeyed
from anechoic.split.schema import SplitParams
from anechoic.split.split import SplitTables, split
from anechoic.split.train_test_shift import ShiftVectors
from pipelines import run


def main() -> None:
    """Give every row its side, the remembered one where it has one."""
    params = io.read_params("split", SplitParams)
    clean, lock = io.read(CLEAN), io.read_text("data/split.lock")
    vectors = ShiftVectors(io.read(EMBEDDINGS), matrix(io.read(INBOX_EMBEDDINGS)["vector"]))
    decisions = io.read(DECISIONS)
    dropped = dict.fromkeys(obeyed(decisions, "drop")["left"], "review_drop")
    tables = SplitTables(clean, io.read(GROUPS), io.read(PAIRS), io.read(QUARANTINE))
    result = split(tables, params, lock=lock, vectors=vectors, decided=dropped, decisions=decisions)
    io.write(SPLIT, result.split)
    io.write(LEDGER, result.ledger)
    io.write_report("reports/split.json", result.report)
    io.write_text("data/split.lock", result.lock)
    say(result.report.sentences())


if __name__ == "__main__":
    run(main)
