"""Stage normalize: rows, data/review, data/inbox -> clean, decisions, inbox."""

from anechoic.normalize.inbox import inbox_table
from anechoic.normalize.normalize import normalize
from anechoic.project import folders, io
from anechoic.project.schema import Labels
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, DECISIONS, INBOX, ROWS
from anechoic.review.decisions import outcome, read_decisions, relabelled
from pipelines import run


def main() -> None:
    """Tidy every text; labels that people corrected are put right here, so that every later stage sees them."""
    labels = io.read_params("labels", Labels)
    clean = normalize(io.read(ROWS))
    decisions = read_decisions(folders.read_drops("data/review"), clean, labels)
    io.write(CLEAN, relabelled(clean, decisions, labels))
    io.write(DECISIONS, decisions)
    inbox = inbox_table(folders.read_drops("data/inbox"))
    io.write(INBOX, inbox)
    answers, asked = outcome(decisions), inbox["record"].len() - inbox["file"].n_unique()
    say([f"{clean.height:,} rows; {answers.applied:,} answers of data/review/ hold; {asked:,} inbox records"])
    say(f"answer not applied: {stale}" for stale in answers.stale)


if __name__ == "__main__":
    run(main)
