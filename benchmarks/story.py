"""The talk's story on the demo, five trainings each: rephrasings, a random test, batch 64 or 16, two models.

python -m benchmarks.story [minilm|random|mpnet]     in a project whose stages were run; finished trainings are kept
"""

import os
import sys

import numpy as np
import polars as pl

from anechoic.compare.compare import compare
from anechoic.compare.grid import Task, tasks_of
from anechoic.compare.runner import Machine, Outside, run_grid
from anechoic.compare.schema import CompareParams
from anechoic.project import cell_store, io
from anechoic.project.schema import Labels
from anechoic.project.stage import installed_version
from anechoic.project.tables import CLEAN, SPLIT
from anechoic.train.schema import TrainParams

SEEDS = 5
GRID = {"models": ["minilm"], "batch_sizes": [16], "learning_rates": [0.0002], "steps": ["epochs"], "seeds": SEEDS}
RATES = {"mpnet": 0.0001}  # the one that its benchmark was measured with
SHARES = {"validation": 0.1, "test": 0.2}  # of the random split, as params.yaml has them


def tasks(clean: pl.DataFrame, split: pl.DataFrame, **changes: object) -> list[Task]:
    grid = CompareParams.model_validate(GRID | changes)
    return tasks_of(grid, io.read_params("train", TrainParams), io.read_params("labels", Labels), clean, split)


def told(line: str) -> None:
    print(f"  {line}", flush=True)


def run(asked: list[Task]) -> None:
    """Train what is not finished and print what reports/compare.json would say."""
    machine = Machine(workers=min(2, os.cpu_count() or 1), threads=1)
    outside = Outside(cell_store.read_cell, cell_store.write_cell, told, lambda _: machine, installed_version())
    report = compare(asked, run_grid(asked, outside), "")
    for each in report.recipes:
        test, exam = (100 * (value or 0) for value in (each.test, each.exam))
        ends = f"{100 * each.accuracy_low:.1f} to {100 * each.accuracy_high:.1f}"
        print(f"{each.name}: test {test:.1f}, exam {exam:.1f}, both {100 * each.accuracy:.1f} ({ends})")
    for pair in report.pairs:
        ends = f"{100 * pair.low:+.1f} to {100 * pair.high:+.1f}"
        print(f"{pair.a} - {pair.b}: {100 * pair.difference:+.1f} ({ends}): {pair.verdict}")
    for name, check in (("alpha", report.alpha), ("alpha of the change", report.alpha_change)):
        print(f"{name}: {check}")


def random_split(clean: pl.DataFrame, split: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Each raw row on a side by chance, as everybody does it; the exam as it is."""
    raw = clean.filter(pl.col("role") == "raw")
    drawn = np.random.default_rng(seed).random(raw.height)
    ends = SHARES["validation"], SHARES["validation"] + SHARES["test"]
    sides = np.select([drawn < ends[0], drawn < ends[1]], ["validation", "test"], "train")
    chance = raw.select("row_id", drawn=pl.Series(sides))
    return (
        split.join(chance, on="row_id", how="left", maintain_order="left")
        .with_columns(
            split=pl.coalesce("drawn", "split"),
            weight=pl.when(pl.col("drawn").is_not_null()).then(1.0).otherwise("weight"),
            reason=pl.when(pl.col("drawn").is_not_null()).then(pl.lit("random")).otherwise("reason"),
        )
        .drop("drawn")
    )


def main() -> None:
    clean, split = io.read(CLEAN), io.read(SPLIT)
    part = sys.argv[1] if len(sys.argv) > 1 else "minilm"
    if part == "minilm":
        run(tasks(clean, split, data=["all", "echoes_once", "originals_only"], batch_sizes=[16, 64],
                  steps=["epochs", "updates"]))  # fmt: skip
    elif part == "random":  # a split each: what they say is told one by one
        for seed in range(1, SEEDS + 1):
            run([tasks(clean, random_split(clean, split, seed), data=["all"])[seed - 1]])
    else:
        run(tasks(clean, split, models=["minilm", part], learning_rates=[RATES.get(part, 0.0002)],
                  data=["echoes_once"]))  # fmt: skip


if __name__ == "__main__":
    main()
