"""Every command of the how-tos runs as it is told, in one project."""

import csv
import json
from pathlib import Path

from docs_shell import DEMO, GOLD, REPHRASED, Shell, labelled, unlabelled
from test_docs import shell_lines


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
