"""Every command of the pages but the story runs as it is told; what cannot run here is told somewhere."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from docs_shell import (
    DEMO,
    EXIT,
    GOLD,
    INSTEAD,
    NOT_RUN,
    REPHRASED,
    Shell,
    copy_of_the_project,
    labelled,
    unlabelled,
)
from test_docs import PAGES, shell_lines


@pytest.mark.parametrize("line", sorted([*NOT_RUN, *INSTEAD, *EXIT]))
def test_what_does_not_run_is_told_somewhere(line):
    assert any(line in told for page in PAGES for told in shell_lines(page))


def test_the_tutorial_its_examples_and_the_how_tos_run_as_they_are_told(tmp_path):
    """In one project, as a reader has it: laid out and run by the tutorial, then put to the jobs of the how-tos."""
    shell = Shell(tmp_path, tmp_path / "anechoic")
    shell.place.mkdir()
    labelled(tmp_path / "yours.csv", DEMO[:120])
    for line in shell_lines(Path("docs/first-classifier.md")):
        if line == "dvc repro":
            labelled(shell.place / "data/raw/export.csv", DEMO[340:380])
            shell.quicker()
        if line.startswith("anechoic predict"):
            unlabelled(shell.place / "july.csv", REPHRASED[:20])
        shell.run(line)
    here = shell.place
    assert (here / "reports/index.html").exists()
    assert (here / "july.predicted.csv").exists()
    files_of_a_reader(here)
    shutil.copy(tmp_path / "yours.csv", here)
    shell.run("anechoic onnx")
    assert (here / "models/onnx/model.onnx").exists()
    for page in ("examples/README.md", "docs/how-to.md"):
        for line in shell_lines(Path(page)):
            if line.startswith("cp label-next.csv"):
                header, *rows = (here / "label-next.csv").read_text().splitlines()
                (here / "label-next.csv").write_text("\n".join([header, *(f"{row}price" for row in rows)]))
            last = line == "dvc repro" and (here / "data/raw/labelled-1.csv").exists()
            shell.run("dvc repro split" if last else line)  # the whole chain ran three times by then
    intake = json.loads((here / "reports/intake.json").read_text())
    drops = ["2023-08.csv", "export.csv", "labelled-1.csv", "yours.csv"]
    assert [drop["drop"] for drop in intake["drops"]] == drops
    assert (tmp_path / "store").is_dir()


def files_of_a_reader(place):
    files = {"export.csv": (0, 40), "august.csv": (120, 180), "new.csv": (180, 220)}
    files |= {"train.csv": (200, 260), "test.csv": (300, 330)}
    for name, (first, last) in files.items():
        labelled(place / name, DEMO[first:last])
    unlabelled(place / "data/inbox/july.csv", REPHRASED[200:280])
    texts = [(DEMO[original][1], REPHRASED[rephrased]) for original, rephrased in GOLD[:100]]
    pairs = [(*pair, 1) for pair in texts[:50]] + [(texts[at][0], texts[at + 1][1], 0) for at in range(50, 100, 2)]
    with (place / "pairs.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("text_a", "text_b", "same"), *pairs])


def test_the_readmes_commands_run_as_they_are_told(tmp_path):
    """Those that no other page tells; what needs a trained model is run by the how-tos."""
    shell = Shell(tmp_path, tmp_path)
    copy_of_the_project(tmp_path / "anechoic", "data/raw")
    shell.run("anechoic init my-project")
    shell.run("cd my-project")
    labelled(shell.place / "yours.csv", DEMO[:80])
    labelled(shell.place / "train.csv", DEMO[200:260])
    labelled(shell.place / "test.csv", DEMO[300:330])
    lines = [re.sub(r"\s+# .*$", "", line) for line in shell_lines(Path("README.md"))]
    store = next(at for at, line in enumerate(lines) if line.startswith("git rm -r"))
    for line in ("cp yours.csv data/raw/", "anechoic labels data/raw --write",
                 "anechoic audit train.csv test.csv --max-leak 0.02"):  # fmt: skip
        assert line in lines
        shell.run(line)
    shell.run('git add -A && git commit -m "data"')
    for line in lines[store : store + 4]:
        shell.run(line)
    assert any((tmp_path / "store").rglob("*"))


def test_of_two_branches_the_made_files_keep_ones_own_content_as_the_readme_tells(tmp_path):
    shell = Shell(tmp_path, tmp_path)
    shell.run("anechoic init my-project")
    shell.run("cd my-project")
    made = [shell.place / "dvc.lock", shell.place / "reports/metrics.json"]
    shell.run("git add -A && git commit -q -m base && git tag base")
    for branch in ("theirs", "mine"):
        shell.run(f"git checkout -q -b {branch} base")
        for path in made:
            path.parent.mkdir(exist_ok=True)
            path.write_text(f'{{"of": "{branch}"}}\n')
        shell.run(f"git add -A -f && git commit -q -m {branch}")
    shell.run("git merge theirs")
    assert [json.loads(path.read_text())["of"] for path in made] == ["mine", "mine"]
    shell.run("git add -A && git commit -q -m merged")
