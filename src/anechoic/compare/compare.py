"""Results of the cells -> reports/compare.json."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from scipy.stats import spearmanr

from anechoic.compare.cell import Finished
from anechoic.compare.data_versions import EXAMINED
from anechoic.compare.grid import Task
from anechoic.compare.schema import AlphaCheck, Cell, CompareReport, Pair, RecipeScore
from anechoic.compare.verdicts import estimate, pairs, seed_variance
from anechoic.numeric.arrays import Flags, Floats, Indices, dense_codes
from anechoic.numeric.sketches import sketch

FEW_RUNS = 40  # cells below which a correlation of alpha and accuracy is too uncertain to be told
BOOTSTRAPS = 2000
SEED = 7


def compare(tasks: Sequence[Task], results: Sequence[Finished | str], rows_key: str) -> CompareReport:
    """Cells and what came of each, in one order -> the report. All cells examine the same rows."""
    examined = tasks[0].examined
    groups = dense_codes(examined["group_id"])
    sides = {side: (examined["split"] == side).to_numpy() for side in EXAMINED}
    right = _by_recipe(tasks, results)
    found = pairs(right, groups) if len(groups) else []
    scores = _recipes(tasks, results, right, groups, sides)
    cells = [_cell(task, result, sides) for task, result in zip(tasks, results, strict=True)]
    recommended = scores[0].name if scores else ""
    return CompareReport(
        cells=cells,
        recipes=scores,
        pairs=found,
        recommended=recommended,
        recommendation=_recommendation(scores, found, len(groups)),
        alpha=alpha_check(cells, "alpha"),
        alpha_change=alpha_check(cells, "alpha_change"),
        exam_looks=sum(cell.exam is not None for cell in cells),
        exam_rows=sketch(examined.filter(pl.col("split") == "exam")["row_id"]),
        rows_key=rows_key,
    )


def _by_recipe(tasks: Sequence[Task], results: Sequence[Finished | str]) -> dict[str, Floats]:
    """Right or wrong of each recipe's finished cells: (seeds, rows)."""
    lines: dict[str, list[list[bool]]] = {}
    for task, result in zip(tasks, results, strict=True):
        if isinstance(result, Finished):
            lines.setdefault(task.recipe.name, []).append(result.right)
    return {name: np.array(each, dtype=np.float64) for name, each in lines.items()}


def _share(right: list[bool], side: Flags) -> float | None:
    return float(np.array(right)[side].mean()) if side.any() else None


def _cell(task: Task, result: Finished | str, sides: Mapping[str, Flags]) -> Cell:
    done = result if isinstance(result, Finished) else None
    params = task.recipe.params
    return Cell(
        recipe=task.recipe.name,
        model=params.model,
        batch_size=params.batch_size,
        learning_rate=params.learning_rate,
        data=task.recipe.data,
        steps=task.recipe.steps,
        seed=task.seed,
        rows=task.train.height,
        updates=done.updates if done else None,
        test=_share(done.right, sides["test"]) if done else None,
        exam=_share(done.right, sides["exam"]) if done else None,
        seconds=done.seconds if done else None,
        alpha=done.alpha if done else None,
        alpha_change=done.alpha_change if done else None,
        failed="" if done else str(result),
    )


def _recipes(
    tasks: Sequence[Task],
    results: Sequence[Finished | str],
    right: Mapping[str, Floats],
    groups: Indices,
    sides: Mapping[str, Flags],
) -> list[RecipeScore]:
    """Each recipe with its intervals, the best mean first; none without rows that examine."""
    if not len(groups):
        return []
    seconds: dict[str, list[float]] = {}
    for task, result in zip(tasks, results, strict=True):
        if isinstance(result, Finished):
            seconds.setdefault(task.recipe.name, []).append(result.seconds)
    scores = []
    for name, lines in right.items():
        taken = seconds[name]
        fields: dict[str, float | None] = {}
        for side, rows in {"accuracy": np.ones(len(groups), dtype=np.bool_), **sides}.items():
            fields |= _with_interval(side, [each[:, rows] for each in right.values()], lines[:, rows], groups[rows])
        spread = {"seconds": float(np.mean(taken)), "seconds_low": min(taken), "seconds_high": max(taken)}
        scores.append(RecipeScore.model_validate({"name": name, "runs": len(lines), **fields, **spread}))
    return sorted(scores, key=lambda score: -score.accuracy)


def _with_interval(name: str, every: list[Floats], own: Floats, groups: Indices) -> dict[str, float | None]:
    if not len(groups):
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    found = estimate(own, np.unique(groups, return_inverse=True)[1], seed_variance(every))
    half = found.half_width()
    return {
        name: found.value,
        f"{name}_low": max(0, found.value - half),
        f"{name}_high": min(1, found.value + half),
    }


def _recommendation(scores: Sequence[RecipeScore], found: Sequence[Pair], rows: int) -> str:
    """Which recipe to take, and which are not shown to be worse."""
    if not scores:
        return "no cell finished: see why in the table" if rows else "no test and no exam: nothing can be compared"
    best = scores[0]
    taken = f"take {best.name}: {100 * best.accuracy:.1f} % of {rows} rows of test and exam on average"
    if len(scores) == 1:
        return f"{taken}; it is the only recipe"
    if not found:
        return f"{taken}; whether the others are worse is not known with one seed each: raise compare.seeds"
    worse = sum(f"{best.name} is better" == pair.verdict for pair in found if best.name in (pair.a, pair.b))
    open_ones = len(scores) - 1 - worse
    if not open_ones:
        return f"{taken}; it is better than each other"
    fastest = min(_not_worse(scores, found), key=lambda score: score.seconds)
    others = len(scores) - 1
    which = f"{open_ones} of the {others} others {'is' if open_ones == 1 else 'are'} not"
    if open_ones == others:
        which = "the other is not" if others == 1 else f"none of the {others} others is"
    told = f"{taken}; {which} shown to be worse"
    if fastest.name != best.name:
        told += f", the fastest such is {fastest.name} ({fastest.seconds:.0f} s a training)"
    return told


def _not_worse(scores: Sequence[RecipeScore], found: Sequence[Pair]) -> list[RecipeScore]:
    best = scores[0].name
    beaten = {
        pair.b if pair.a == best else pair.a
        for pair in found
        if best in (pair.a, pair.b) and pair.verdict == f"{best} is better"
    }
    return [score for score in scores if score.name not in beaten]


def alpha_check(cells: Sequence[Cell], field: str) -> AlphaCheck:
    """Spearman's correlation of an alpha with the accuracy: the exam's, or the test's where there is none.

    For the interval recipes are resampled, each with all its seeds, which are alike.
    """
    found = [
        (cell.recipe, getattr(cell, field), cell.test if cell.exam is None else cell.exam)
        for cell in cells
        if not cell.failed and getattr(cell, field) is not None and (cell.test is not None or cell.exam is not None)
    ]
    rows = [row[1:] for row in found]
    if len(rows) < FEW_RUNS:
        verdict = f"too few to say: {len(rows)} runs, {FEW_RUNS} are needed"
        return AlphaCheck(runs=len(rows), correlation=None, low=None, high=None, verdict=verdict)
    values = np.array(rows, dtype=np.float64)
    if np.ptp(values, axis=0).min() == 0:
        verdict = "nothing can be said: all runs are alike"
        return AlphaCheck(runs=len(rows), correlation=None, low=None, high=None, verdict=verdict)
    codes = np.unique([recipe for recipe, *_ in found], return_inverse=True)[1]
    of_recipe = [np.flatnonzero(codes == code) for code in range(int(codes.max()) + 1)]
    rng = np.random.default_rng(SEED)
    picks = rng.integers(0, len(of_recipe), (BOOTSTRAPS, len(of_recipe)))
    drawn = [_spearman(values[np.concatenate([of_recipe[each] for each in pick])]) for pick in picks]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    verdict = "it says nothing that shows about accuracy"
    if not low <= 0 <= high:
        verdict = f"it {'rises' if low > 0 else 'falls'} with accuracy here"
    return AlphaCheck(
        runs=len(rows), correlation=_spearman(values), low=float(low), high=float(high), verdict=verdict
    )


def _spearman(values: Floats) -> float:
    """Rank correlation of the two columns (n, 2); not a number where one does not vary."""
    if np.ptp(values, axis=0).min() == 0:
        return float("nan")
    return float(spearmanr(values[:, 0], values[:, 1]).statistic)
