"""Knobs -> the recipes of the grid."""

from dataclasses import dataclass
from itertools import product

import polars as pl

from anechoic.compare.data_versions import examined_rows, training_rows, validation_rows
from anechoic.compare.schema import CompareParams
from anechoic.project.errors import DataError, ParamsError
from anechoic.project.schema import Labels
from anechoic.train.schema import TrainParams

AXES = ("models", "batch_sizes", "learning_rates", "data", "steps")
WORDS = {"all": "all rows", "echoes_once": "echoes once", "originals_only": "originals only"}


@dataclass(frozen=True)
class Recipe:
    """One combination of the grid; what is trained is `params` with a seed."""

    name: str
    data: str
    steps: str
    params: TrainParams


def recipe_name(model: str, batch_size: int, learning_rate: float, data: str = "echoes_once") -> str:
    """A recipe as people read it."""
    return f"{model}, batch {batch_size}, rate {learning_rate:g}, {WORDS[data]}"


def recipes(grid: CompareParams, train: TrainParams) -> list[Recipe]:
    """Every combination, in the order of the knobs. Raises ParamsError where an axis is empty.

    With `updates`, a batch n times as large as the smallest gets n times the epochs and the patience, so that it
    takes as many steps; the smallest batch is then the same recipe as with `epochs` and stands once.
    """
    empty = [axis for axis in AXES if not getattr(grid, axis)]
    if empty:
        raise ParamsError(f"params.yaml compare.{empty[0]}: the list is empty, so there is nothing to compare.")
    smallest = min(grid.batch_sizes)
    found: dict[str, Recipe] = {}
    for model, batch, rate, data, steps in product(*(getattr(grid, axis) for axis in AXES)):
        longer = round(batch / smallest) if steps == "updates" else 1
        params = train.model_copy(
            update={
                "model": model,
                "batch_size": batch,
                "learning_rate": rate,
                "epochs": train.epochs * longer,
                "patience": train.patience * longer,
                "refit": "none",
            }
        )
        name = recipe_name(model, batch, rate, data)
        if longer > 1:
            name += f", {longer} times the epochs"
        found.setdefault(name, Recipe(name=name, data=data, steps=steps, params=params))
    return list(found.values())


@dataclass(frozen=True)
class Task:
    """A recipe with a seed and all the rows that it needs: a cell that can be run in any process."""

    recipe: Recipe
    seed: int
    labels: Labels
    train: pl.DataFrame
    validation: pl.DataFrame
    examined: pl.DataFrame  # rows of test and exam that count


def tasks_of(
    grid: CompareParams, train: TrainParams, labels: Labels, clean: pl.DataFrame, split: pl.DataFrame
) -> list[Task]:
    """Knobs and tables -> every recipe with every seed.

    Raises ParamsError where the grid holds no cell, DataError where rows to train on are of fewer than two classes.
    """
    found = recipes(grid, train)
    rows = {}
    for version in grid.data:
        rows[str(version)] = part = training_rows(clean, split, version)
        if part["label_id"].n_unique() < 2:
            raise DataError(
                f"compare.data {version}: {part.height} training rows of {part['label_id'].n_unique()} class: "
                "there is nothing to tell apart."
            )
    validation, examined = validation_rows(clean, split), examined_rows(clean, split)
    return [
        Task(recipe, seed, labels, rows[recipe.data], validation, examined)
        for recipe in found
        for seed in range(1, grid.seeds + 1)
    ]
