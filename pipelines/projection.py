"""Stage projection: clean, inbox and their vectors -> projection, reports/projection.json."""

from anechoic.project import io
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, EMBEDDINGS, INBOX, INBOX_EMBEDDINGS, PROJECTION
from anechoic.projection.projection import inbox_rows, labelled_rows, projection
from anechoic.projection.schema import ProjectionParams
from pipelines import run


def main() -> None:
    """Lay every text on a map."""
    params = io.read_params("projection", ProjectionParams)
    labelled = labelled_rows(io.read(CLEAN), io.read(EMBEDDINGS))
    inbox = inbox_rows(io.read(INBOX), io.read(INBOX_EMBEDDINGS))
    table, report = projection(labelled, inbox, params)
    io.write(PROJECTION, table)
    io.write_report("reports/projection.json", report)
    say(report.sentences())


if __name__ == "__main__":
    run(main)
