"""Runs a batch function over shards of work, and says how far long work is: a bar, or lines in a log.

Only this module knows how the shards are run: here one after another; another engine may spread them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

Item = TypeVar("Item")
Result = TypeVar("Result")

QUIET = 10.0  # seconds that nothing is said after the start of the work, and after each line
STEP = 0.1  # share of the work that is done between two lines, at least


def shards(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Items -> consecutive slices of at most `size` of them, in order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def run_shards(
    function: Callable[[Sequence[Item]], Result], items: Sequence[Item], size: int, doing: str
) -> list[Result]:
    """Items -> the function's result for each shard of at most `size` of them, in order.

    function: takes a shard, one or more items. doing: what the progress bar says.
    """
    results = []
    with progress() as bar:
        task = bar.add_task(doing, total=len(items))
        for shard in shards(items, size):
            results.append(function(shard))
            bar.advance(task, len(shard))
    return results


_silent = False


def silence() -> None:
    """Show nothing in this process: of those that work side by side, only the first one does."""
    global _silent
    _silent = True


class Told(Progress):
    """A bar on a terminal; elsewhere, as in the log of a server, a line now and then, none for short work.

    `add_task` takes `before`: what was done already when the task was added, as after a run that was broken off.
    """

    def __init__(self, *, console: Console, lines: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        super().__init__(*columns, console=console, transient=True, disable=_silent or not console.is_terminal)
        self._lines = lines and not _silent and not console.is_terminal
        self._last: dict[TaskID, tuple[float, float]] = {}  # when a line was said of a task, and what was done then

    def advance(self, task_id: TaskID, advance: float = 1) -> None:
        """So much more is done."""
        super().advance(task_id, advance)
        self._tell(task_id)

    def update(self, task_id: TaskID, **changes: Any) -> None:  # noqa: ANN401 - as rich takes them
        """As rich has it: `completed`, `description` and others."""
        super().update(task_id, **changes)
        self._tell(task_id)

    def say(self, task_id: TaskID, line: str) -> None:
        """Say a line with the time left where there is no terminal, however short the work."""
        if self._lines:
            task = self._tasks[task_id]
            self._last[task_id] = task.elapsed or 0.0, task.completed
            self.console.file.write(f"  {line}{self._left(task_id)}\n")
            self.console.file.flush()

    def _tell(self, task_id: TaskID) -> None:
        task = self._tasks[task_id]
        when, done = self._last.get(task_id, (0.0, task.fields.get("before", 0)))
        waits = (task.elapsed or 0.0) - when < QUIET or task.completed - done < STEP * (task.total or 0)
        if not waits and not task.finished:
            self.say(task_id, f"{task.description}: {task.completed:,.0f} of {task.total:,.0f}")

    def _left(self, task_id: TaskID) -> str:
        """The time that is left at the mean pace so far, in words; empty where it cannot be told."""
        task = self._tasks[task_id]
        done = task.completed - task.fields.get("before", 0)
        if task.finished or done <= 0 or not task.elapsed or task.remaining is None:
            return ""
        return f", about {duration(task.elapsed / done * task.remaining)} left"


def duration(seconds: float) -> str:
    """Seconds as people say them: 40 s, 12 min, 1 h 20 min."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def progress(*, lines: bool = True) -> Told:
    """What every long step says on standard error: a bar on a terminal, else a line now and then.

    lines: False where the step says itself, line by line, what is done.
    """
    return Told(console=Console(stderr=True), lines=lines)
