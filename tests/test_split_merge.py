"""The stage split on disk: run twice, stopped half-way, and its lock merged by git."""

import itertools
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from test_split_sides import KNOBS, clean_of, groups_of, pairs_of

from anechoic.numeric.arrays import vector_column
from anechoic.project import io, tables
from anechoic.project.errors import DataError
from anechoic.split.lock import MERGED, Place, read_lock
from anechoic.split.schema import SplitReport
from anechoic.text.same_text import text_key
from pipelines import split as stage

ROOT = Path(__file__).parent.parent
LOCK, REPORT = "data/split.lock", "reports/split.json"
OUTS = (tables.SPLIT.path, tables.LEDGER.path, REPORT, LOCK)


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A folder with the knobs, the real .gitattributes, no lock, and the raw texts of one file."""
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text(yaml.safe_dump({"split": KNOBS}))
    shutil.copy(ROOT / ".gitattributes", ".gitattributes")
    Path(".gitignore").write_text("/data/tables\n")
    drop("a.csv", [f"text {row}" for row in range(40)])
    return tmp_path


def drop(name: str, texts: list[str]) -> None:
    """A raw file, one text a line."""
    path = Path("data/raw", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{text}\n" for text in texts))


def run_stage() -> dict[str, bytes]:
    """The stage on all raw files, the tables before it made by hand -> the bytes of its outs."""
    lines = [line for path in sorted(Path("data/raw").iterdir()) for line in path.read_text().splitlines()]
    first_of = {line: row for row, line in reversed(list(enumerate(lines)))}
    copies = [(first_of[line], row) for row, line in enumerate(lines) if first_of[line] != row]
    clean = clean_of(lines, [row % 2 for row in range(len(lines))]).with_columns(
        text=pl.col("canonical"), language=pl.lit("en"), numbers=pl.lit([], dtype=pl.List(pl.String))
    )
    one = pl.lit(1.0)
    pairs = pairs_of(clean, copies).with_columns(cosine=one, lexical=one, score=one, evidence=pl.lit(""))
    vectors = np.random.default_rng(0).normal(size=(len(lines), 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    encoded = pl.DataFrame({"row_id": clean["row_id"]}).with_columns(vector_column(vectors), encoder=pl.lit("none"))
    io.write(tables.CLEAN, clean)
    io.write(tables.GROUPS, groups_of(clean, copies))
    io.write(tables.PAIRS, pairs)
    io.write(tables.EMBEDDINGS, encoded)
    for empty in (tables.QUARANTINE, tables.DECISIONS, tables.INBOX_EMBEDDINGS):
        io.write(empty, empty.schema.create_empty())
    stage.main()
    return {path: Path(path).read_bytes() for path in OUTS}


def git(*arguments: str, at: str | Path = ".", fails: bool = False) -> str:
    """Git's output, in a repository that takes nothing from the machine's settings."""
    name = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    done = subprocess.run(["git", *name, *arguments], cwd=at, capture_output=True, text=True, check=False)
    assert fails or done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit(message: str) -> None:
    git("add", "-A")
    git("commit", "-q", "-m", message)


def test_a_second_run_writes_the_same_bytes(project):
    first = run_stage()
    assert run_stage() == first
    drop("b.csv", ["text 3", "new"])
    grown = run_stage()
    assert run_stage() == grown
    assert set(first[LOCK].splitlines()) < set(grown[LOCK].splitlines())


def stopped(writes: int) -> Iterator[str]:
    """Names of the functions that write, the one after so many writes ending the run."""
    yield from itertools.repeat("written", writes)
    raise KeyboardInterrupt


@pytest.mark.parametrize("writes", range(4))
def test_a_run_stopped_between_two_writes_is_made_good_by_the_next(project, monkeypatch, writes):
    run_stage()
    drop("b.csv", ["text 3", "new one", "new two"])
    lock = Path(LOCK).read_text()
    whole = run_stage()
    Path(LOCK).write_text(lock)
    counter, real = stopped(writes), io.replacing

    def counted(path):
        if str(path) in OUTS:
            next(counter)
        return real(path)

    monkeypatch.setattr(io, "replacing", counted)
    with pytest.raises(KeyboardInterrupt):
        run_stage()
    monkeypatch.setattr(io, "replacing", real)
    assert run_stage() == whole


def branches(ours: list[str], theirs: list[str]) -> None:
    """A repository with the branches `ours` and `theirs`, each with its own file and a run of the stage."""
    git("init", "-q", "-b", "base")
    run_stage()
    commit("base")
    for name, texts in (("ours", ours), ("theirs", theirs)):
        git("checkout", "-q", "-b", name, "base")
        drop(f"{name}.csv", texts)
        run_stage()
        Path("dvc.lock").write_text(f"of: {name}\n")
        commit(name)


def merged(into: str, other: str) -> dict[str, bytes]:
    """What the stage makes after `git merge` in a fresh clone; the lock must not be in conflict."""
    git("clone", "-q", ".", into)
    git("checkout", "-q", into, at=into)
    git("merge", "-q", "--no-edit", f"origin/{other}", at=into, fails=True)
    assert set(git("diff", "--name-only", "--diff-filter=U", at=into).split()) <= {REPORT, "dvc.lock"}
    assert Path(into, "dvc.lock").read_text() == f"of: {into}\n"
    assert "<<<<<<<" not in (Path(into, REPORT).read_text() + Path(into, LOCK).read_text())
    shutil.copytree("data/tables", Path(into, "data/tables"))
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(into)
        outs = run_stage()
        assert run_stage() == outs
    return outs


@pytest.mark.parametrize("size", [1, 3, 30])
def test_two_branches_merge_by_themselves_and_either_way_gives_the_same(project, size):
    branches([f"ours {row}" for row in range(size)], [f"theirs {row}" for row in range(size)])
    outs = merged("ours", "theirs")
    assert outs == merged("theirs", "ours")
    for branch in ("ours", "theirs"):
        sides = read_lock(git("show", f"{branch}:{LOCK}"))
        assert sides.items() <= read_lock(outs[LOCK].decode()).items()
    assert len(read_lock(outs[LOCK].decode())) == 40 + 2 * size


def test_a_text_that_two_branches_put_on_two_sides_goes_to_the_test_and_is_told(project):
    key = text_key("the same in both")
    branches(["the same in both", "ours"], ["the same in both", "theirs"])
    for name, side in (("ours", "train"), ("theirs", "test")):
        git("checkout", "-q", name)
        known = read_lock(Path(LOCK).read_text())
        Path(LOCK).write_text(Path(LOCK).read_text().replace(f"{key} {known[key].side}", f"{key} {side}"))
        assert run_stage()[LOCK] == Path(LOCK).read_bytes()
        git("commit", "-q", "-a", "-m", "another side", "--allow-empty")
    outs = merged("ours", "theirs")
    assert outs == merged("theirs", "ours")
    assert read_lock(outs[LOCK].decode())[key] == Place("test", MERGED)
    events = {event.event: event.rows for event in SplitReport.model_validate_json(outs[REPORT]).events}
    assert events[MERGED] == 2


def test_a_merge_without_the_attribute_leaves_marks_that_are_refused(project):
    Path(".gitattributes").unlink()
    branches([f"ours {row}" for row in range(30)], [f"theirs {row}" for row in range(30)])
    git("merge", "-q", "ours", fails=True)
    with pytest.raises(DataError, match=r"data/split.lock line \d+: '<<<<<<< HEAD' is a mark of a merge conflict"):
        run_stage()


def test_a_checkout_with_windows_line_ends_keeps_the_lock(project):
    git("init", "-q", "-b", "base")
    run_stage()
    commit("base")
    git("clone", "-q", "-c", "core.autocrlf=true", ".", "windows")
    assert Path("windows", LOCK).read_bytes() == Path(LOCK).read_bytes()
    assert Path("windows/data/raw/a.csv").read_bytes() == Path("data/raw/a.csv").read_bytes()
