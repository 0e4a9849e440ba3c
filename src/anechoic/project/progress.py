"""Runs a batch function over shards of work, with a progress bar that says how much is left.

Only this module knows how the shards are run: here one after another; another engine may spread them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Item = TypeVar("Item")
Result = TypeVar("Result")


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
    """Show no bars in this process: of those that work side by side, only the first one does."""
    global _silent
    _silent = True


def progress() -> Progress:
    """The progress bar that every long step shows on standard error, where that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=_silent or not console.is_terminal)
