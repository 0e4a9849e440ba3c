"""Every command of the pages runs as it is told, line by line, in a shell, on files such as a reader would have."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from test_docs import PAGES, shell_lines

ROOT = Path(__file__).parent.parent


def records(name: str) -> list[list[str]]:
    return list(csv.reader((ROOT / name).read_text().splitlines()))


NAMES = yaml.safe_load((ROOT / "params.yaml").read_text())["labels"]
DEMO = [(NAMES[int(label)]["name"], text) for label, text in records("data/raw/2023-06.csv")]
REPHRASED = [text for _, text in records("data/raw/2023-07-rephrased.csv")]
GOLD = [(int(row[0]) - 1, int(row[1]) - 1) for row in records("tests/data/cancellations/gold_pairs.csv")[1:]]

# What cannot run here, and what does instead; a line that no page tells any more fails a test.
NOT_RUN = {
    "git clone … && cd anechoic": "the copy that is tested is one",
    "make run": "CI runs it, twice",
    "make test": "this is it",
    "make compare": "hours of training on the demo; tests/test_compare.py runs a small one",
    "make fresh": "tests/test_fresh.py",
    "python3 -m venv .venv && . .venv/bin/activate": "tests/test_package.py installs into a fresh environment",
    "pip install -c constraints.txt .": "tests/test_package.py",
    "pip install -c constraints.txt -e . --group dev": "make does",
    "pip install .": "tests/test_package.py",
    "pip install 'dvc[s3]'": "no bucket is at hand: a folder stands for it",
    "pip install onnx onnxruntime onnxscript": "make installs them",
    "anechoic models add mpnet": "fetches 400 MB; tests/test_model_store.py adds a small one",
    "python examples/fizzbuzz.py": "tests/test_examples.py",
}
INSTEAD = {
    "s3://bucket/path": "{tmp}/store",
    "-S train.model=mpnet -S train.learning_rate=5e-5": "-S train.learning_rate=5e-5",
}
EXIT = {
    "anechoic audit data/raw/2023-06.csv data/raw/2023-07-rephrased.csv --shown 5": 1,  # it leaks: the story
    "git merge theirs": 1,  # conflicts, as the README says
}
QUICK = ("epochs: 6", "epochs: 1")  # one pass tells as well whether the commands fit together


class Shell:
    """Runs lines one after the other, as a person types them; `cd` holds."""

    def __init__(self, tmp: Path, place: Path):
        self.tmp, self.place, self.said = tmp, place, {}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        names = {f"GIT_{who}_{what}": "reader" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.environment = os.environ | names | {"PATH": path, "DVC_NO_ANALYTICS": "1", "OMP_NUM_THREADS": "1"}
        self.environment |= {"GIT_CEILING_DIRECTORIES": str(tmp.parent)}

    def run(self, line: str) -> None:
        told = re.sub(r"\s+# .*$", "", line)
        if told in NOT_RUN:
            return
        command = told
        for written, instead in INSTEAD.items():
            command = command.replace(written, instead.format(tmp=self.tmp))
        if command.startswith("cd "):
            self.place = (self.place / command[3:]).resolve()
            assert self.place.is_dir(), line
            return
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.place, env=self.environment, input="q\n", capture_output=True,
            text=True, timeout=900,
        )  # fmt: skip
        assert done.returncode == EXIT.get(told, 0), f"{line}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        assert "Traceback" not in done.stderr, f"{line}\n{done.stderr[-3000:]}"
        self.said[told] = done.stdout

    def quicker(self) -> None:
        params = self.place / "params.yaml"
        text = params.read_text()
        assert QUICK[0] in text
        params.write_text(text.replace(*QUICK))


def labelled(path: Path, rows: list[tuple[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([("label", "text"), *rows])


def unlabelled(path: Path, texts: list[str]) -> None:
    path.write_text("text\n" + "".join(f'"{text}"\n' for text in texts if '"' not in text))


def copy_of_the_project(place: Path, *names: str) -> None:
    for name in names:
        source, target = ROOT / name, place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)


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


def test_the_how_tos_run_as_they_are_told(tmp_path):
    shell = Shell(tmp_path, tmp_path)
    shell.run("anechoic init my-project")
    shell.run("cd my-project")
    here = shell.place
    files = {"data/raw/export.csv": (0, 120), "export.csv": (0, 40), "august.csv": (120, 180)}
    files |= {"new.csv": (180, 220), "train.csv": (200, 260), "test.csv": (300, 330)}
    for name, (first, last) in files.items():
        labelled(here / name, DEMO[first:last])
    unlabelled(here / "data/inbox/july.csv", REPHRASED[200:280])
    texts = [(DEMO[original][1], REPHRASED[rephrased]) for original, rephrased in GOLD[:100]]
    pairs = [(*pair, 1) for pair in texts[:50]] + [(texts[at][0], texts[at + 1][1], 0) for at in range(50, 100, 2)]
    with (here / "pairs.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("text_a", "text_b", "same"), *pairs])
    shell.quicker()
    for line in shell_lines(Path("docs/how-to.md")):
        if line.startswith("anechoic explain"):
            shell.run("dvc repro")  # the how-tos are about a project that was run
        if line.startswith("cp label-next.csv"):
            answered = (here / "label-next.csv").read_text().splitlines()
            (here / "label-next.csv").write_text("\n".join([answered[0], *(f"{row}price" for row in answered[1:])]))
        shell.run(line)
    intake = json.loads((here / "reports/intake.json").read_text())
    assert [drop["drop"] for drop in intake["drops"]] == ["2023-08.csv", "export.csv", "labelled-1.csv"]
    assert (tmp_path / "store").is_dir()


def test_the_story_is_repeated_as_it_is_told(tmp_path):
    shell = Shell(tmp_path, tmp_path / "anechoic")
    copy_of_the_project(shell.place, "data/raw", "data/exam", "params.yaml")
    shell.quicker()
    page = Path("docs/story.md")
    for line in shell_lines(page):
        shell.run(line)
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
    assert "honest_accuracy" in shell.said["dvc metrics diff"]


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
