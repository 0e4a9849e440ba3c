"""The examples run as they are told, and what their page quotes is what they print."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anechoic.cli import app

FOLDER = Path(__file__).parent.parent / "examples"
PAGE = (FOLDER / "README.md").read_text()


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A folder in which FizzBuzz ran, and what it printed."""
    place = tmp_path_factory.mktemp("examples")
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(FOLDER / "fizzbuzz.py")]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return place, done.stdout


def right(printed: str, title: str) -> tuple[int, list[float]]:
    """How many of 15 a net names, and its errors as it learns."""
    line = next(line for line in printed.splitlines() if title in line)
    errors = re.search(r"error ([\d., ]+);", line)[1].split(", ")
    return int(re.search(r"right (\d+) of 15", line)[1]), [float(error) for error in errors]


def test_one_layer_names_fizzbuzz_but_not_the_exclusive_or_which_a_hidden_layer_learns(ran):
    names, one, two = (
        right(ran[1], title) for title in ("7. four", "one word or not, one", "one word or not, a hid")
    )
    assert names[0] == 15
    assert one[0] < 15
    assert one[1][-1] > 0.1
    assert two[0] == 15
    assert two[1][-1] < 0.005
    for _, errors in (names, one, two):
        assert errors == sorted(errors, reverse=True)


def test_torch_nn_gives_what_is_written_out_by_hand(ran):
    assert ran[1].count("torch.nn from the same weights: the same errors") == 3
    assert "OTHER" not in ran[1]


def test_both_curves_are_drawn(ran):
    drawn = (ran[0] / "fizzbuzz.svg").read_text()
    assert drawn.startswith("<svg")
    assert len(re.findall(r'aria-roledescription="line mark"', drawn)) == 2
    for net in ("one layer", "a hidden layer"):
        assert f">{net}</text>" in drawn
    assert (FOLDER / "fizzbuzz.svg").read_text().startswith("<svg")


def test_the_page_quotes_what_is_printed(ran, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = re.search(r'anechoic explain "(.*?)" "(.*?)"', PAGE).groups()
    told = CliRunner().invoke(app, ["explain", *arguments], catch_exceptions=False).output
    printed = "\n".join(line.rstrip() for line in f"{ran[1]}\n{told}".splitlines())
    quoted = re.findall(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(quoted) == 8
    for block in quoted:
        assert block.rstrip() in printed
    assert sum(map(len, quoted)) > 0.8 * len(ran[1])


def test_the_page_links_to_what_is_there():
    for target in re.findall(r"\]\((.*?)\)", PAGE):
        assert (FOLDER / target).exists(), target
    for command in re.findall(r"^    anechoic (\w+)", PAGE, re.MULTILINE):
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0
