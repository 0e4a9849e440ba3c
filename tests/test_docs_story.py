"""Every command of the story runs as it is told, and its figures in the text are what they print."""

import re
from pathlib import Path

import polars as pl
from docs_shell import Shell, copy_of_the_project
from test_docs import shell_lines


def test_the_story_is_repeated_as_it_is_told(tmp_path):
    shell = Shell(tmp_path, tmp_path / "anechoic")
    copy_of_the_project(shell.place, "data/raw", "data/exam", "params.yaml")
    shell.quicker()
    page = Path("docs/story.md")
    for line in shell_lines(page):
        if line.startswith("anechoic init"):  # fewer rows from here on: the figures in the text were asked before
            for path in (shell.place / "data").rglob("*.csv"):
                path.write_text("".join(path.read_text().splitlines(keepends=True)[:120]))
        # the tutorial runs the whole chain; here it ends where the sides of the rows are told
        shell.run("dvc repro split" if line == "dvc repro" else line)
    prose = " ".join(page.read_text().split())
    repeated, of, share = re.search(r"(\d+) of the (\d+) rows \(([\d.]+) %\) repeat", prose).groups()
    audit = shell.said["anechoic audit data/raw/2023-06.csv data/raw/2023-07-rephrased.csv --shown 5"]
    counted = int(re.search(r"(\d+) of (?:the )?\d+", audit)[1])
    assert abs(counted - int(repeated)) <= 4, audit
    assert abs(100 * int(repeated) / int(of) - float(share)) < 0.06
    naive, honest = re.search(
        r"a random test would say (\d+) %, one that keeps echoes together (\d+) %", prose
    ).groups()
    check = shell.said["anechoic check 800.csv"]
    measured = [float(each) for each in re.search(r"random test.*?([\d.]+) %.*?([\d.]+) %", check).groups()]
    assert abs(measured[0] - float(naive)) <= 2, check
    assert abs(measured[1] - float(honest)) <= 2, check
    sides = pl.read_parquet(shell.place / "data/tables/split.parquet")
    assert sides.height > 200
    assert set(sides["split"]) >= {"train", "test", "exam"}
