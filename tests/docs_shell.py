"""The lines of the pages in a shell, on files such as a reader would have; and what cannot run here."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

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
    "make compare": "twelve trainings of the demo; tests/test_compare.py runs a small one",
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
# One pass and few redraws tell as well whether the commands fit together.
QUICK = {"epochs: 6": "epochs: 1", "nulls: 20": "nulls: 5", "draws: 100": "draws: 20", "repeats: 5": "repeats: 1"}
QUICK |= {"bootstraps: 1000": "bootstraps: 100"}


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
        for written, instead in QUICK.items():
            assert written in text
            text = text.replace(written, instead)
        params.write_text(text)


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
