"""The grid: clean, split, params -> reports/compare.json; finished cells stay in .anechoic/cells/."""

import os

import torch

from anechoic.compare.compare import compare
from anechoic.compare.data_versions import rows_key
from anechoic.compare.grid import tasks_of
from anechoic.compare.runner import Outside, machine_for, run_grid
from anechoic.compare.schema import CompareParams
from anechoic.project import cell_store, io
from anechoic.project.schema import Labels
from anechoic.project.stage import installed_version, say
from anechoic.project.tables import CLEAN, SPLIT
from anechoic.train.schema import TrainParams
from pipelines import run


def main() -> None:
    """Train every cell that is not finished, then say which recipe is better, or that it is undecided."""
    grid, train = io.read_params("compare", CompareParams), io.read_params("train", TrainParams)
    clean, split = io.read(CLEAN), io.read(SPLIT)
    tasks = tasks_of(grid, train, io.read_params("labels", Labels), clean, split)
    outside = Outside(
        known=cell_store.read_cell,
        keep=cell_store.write_cell,
        tell=lambda line: say([line]),
        machine=lambda cells: machine_for(cells, os.cpu_count() or 1, gpu=torch.cuda.is_available()),
        version=installed_version(),
    )
    with cell_store.one_grid():
        results = run_grid(tasks, outside)
    report = compare(tasks, results, rows_key(clean, split))
    io.write_report("reports/compare.json", report)
    say(report.sentences())


if __name__ == "__main__":
    run(main)
