"""Stage export: tables and reports -> data/export/: parquet, CSV, cards, Croissant."""

from anechoic.echoes.schema import EchoesReport
from anechoic.evaluate.schema import EvaluationReport
from anechoic.export.cards import Known
from anechoic.export.export import export
from anechoic.export.frames import ExportTables
from anechoic.export.schema import ExportParams
from anechoic.leakage.schema import LeakageReport
from anechoic.project import folders, io
from anechoic.project.schema import Labels
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, GROUPS, INBOX, PAIRS, PREDICTIONS, PROJECTION, SPLIT
from anechoic.train.schema import TrainReport
from pipelines import run


def main() -> None:
    """Give the data and the cards to other tools."""
    params = io.read_params("export", ExportParams)
    tables = ExportTables(
        clean=io.read(CLEAN),
        split=io.read(SPLIT),
        pairs=io.read(PAIRS),
        groups=io.read(GROUPS),
        predictions=io.read(PREDICTIONS),
        projection=io.read(PROJECTION),
        inbox=io.read(INBOX),
    )
    known = Known(
        labels=io.read_params("labels", Labels),
        echoes=io.read_report("reports/echoes.json", EchoesReport),
        leakage=io.read_report("reports/leakage.json", LeakageReport),
        train=io.read_report("reports/train.json", TrainReport),
        evaluation=io.read_report("reports/evaluation.json", EvaluationReport),
        card=io.read_text("reports/model-card.md"),
    )
    files = export(tables, known, params)
    folders.write_folder("data/export", files)
    say([f"{len(files)} files for other tools, README.md tells of them: data/export/"])


if __name__ == "__main__":
    run(main)
