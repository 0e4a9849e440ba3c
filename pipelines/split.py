"""Stage split: clean, embeddings, groups, pairs, inbox, review -> split, ledger, reports/split.json, the lock."""

from anechoic.embed.embed import vectors_of
from anechoic.embed.schema import EmbedParams
from anechoic.normalize.inbox import inbox_texts
from anechoic.project import folders, io
from anechoic.project.schema import Labels
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS, LEDGER, PAIRS, QUARANTINE, SPLIT
from anechoic.review.decisions import read_decisions
from anechoic.split.schema import SplitParams
from anechoic.split.split import SplitTables, split
from anechoic.split.train_test_shift import ShiftVectors
from pipelines import run


def main() -> None:
    """Give every row its side, the remembered one where it has one."""
    params = io.read_params("split", SplitParams)
    embeddings, lock = io.read(EMBEDDINGS), io.read_text("data/split.lock")
    inbox = inbox_texts(folders.read_drops("data/inbox"))
    vectors = ShiftVectors(embeddings, vectors_of(inbox, io.read_params("embed", EmbedParams).model))
    clean = io.read(CLEAN)
    decisions = read_decisions(folders.read_drops("data/review"), clean, io.read_params("labels", Labels))
    dropped = dict.fromkeys(decisions.drop, "review_drop")
    tables = SplitTables(clean, io.read(GROUPS), io.read(PAIRS), io.read(QUARANTINE))
    result = split(tables, params, lock=lock, vectors=vectors, decided=dropped)
    io.write(SPLIT, result.split)
    io.write(LEDGER, result.ledger)
    io.write_report("reports/split.json", result.report)
    io.write_text("data/split.lock", result.lock)


if __name__ == "__main__":
    run(main)
