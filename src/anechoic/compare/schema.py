"""The knobs of the comparison and the shape of reports/compare.json."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from anechoic.project.schema import Params, Report

DataVersion = Literal["all", "echoes_once", "originals_only"]
Steps = Literal["epochs", "updates"]
Rate = Annotated[float, Field(gt=0, lt=1)]
BatchSize = Annotated[int, Field(ge=1, le=4096)]


class CompareParams(Params):
    """Knobs of the comparison: every combination is trained with every seed; the other knobs are those of train."""

    models: list[str] = Field(description="models to compare, as in train.model [names]")
    batch_sizes: list[BatchSize] = Field(description="rows of one step [rows]")
    learning_rates: list[Rate] = Field(description="highest step sizes [0..1]")
    data: list[DataVersion] = Field(
        description="rows to train on: all (echoes too), echoes_once (as the split says), originals_only (echoes "
        "once, without files that mostly repeat others) [choices]"
    )
    steps: list[Steps] = Field(
        description="what stays the same between batch sizes: epochs, or updates (larger batches get more epochs, "
        "so that all take as many steps as the smallest) [choices]"
    )
    seeds: int = Field(ge=1, le=100, description="trainings of each recipe, by seeds 1, 2, ... [times]")


class Cell(Report):
    """One training."""

    recipe: str = Field(description="name of its recipe")
    model: str = Field(description="what was fine-tuned")
    batch_size: int = Field(description="rows of one step")
    learning_rate: float = Field(description="highest step size")
    data: str = Field(description="rows it was trained on: all, echoes_once or originals_only")
    steps: str = Field(description="same epochs, or same updates as the smallest batch")
    seed: int = Field(description="what drew head, order and dropout")
    rows: int = Field(description="rows it was trained on")
    updates: int | None = Field(description="steps that were taken; null where it failed")
    test: float | None = Field(description="share right on the test; null without one, or where it failed")
    exam: float | None = Field(description="share right on the exam; null without one, or where it failed")
    seconds: float | None = Field(description="time it took; null where it failed")
    alpha: float | None = Field(description="mean alpha of its weight matrices; null where it failed")
    alpha_change: float | None = Field(
        description="mean alpha of what training added to them; null where it failed"
    )
    failed: str = Field(description="why it failed; empty where it did not")


class RecipeScore(Report):
    """One recipe over its seeds, each figure with a 95 % interval over seeds and echo groups together."""

    name: str = Field(description="model, batch size, learning rate, rows, and steps where they differ")
    runs: int = Field(description="seeds that finished")
    accuracy: float = Field(description="mean share right on test and exam together")
    accuracy_low: float = Field(description="lower end")
    accuracy_high: float = Field(description="upper end")
    test: float | None = Field(description="mean share right on the test; null without one")
    test_low: float | None = Field(description="lower end")
    test_high: float | None = Field(description="upper end")
    exam: float | None = Field(description="mean share right on the exam; null without one")
    exam_low: float | None = Field(description="lower end")
    exam_high: float | None = Field(description="upper end")
    seconds: float = Field(description="mean time of a training")
    seconds_low: float = Field(description="the fastest")
    seconds_high: float = Field(description="the slowest")


class Pair(Report):
    """Two recipes on the same rows of test and exam."""

    a: str = Field(description="a recipe")
    b: str = Field(description="another")
    difference: float = Field(description="mean share right of a minus that of b, test and exam together")
    low: float = Field(
        description="lower end, 95 % for all pairs together (Bonferroni), over seeds and echo groups"
    )
    high: float = Field(description="upper end, 95 % for all pairs together (Bonferroni)")
    verdict: str = Field(description="a is better, b is better, or undecided with what would decide it")
    rows_needed: int | None = Field(
        description="test and exam rows that would show a difference this large; null where it is decided, or "
        "where no number of rows would do"
    )
    mcnemar_p: float = Field(
        description="exact McNemar test of the seeds' majorities, not corrected (Dietterich 1998)"
    )


class AlphaCheck(Report):
    """Whether alpha says anything about accuracy, over the cells of the grid."""

    runs: int = Field(description="cells with both")
    correlation: float | None = Field(description="Spearman's rank correlation; null where runs are too few")
    low: float | None = Field(description="lower end, 95 %, cells resampled")
    high: float | None = Field(description="upper end, 95 %, cells resampled")
    verdict: str = Field(description="what it says")


class GridHere(Report):
    """What the grid of reports/compare.json has to do with the rows at hand."""

    trainings: int = Field(description="trainings of the grid")
    these_rows: bool = Field(description="whether it was run on these rows, labels and sides")
    exam_looks: int = Field(description="models of it that were scored on this exam, whatever they learned from")


class CompareReport(Report):
    """reports/compare.json: every training of the grid, the recipes, and which is better or undecided."""

    cells: list[Cell] = Field(description="each training, failed ones too")
    recipes: list[RecipeScore] = Field(description="each recipe with a finished cell, the best mean first")
    pairs: list[Pair] = Field(description="each two recipes, none where a seed has no second")
    recommended: str = Field(description="the recipe to take; empty where none finished")
    recommendation: str = Field(description="why, in words")
    alpha: AlphaCheck = Field(description="mean alpha of the trained weights against accuracy")
    alpha_change: AlphaCheck = Field(description="mean alpha of the change against accuracy")
    exam_looks: int = Field(description="models of this grid that were scored on the exam")
    exam_rows: list[str] = Field(
        default=[],  # reports of earlier versions have none
        description="the smallest hashes of the exam's row ids, by which another run tells the same exam",
    )
    rows_key: str = Field(description="hash of the rows, their labels and sides: it says nothing of others")

    def sentences(self) -> Iterator[str]:
        """Each recipe on a line, failures, and what to take."""
        for each in self.recipes:
            yield (
                f"{each.name}: {100 * each.accuracy:.1f} % ({100 * each.accuracy_low:.1f} to "
                f"{100 * each.accuracy_high:.1f}), {each.runs} runs, {each.seconds:.0f} s each"
            )
        for cell in self.cells:
            if cell.failed:
                yield f"failed: {cell.recipe}, seed {cell.seed}: {cell.failed}"
        yield self.recommendation
