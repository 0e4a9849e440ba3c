"""`anechoic doctor`: the machine, the project's state, and the time of a run, in real projects."""

import re
from pathlib import Path

import pytest
import tiny
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.cli.doctor.machine import cores, memory
from anechoic.cli.doctor.measure import Steps, seconds_per_step
from anechoic.cli.doctor.run_time import Span, others, told, training
from anechoic.project import io

LABELS = {6: {"name": "lead time", "meaning": ""}, 7: {"name": "price", "meaning": ""}}
RAW = "label,text\n" + "".join(f"{6 + row % 2},the price is too expensive order {row}\n" for row in range(30))
SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}


def doctor(*words):
    done = CliRunner().invoke(app, ["doctor", *words], catch_exceptions=False)
    return done.exit_code, done.output


def change(section, **knobs):
    document = yaml.safe_load(Path("params.yaml").read_text())
    document[section] = (document[section] or {}) | knobs
    Path("params.yaml").write_text(yaml.safe_dump(document))


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A new project, as `anechoic init` lays it out."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["init", "mine"]).exit_code == 0
    monkeypatch.chdir("mine")


@pytest.fixture
def project(empty):
    """The same with labels, a file and a tiny model to train."""
    document = yaml.safe_load(Path("params.yaml").read_text()) | {"labels": LABELS}
    Path("params.yaml").write_text(yaml.safe_dump(document))
    Path("data/raw/a.csv").write_text(RAW)
    change("train", model=str(tiny.checkpoint(Path("../bert").resolve())))


def test_outside_of_projects_it_tells_machine_and_models(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = doctor()
    assert code == 0
    assert re.search(r"^cores +\d+ usable of \d+; ", said, re.MULTILINE)
    assert re.search(r"^memory +\d+\.\d GiB", said, re.MULTILINE)
    assert re.search(r"^versions +anechoic \d.*torch \d.*transformers \d.*dvc \d", said, re.MULTILINE)
    assert "minilm (" in said
    assert "to be fetched: `anechoic models add mpnet`" in said
    assert "No project here: `anechoic init FOLDER`" in said
    assert list(tmp_path.iterdir()) == []


def test_below_a_project_it_says_where_the_project_is(empty, monkeypatch):
    monkeypatch.chdir("data")
    code, said = doctor()
    assert code == 0
    assert re.search(r"The project is .*mine: `cd .*mine`", said)


def test_a_project_that_cannot_run_yet_is_told_what_to_do_and_ends_with_1(empty):
    code, said = doctor()
    assert code == 1
    assert "✗ params.yaml labels: Value error, no class yet: paste what `anechoic labels data/raw` prints" in said
    assert "✗ data/raw/ holds no file: put labelled CSVs there" in said
    assert "2 of these would stop a run (✗): mend them first." in said


def test_in_a_project_in_order_it_measures_and_says_how_long_a_run_takes(project):
    code, said = doctor()
    assert code == 0
    assert "✗" not in said
    assert re.search(r"about .*(seconds?|minutes?) where every stage has to run, of which training .*second", said)
    assert "for 30 labelled records, 30 of data/raw/ different texts" in said
    assert re.search(r"measured now: \d+ ms to embed a text \(30 are new\); \d+\.\d\d to \d+\.\d\d s", said)
    assert not Path(".anechoic/checkpoints").exists()
    assert not Path("models/classifier").exists()


def test_the_last_training_is_told_beside_it_and_nothing_is_timed_where_not_asked(project):
    code, said = doctor("--no-measure")
    assert code == 0
    assert "not measured (--no-measure)" in said
    assert "the last training" not in said
    report = tiny.project().report.model_copy(
        update={"seconds": 45.0, "rows": 32, "stopped_at": 5, "refit_rows": 40, "best_epoch": 2, "batch_size": 8}
    )
    io.write_report("reports/train.json", report)
    said = doctor("--no-measure")[1]
    assert "took 45 s on cpu" in said
    assert "32 rows for 5 epochs, then 40 rows for 2: 1.50 s a step of 8 rows" in said
    Path("reports/train.json").write_text("{}")
    assert "the last training" not in doctor("--no-measure")[1]


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda: change("train", epochs=0), r"✗ params.yaml train.epochs: Input should be greater than .*found 0"),
        (lambda: change("train", model="nix"), r"✗ params.yaml train.model: No model 'nix'"),
        (
            lambda: change("embed", model="mpnet"),
            r"✗ .* embed.model: .*Fetch it: `anechoic models add mpnet`",
        ),
        (lambda: Path("params.yaml").write_text("a: [1"), r"✗ params.yaml is no YAML"),
        (lambda: Path("params.yaml").write_bytes(b"a: \xff"), r"✗ params.yaml is not in UTF-8"),
        (lambda: Path("dvc.yaml").write_text("stages: 3"), r"✗ DVC cannot run here: .*Mend dvc.yaml"),
        (lambda: Path(".dvc").rename("away"), r"✗ DVC cannot run here: .*`dvc init`"),
        (
            lambda: Path("anechoic.version").write_text("version: 0.0.1\n"),
            r"✗ .*at anechoic 0\.0\.1.*`anechoic upgrade`",
        ),
    ],
)
def test_what_would_stop_a_run_is_a_line_with_what_to_do(project, break_it, told):
    break_it()
    code, said = doctor("--no-measure")
    assert code == 1
    assert re.search(told, said), said
    assert "would stop a run" in said


def test_without_git_a_project_still_runs(project, monkeypatch):
    Path(".git").rename("away")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(Path.cwd().parent))
    config = Path(".dvc/config")
    config.write_text(f"{config.read_text().rstrip()}\n    no_scm = true\n")
    code, said = doctor("--no-measure")
    assert code == 0
    assert "! no git repository: `git init`" in said


@pytest.mark.parametrize("knobs", [{}, {"accumulate": 4}, {"batch_size": 3}])
def test_steps_are_timed_by_the_real_training_whatever_the_slices(tmp_path, monkeypatch, knobs):
    monkeypatch.chdir(tmp_path)
    texts = ["the price is too expensive", "delivery was late " * 20, "slow"]
    params = tiny.params(tiny.checkpoint(tmp_path / "bert"), **knobs)
    step = seconds_per_step(texts, tiny.LABELS, params)
    assert step.steps == 2
    assert 0 < step.fastest <= step.slowest < 5
    assert [path.name for path in tmp_path.iterdir()] == ["bert"]


@given(st.integers(10, 10**6), st.integers(1, 50), st.sampled_from(["none", "train+validation", "all"]))
def test_more_rows_and_epochs_take_longer_and_the_least_is_no_more_than_the_most(rows, epochs, refit):
    step = Steps(0.4, 0.5, 2)

    def span(rows, epochs):
        return training(rows, SHARES, tiny.params("m", epochs=epochs, refit=refit), step)

    one = span(rows, epochs)
    assert 0 < one.low <= one.high
    assert span(2 * rows, epochs).high > one.high
    assert span(rows, epochs + 1).high > one.high
    assert others(rows, 0.1).low < others(2 * rows, 0.1).low < others(2 * rows, 0.2).low


def test_the_demos_training_lies_within_what_is_said_of_it():
    """343 rows for 6 epochs, then 490 for 3: 225 steps of 16 rows."""
    span = training(
        490, SHARES, tiny.params("minilm", epochs=6, patience=3, batch_size=16, refit="all"), Steps(1, 1, 2)
    )
    assert span.low < 225 < span.high


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.2, 0.9, "less than 1 second"), (20.5, 40.1, "20 to 41 seconds"), (170, 299, "2 to 5 minutes"),
     (60, 120, "1 to 2 minutes"), (120, 120, "2 minutes"), (3600, 7300, "1 to 3 hours")],
)  # fmt: skip
def test_a_span_is_said_in_round_figures(low, high, words):
    assert told(Span(low, high)) == words


def test_cores_and_memory_are_what_the_process_may_use():
    assert cores() >= 1
    total, free = memory()
    assert free is None or 0 < free <= total
