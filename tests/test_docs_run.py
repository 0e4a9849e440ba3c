"""Every command of the README and the tutorial runs as it is told; what cannot run here is told somewhere."""

import json
import re
import shutil
from pathlib import Path

import pytest
from docs_shell import DEMO, EXIT, INSTEAD, NOT_RUN, REPHRASED, Shell, copy_of_the_project, labelled, unlabelled
from test_docs import PAGES, shell_lines


@pytest.mark.parametrize("line", sorted([*NOT_RUN, *INSTEAD, *EXIT]))
def test_what_does_not_run_is_told_somewhere(line):
    assert any(line in told for page in PAGES for told in shell_lines(page))


def test_the_first_classifier_is_trained_as_it_is_told(tmp_path):
    labelled(tmp_path / "yours.csv", DEMO[:160])
    shell = Shell(tmp_path, tmp_path / "anechoic")
    shell.place.mkdir()
    for line in shell_lines(Path("docs/first-classifier.md")):
        if line == "dvc repro":
            shell.quicker()
        if line.startswith("anechoic predict"):
            unlabelled(shell.place / "july.csv", REPHRASED[:20])
        shell.run(line)
    assert (shell.place / "reports/index.html").exists()
    assert (shell.place / "july.predicted.csv").exists()
    for line in shell_lines(Path("examples/README.md")):  # in the same project: yours.csv, train and test
        labelled(shell.place / "train.csv", DEMO[200:260])
        labelled(shell.place / "test.csv", DEMO[300:330])
        shutil.copy(tmp_path / "yours.csv", shell.place)
        shell.run(line)
    shell.run("anechoic onnx")
    assert (shell.place / "models/onnx/model.onnx").exists()


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
