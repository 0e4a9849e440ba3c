from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from anechoic.project.progress import Told, duration, progress, run_shards, shards
from anechoic.train import callbacks


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_shards_are_the_items_in_order_and_all_but_the_last_are_full(items, size):
    parts = list(shards(items, size))
    assert [item for part in parts for item in part] == items
    assert all(len(part) == size for part in parts[:-1])
    assert all(0 < len(part) <= size for part in parts)


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_results_come_in_the_order_of_the_shards(items, size):
    assert run_shards(list, items, size, "copying") == list(shards(items, size))


class Clock:
    """Seconds that pass when the work says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def said(tmp_path, *, steps: int, seconds: float, lines: bool = True, before: int = 0) -> list[str]:
    """What work of so many steps, each so long, writes into the log of a server."""
    clock = Clock()
    with (tmp_path / "log").open("w") as log, Told(console=Console(file=log, width=200), lines=lines) as bar:
        bar.get_time = clock
        task = bar.add_task("embedding", total=steps, completed=before, before=before)
        for _ in range(steps - before):
            clock.now += seconds
            bar.advance(task)
    return (tmp_path / "log").read_text().splitlines()


def test_work_under_ten_seconds_says_nothing_in_a_log(tmp_path):
    assert said(tmp_path, steps=99, seconds=0.1) == []


@pytest.mark.parametrize("seconds", [0.3, 1.0, 60.0])
def test_long_work_says_a_line_each_tenth_and_no_more_than_one_in_ten_seconds(tmp_path, seconds):
    lines = said(tmp_path, steps=100, seconds=seconds)
    assert len(lines) == {0.3: 2, 1.0: 9, 60.0: 9}[seconds]
    assert len(said(tmp_path, steps=3, seconds=seconds)) == (2 if seconds == 60 else 0)


def test_a_line_tells_how_far_the_work_is_and_what_is_left(tmp_path):
    assert said(tmp_path, steps=100, seconds=1)[0] == "  embedding: 10 of 100, about 90 s left"
    # what was done before the run began was not done at this pace
    assert said(tmp_path, steps=100, seconds=2, before=50)[0] == "  embedding: 60 of 100, about 80 s left"


def test_a_step_that_says_its_own_lines_has_no_others(tmp_path):
    assert said(tmp_path, steps=100, seconds=10, lines=False) == []


def test_on_a_terminal_there_is_a_bar_and_no_line():
    with progress() as bar:
        bar.advance(bar.add_task("copying", total=1))
    drawn = Told(console=Console(force_terminal=True), lines=True)
    task = drawn.add_task("copying", total=2)
    assert not drawn.disable
    with drawn.console.capture() as captured:
        drawn.say(task, "a line")
    assert captured.get() == ""


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.4, "0 s"), (99, "99 s"), (100, "2 min"), (3599, "1 h 0 min"), (4800, "1 h 20 min")]
)
def test_durations_are_said_as_people_say_them(seconds, told):
    assert duration(seconds) == told


def test_the_end_of_a_slow_epoch_is_said_once(tmp_path, monkeypatch):
    clock, args = Clock(), SimpleNamespace(num_train_epochs=3, eval_strategy="no")
    with (tmp_path / "log").open("w") as log:
        told = Told(console=Console(file=log, width=200), lines=True)
        told.get_time = clock
        monkeypatch.setattr(callbacks, "progress", lambda: told)
        state, bar = SimpleNamespace(max_steps=30, global_step=0, epoch=0), callbacks.Bar()
        bar.on_train_begin(args, state, None)
        for state.epoch in (1, 2, 3):
            for _ in range(9):
                clock.now += 0.5
                state.global_step += 1
                bar.on_step_end(args, state, None)
            clock.now += 20  # as saving and validation take
            bar.on_log(args, state, None, {"loss": 0.5, "accuracy": 0.75})
        bar.on_train_end(args, state, None)
    lines = (tmp_path / "log").read_text().splitlines()
    ends = [line for line in lines if "training loss 0.50, 75 % right" in line and " of 30" not in line]
    assert [line.split(":")[0] for line in ends] == [f"  fine-tuning, epoch {epoch} of 3" for epoch in (1, 2, 3)]
    assert len(lines) == len(ends)
