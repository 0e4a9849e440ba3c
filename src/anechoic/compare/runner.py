"""Cells -> their results: finished ones are taken as they are, the others run side by side in processes."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import fmean

from anechoic.compare.cell import Finished, key_of, run_cell, start_worker
from anechoic.compare.grid import Task
from anechoic.project.errors import AnechoicError
from anechoic.project.progress import progress

MOST_WORKERS = 4  # each holds a model, its gradients and its optimizer: 1 to 2 GB for a small one

Result = Finished | str  # a string is the reason of a failure
Done = Callable[[str, Result], None]


@dataclass(frozen=True)
class Machine:
    """How many cells run side by side, and with how many threads each."""

    workers: int
    threads: int


@dataclass(frozen=True)
class Outside:
    """What a grid asks of the world: finished cells by key, a place to keep new ones, somebody to tell."""

    known: Callable[[str], str | None]
    keep: Callable[[str, str], None]
    tell: Callable[[str], None]
    machine: Callable[[int], Machine]  # for so many cells
    version: str  # of this package


def machine_for(cells: int, cores: int, *, gpu: bool) -> Machine:
    """A GPU takes one cell after another; processors share out their cores, for a small model fills no two."""
    workers = 1 if gpu else max(1, min(cells, cores, MOST_WORKERS))
    return Machine(workers, max(1, cores // workers))


def run_grid(tasks: Sequence[Task], outside: Outside) -> list[Result]:
    """Tasks -> the result of each, in their order; each new one is kept and told as soon as it is there."""
    results: dict[int, Result] = {}
    places: dict[str, list[int]] = {}  # of each key: two data versions may hold the same rows
    for place, task in enumerate(tasks):
        try:
            key = key_of(task, outside.version)
        except AnechoicError as error:
            results[place] = f"{type(error).__name__}: {error}"
            continue
        if known := outside.known(key):
            results[place] = Finished.model_validate_json(known)
        else:
            places.setdefault(key, []).append(place)
    machine = outside.machine(len(places))
    outside.tell(f"{len(tasks)} cells, {len(places)} of them to train, {machine.workers} side by side")
    seconds: list[float] = []

    def done(key: str, result: Result) -> None:
        results.update(dict.fromkeys(places[key], result))
        if isinstance(result, Finished):
            outside.keep(key, result.model_dump_json())
            seconds.append(result.seconds)
        outside.tell(_told(tasks[places[key][0]], result, seconds, len(tasks) - len(results), machine.workers))

    _run({key: tasks[same[0]] for key, same in places.items()}, machine, done)
    return [results[place] for place in range(len(tasks))]


def _told(task: Task, result: Result, seconds: Sequence[float], left: int, workers: int) -> str:
    """A line for a cell that ended, with the time left at the mean of those that finished."""
    line = f"{task.recipe.name}, seed {task.seed}: "
    line += f"{100 * fmean(result.right):.1f} % right" if isinstance(result, Finished) else f"failed, {result}"
    if left and seconds:
        line += f"; {left} left, about {fmean(seconds) * left / workers / 60:.0f} minutes"
    return line


def _run(tasks: Mapping[str, Task], machine: Machine, finished: Done) -> None:
    """Run tasks, several at once in processes of their own.

    A process that dies (the machine ran out of memory, say) takes its cell along; what was running beside it is
    tried again alone, so that only the cell that dies by itself is lost.
    """
    if not tasks:
        return
    with progress(lines=False) as bar:  # `outside.tell` says each cell
        line = bar.add_task("training the grid", total=len(tasks))

        def done(key: str, result: Result) -> None:
            bar.advance(line)
            finished(key, result)

        if machine.workers == 1:
            start_worker(machine.threads)  # after the bar is there: it silences those of the trainings
            for key, task in tasks.items():
                done(key, run_cell(task))
            return
        for key in _pooled(tasks, machine, done):
            if _pooled({key: tasks[key]}, Machine(1, machine.threads), done):
                done(key, "its process died, as it does when the memory runs out")


def _pooled(tasks: Mapping[str, Task], machine: Machine, done: Done) -> list[str]:
    """Run the tasks in fresh processes; the keys of those that were lost with a process that died."""
    lost: list[str] = []
    with ProcessPoolExecutor(
        machine.workers, mp_context=get_context("spawn"), initializer=start_worker, initargs=(machine.threads,)
    ) as pool:
        waiting = {pool.submit(run_cell, task): key for key, task in tasks.items()}
        for each in as_completed(waiting):
            try:
                done(waiting[each], each.result())
            except BrokenExecutor:
                lost.append(waiting[each])
    return lost
