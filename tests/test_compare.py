"""The grid of trainings: what is trained, that nothing is trained twice, and verdicts that hold."""

import os

import numpy as np
import polars as pl
import pytest
import tiny

from anechoic.compare.cell import Finished
from anechoic.compare.compare import alpha_check, compare
from anechoic.compare.data_versions import rows_key, training_rows
from anechoic.compare.fitting import grid_here
from anechoic.compare.grid import Task, recipes, tasks_of
from anechoic.compare.runner import Machine, Outside, machine_for, run_grid
from anechoic.compare.schema import Cell, CompareParams, CompareReport
from anechoic.compare.verdicts import estimate, mcnemar, pairs, seed_variance
from anechoic.project.cell_store import one_grid, read_cell, write_cell
from anechoic.project.errors import DataError, ParamsError

TRAIN = tiny.params("minilm", epochs=3, patience=2)


def knobs(**changes):
    one = {
        "models": ["minilm"],
        "batch_sizes": [8],
        "learning_rates": [0.005],
        "data": ["echoes_once"],
        "steps": ["epochs"],
        "seeds": 2,
    }
    return CompareParams.model_validate(one | changes)


def tables(**changes):
    clean, split = tiny.tables(**changes)
    return clean, split.with_columns(reason=pl.lit("balanced"))


# --- the grid --------------------------------------------------------------------------------------------


def test_every_combination_is_a_recipe_and_equal_updates_are_told_from_equal_epochs():
    found = recipes(knobs(batch_sizes=[16, 64], steps=["epochs", "updates"], data=["all", "echoes_once"]), TRAIN)
    assert len(found) == len({recipe.name for recipe in found}) == 6
    longer = [recipe for recipe in found if "4 times the epochs" in recipe.name]
    assert {(each.params.batch_size, each.params.epochs, each.params.patience) for each in longer} == {(64, 12, 8)}
    assert all(recipe.params.refit == "none" for recipe in found)


@pytest.mark.parametrize("axis", ["models", "batch_sizes", "learning_rates", "data", "steps"])
def test_a_grid_of_no_cells_says_which_list_is_empty(axis):
    with pytest.raises(ParamsError, match=f"compare.{axis}"):
        recipes(knobs(**{axis: []}), TRAIN)


def test_one_class_is_nothing_to_compare():
    clean, split = tables()
    with pytest.raises(DataError, match="1 class"):
        tasks_of(knobs(), TRAIN, tiny.LABELS, clean.with_columns(label_id=7), split)


def test_the_data_versions_hold_what_their_names_say():
    clean, split = tables(rows=12, validation=0, test=0)
    second = pl.int_range(12) >= 6  # each row of b.csv says what one of a.csv says
    clean = clean.with_columns(drop=pl.when(second).then(pl.lit("b.csv")).otherwise(pl.lit("a.csv")))
    split = split.with_columns(
        group_id=clean["row_id"].head(6).append(clean["row_id"].head(6)),
        weight=pl.when(second).then(0.0).otherwise(1.0),
        reason=pl.when(second).then(pl.lit("echo")).otherwise(pl.lit("balanced")),
    )
    found = {version: training_rows(clean, split, version) for version in ("all", "echoes_once", "originals_only")}
    assert [each.height for each in found.values()] == [12, 6, 6]
    assert set(found["all"]["weight"]) == {1.0}
    conflict = split.with_columns(reason=pl.when(second).then(pl.lit("label_conflict")).otherwise("reason"))
    assert training_rows(clean, conflict, "all").height == 6
    counting = split.with_columns(weight=pl.lit(1.0))
    assert set(training_rows(clean, counting, "originals_only")["drop"]) == {"a.csv"}


# --- cells -----------------------------------------------------------------------------------------------


@pytest.fixture
def grid(tmp_path, monkeypatch):
    """Runs a grid of tiny models; what was kept and told stays between runs."""
    monkeypatch.chdir(tmp_path)
    folder = str(tiny.checkpoint(tmp_path / "bert"))
    clean, split = tables(rows=40, validation=8, test=8)
    told: list[str] = []
    outside = Outside(read_cell, write_cell, told.append, lambda _: Machine(1, 1), "1")

    def run(**changes):
        tasks = tasks_of(knobs(models=[folder], **changes), TRAIN, tiny.LABELS, clean, split)
        told.clear()
        return compare(tasks, run_grid(tasks, outside), rows_key(clean, split)), told

    run.folder = folder
    return run


def test_a_cell_is_trained_once_a_larger_grid_trains_what_is_new_and_a_failed_cell_stops_nothing(grid):
    report, told = grid()
    assert told[0].startswith("2 cells, 2 of them to train")
    assert "1 left, about" in told[1]
    assert [(cell.seed, cell.exam, cell.failed) for cell in report.cells] == [(1, None, ""), (2, None, "")]
    assert all(0 <= cell.test <= 1 and cell.updates > 0 for cell in report.cells)
    assert report.recommended == report.recipes[0].name
    assert "the only recipe" in report.recommendation

    again, told = grid()
    assert told == ["2 cells, 0 of them to train, 1 side by side"]
    assert again == report

    wider, told = grid(batch_sizes=[8, 4], learning_rates=[0.005])
    assert told[0].startswith("4 cells, 2 of them to train")
    assert wider.cells[:2] == report.cells
    assert len(wider.pairs) == 1
    assert wider.exam_looks == 0


def test_a_grids_looks_count_at_the_same_exam_though_other_rows_were_added():
    def at(exam, raw):
        clean, split = tables(rows=raw, validation=0, test=8)
        side = pl.when(pl.col("split") == "test").then(pl.lit("exam")).otherwise("split")
        ids = pl.when(pl.col("split") == "exam").then(exam + pl.col("row_id")).otherwise("row_id")
        split = split.with_columns(split=side).with_columns(row_id=ids)
        return clean.with_columns(row_id=split["row_id"]), split

    clean, split = at("", 40)
    tasks = tasks_of(knobs(models=["minilm"]), TRAIN, tiny.LABELS, clean, split)
    done = Finished(right=[True] * 8, seconds=1, updates=1, alpha=None, alpha_change=None)
    report = compare(tasks, [done] * len(tasks), rows_key(clean, split))
    assert len(report.exam_rows) == 8
    looks = len(tasks)

    def here(report, clean, split):
        found = grid_here(report, clean, split)
        return found.these_rows, found.exam_looks

    assert here(report, clean, split) == (True, looks)
    relabelled = clean.with_columns(label_id=pl.col("label_id").reverse())
    assert here(report, relabelled, split) == (False, looks)
    assert here(report, *at("of another month ", 40)) == (False, 0)
    earlier = CompareReport.model_validate(report.model_dump(exclude={"exam_rows"}))
    assert here(earlier, clean, split) == (True, looks)
    assert here(earlier, relabelled, split) == (False, 0)
    assert grid_here(None, clean, split) is None


@pytest.mark.parametrize(
    ("rates", "told"), [([0.005], "the other is not shown"), ([0.005, 0.001], "none of the 3 others is shown")]
)
def test_recipes_that_do_not_differ_are_told_as_none(rates, told):
    clean, split = tables(rows=40, validation=0, test=8)
    tasks = tasks_of(knobs(batch_sizes=[8, 4], learning_rates=rates), TRAIN, tiny.LABELS, clean, split)
    done = Finished(right=[True] * 4 + [False] * 4, seconds=1, updates=1, alpha=None, alpha_change=None)
    assert f"; {told} to be worse" in compare(tasks, [done] * len(tasks), "").recommendation


def test_data_versions_that_hold_the_same_rows_are_trained_once_and_both_told(grid):
    report, told = grid(data=["all", "echoes_once"])
    assert told[0].startswith("4 cells, 2 of them to train")
    assert [bool(cell.failed) for cell in report.cells] == [False] * 4
    assert report.pairs[0].verdict == "undecided: on these rows and seeds they do not differ at all"


def test_a_model_that_is_not_at_hand_is_a_line_of_the_table(grid, tmp_path):
    (tmp_path / "empty").mkdir()
    clean, split = tables(rows=40, validation=8, test=8)
    names = [str(tmp_path / "empty"), "no-such-model", grid.folder]
    tasks = tasks_of(knobs(models=names, seeds=1), TRAIN, tiny.LABELS, clean, split)
    told: list[str] = []
    results = run_grid(tasks, Outside(lambda _: None, lambda *_: None, told.append, lambda _: Machine(1, 1), "1"))
    report = compare(tasks, results, "")
    empty, unknown, fine = report.cells
    assert "lacks weights" in empty.failed
    assert "no-such-model" in unknown.failed
    assert fine.failed == ""
    assert (report.recipes[0].runs, report.pairs) == (1, [])
    assert any(line.startswith("failed: ") for line in report.sentences())


class Dying(Task):
    """A training whose process dies, as it does when the memory runs out."""

    def __reduce__(self):
        return os._exit, (1,)


def test_a_process_that_dies_takes_its_own_cell_along_and_no_other(grid, tmp_path):
    clean, split = tables(rows=40, validation=8, test=8)
    one, two, three = tasks_of(knobs(models=[grid.folder], seeds=3), TRAIN, tiny.LABELS, clean, split)
    tasks = [one, Dying(**vars(two)), three]
    kept: dict[str, str] = {}
    outside = Outside(lambda _: None, kept.__setitem__, lambda _: None, lambda _: Machine(2, 1), "1")
    report = compare(tasks, run_grid(tasks, outside), "")
    assert [bool(cell.failed) for cell in report.cells] == [False, True, False]
    assert "its process died" in report.cells[1].failed
    assert len(kept) == 2


def test_two_grids_at_once_are_kept_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with one_grid(), pytest.raises(DataError, match="another grid is running"), one_grid():
        pass
    with one_grid():
        pass


def test_processors_are_shared_out_and_a_gpu_takes_one_cell_after_another():
    assert machine_for(12, 2, gpu=False) == Machine(2, 1)
    assert machine_for(1, 8, gpu=False) == Machine(1, 8)
    assert machine_for(12, 64, gpu=False) == Machine(4, 16)
    assert machine_for(12, 16, gpu=True) == Machine(1, 16)


def test_a_comparison_belongs_to_its_rows():
    clean, split = tables()
    key = rows_key(clean, split)
    assert key == rows_key(clean.reverse(), split.reverse())
    assert key != rows_key(clean, split.with_columns(weight=pl.lit(0.5)))
    assert key != rows_key(clean.with_columns(label_id=7), split)


# --- alpha as a hypothesis ---------------------------------------------------------------------------------


def cells_of(alphas, accuracies):
    """Four seeds of each recipe."""
    same = {"model": "m", "batch_size": 8, "learning_rate": 0.1, "data": "all", "steps": "epochs", "rows": 9}
    same |= {"updates": 9, "exam": None, "seconds": 1, "alpha_change": None, "failed": ""}
    return [
        Cell.model_validate(same | {"recipe": f"r{at // 4}", "seed": at % 4, "test": accuracy, "alpha": alpha})
        for at, (alpha, accuracy) in enumerate(zip(alphas, accuracies, strict=True))
    ]


def test_alpha_is_told_with_its_sign_or_not_at_all():
    rng = np.random.default_rng(0)
    alphas = np.repeat(rng.normal(3, 1, 12), 4) + rng.normal(0, 0.1, 48)
    for sign, word in ((1, "rises"), (-1, "falls")):
        told = alpha_check(cells_of(alphas, 0.5 + sign * 0.05 * alphas + rng.normal(0, 0.01, 48)), "alpha")
        assert word in told.verdict
        assert told.low <= told.correlation <= told.high
    loose = alpha_check(cells_of(alphas, rng.uniform(0.7, 0.9, 48)), "alpha")
    assert "nothing that shows" in loose.verdict
    assert "all runs are alike" in alpha_check(cells_of(alphas, np.full(48, 0.8)), "alpha").verdict
    assert "too few to say: 39 runs" in alpha_check(cells_of(alphas[:39], np.full(39, 0.8)), "alpha").verdict


# --- verdicts --------------------------------------------------------------------------------------------


def trained(rng, easy, seeds, better=0.0):
    """Right or wrong of a recipe whose seeds differ by about three points."""
    logits = easy + better + rng.normal(0, 0.18, (seeds, 1)) + rng.normal(0, 0.45, (seeds, len(easy)))
    return (logits > 0).astype(float)


def test_one_recipe_is_seldom_called_better_than_itself_and_a_wide_gap_is_seen():
    false, seen, groups = 0, 0, np.arange(160)
    for draw in range(100):
        rng = np.random.default_rng(draw)
        easy = rng.normal(1.2, 1.6, 160)
        same = {"a": trained(rng, easy, 3), "b": trained(rng, easy, 3)}
        false += not pairs(same, groups)[0].verdict.startswith("undecided")
        apart = {"a": trained(rng, easy, 5, 1.0), "b": trained(rng, easy, 5)}
        seen += pairs(apart, groups)[0].verdict == "a is better"
    assert false <= 8
    assert seen >= 90


def test_what_is_undecided_says_how_many_rows_would_decide_it_or_that_none_would():
    rng = np.random.default_rng(3)
    easy = rng.normal(1.2, 1.6, 60)
    (few,) = pairs({"a": trained(rng, easy, 5, 0.3), "b": trained(rng, easy, 5)}, np.arange(60))
    assert few.low < 0 < few.high
    assert few.verdict.startswith("undecided")
    assert few.rows_needed is None or few.rows_needed > 60
    noisy = np.repeat([[1.0] * 30 + [0.0] * 30, [1.0] * 50 + [0.0] * 10], 1, axis=0)
    (hidden,) = pairs({"a": noisy, "b": np.roll(noisy, 3, axis=1)}, np.arange(60))
    assert (hidden.rows_needed, "no number of rows" in hidden.verdict) == (None, True)


def test_a_single_seed_compares_nothing_and_copies_of_rows_narrow_nothing():
    assert pairs({"a": np.ones((1, 9)), "b": np.zeros((1, 9))}, np.arange(9)) == []
    rng = np.random.default_rng(0)
    right = trained(rng, rng.normal(1, 1, 50), 3)
    alone = estimate(right, np.arange(50), seed_variance([right]))
    copied = estimate(np.tile(right, 4), np.tile(np.arange(50), 4), seed_variance([right]))
    assert copied.half_width() == pytest.approx(alone.half_width())


def test_mcnemar_looks_at_the_rows_that_differ_alone():
    one = np.array([[1.0] * 6 + [1.0] * 20])
    other = np.array([[0.0] * 6 + [1.0] * 20])
    assert mcnemar(one, other) == pytest.approx(2 / 2**6)
    assert mcnemar(other, one) == mcnemar(one, other)
    assert mcnemar(one, one) == 1
