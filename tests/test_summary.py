"""What a run ends with on the console."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import report_builder
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.project import io
from anechoic.project.stage import summary_follows
from anechoic.project.wording import FILES_TOLD, first_lines
from anechoic.report.metrics import metrics
from anechoic.report.summary import summary

ROOT = Path(__file__).parent.parent


def written(folder: Path, reports) -> None:
    """The reports as the stages leave them."""
    for name, report in vars(reports).items():
        if report:
            io.write_report(str(folder / f"reports/{name}.json"), report)
    io.write_report(str(folder / "reports/metrics.json"), metrics(reports))


def test_the_command_prints_what_the_stage_report_printed(tmp_path, monkeypatch):
    reports = report_builder.reports()
    written(tmp_path, reports)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["summary"])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == list(summary(reports, f"{tmp_path}/reports/index.html"))


def test_a_page_that_is_older_than_the_reports_is_told(tmp_path, monkeypatch):
    reports = report_builder.reports()
    written(tmp_path, reports)
    later = reports.echoes.model_copy(update={"rows": reports.echoes.rows + 1})
    io.write_report(str(tmp_path / "reports/echoes.json"), later)
    monkeypatch.chdir(tmp_path)
    assert "The page is older than these numbers" in CliRunner().invoke(app, ["summary"]).output


def test_without_a_run_the_command_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "params.yaml").write_text("labels: {}\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["summary"])
    assert "Run `dvc repro`" in str(done.exception)


def test_nothing_that_a_user_wrote_acts_on_the_terminal_or_shows_personal_data():
    hostile = "look at \x1b[31mred\x07\n\u202e and zwirbel@kunde.example"
    made = report_builder.reports()
    steps = [step.model_copy(update={"action": hostile, "command": hostile}) for step in made.next.steps]
    lines = list(summary(replace(made, next=made.next.model_copy(update={"steps": steps})), "page"))
    text = "\n".join(lines)
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "zwirbel" not in text
    assert "[email]" in text


def test_sentences_keep_within_a_hundred_columns_and_commands_stay_whole():
    made = report_builder.reports()
    long = made.next.steps[0].model_copy(update={"action": "word " * 60, "command": "anechoic " + "next " * 40})
    lines = list(summary(replace(made, next=made.next.model_copy(update={"steps": [long]})), "page"))
    assert f"   {long.command.strip()}" in lines
    assert all(len(line) <= 98 for line in lines if line.strip() != long.command.strip())


def test_make_prints_the_summary_last_and_once(tmp_path):
    """The recipe's own lines, with a `dvc` and an `anechoic` that write down how they were called."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for name in ("dvc", "anechoic"):
        program = tmp_path / f".venv/bin/{name}"
        program.write_text(f'#!/bin/sh\necho "{name} $* ${{ANECHOIC_SUMMARY_FOLLOWS:-}}" >> calls\n')
        program.chmod(0o755)
    (tmp_path / ".venv/.stamp").touch()
    subprocess.run(["make", "run"], cwd=tmp_path, check=True, capture_output=True, env=dict(os.environ))
    assert (tmp_path / "calls").read_text().splitlines() == ["dvc repro 1", "anechoic summary "]


@pytest.mark.parametrize(("value", "follows"), [("1", True), ("", False)])
def test_a_run_whose_summary_follows_is_told_so(monkeypatch, value, follows):
    monkeypatch.setenv("ANECHOIC_SUMMARY_FOLLOWS", value)
    assert summary_follows() is follows


@pytest.mark.parametrize("count", [0, 1, FILES_TOLD, FILES_TOLD + 1, FILES_TOLD + 2, 40])
def test_of_many_files_the_first_are_told_and_the_others_counted(count):
    lines = [f"{number}.csv" for number in range(count)]
    told = first_lines(lines, "reports/x.json")
    assert len(told) <= FILES_TOLD + 1
    if len(told) < count:
        assert told == [*lines[:FILES_TOLD], f"and {count - FILES_TOLD} more files: reports/x.json"]
    else:
        assert told == lines
