import re
import shutil
import tomllib
from pathlib import Path

import pytest
import tiny
from test_house import PARAMS

README = Path("README.md")


def knob_rows() -> list[str]:
    return [
        f"| `{section}.{name}` | {field.description} |"
        for section, model in PARAMS.items()
        for name, field in model.model_fields.items()
    ]


@pytest.mark.parametrize("row", knob_rows())
def test_the_readme_lists_every_knob_with_its_description(row):
    assert row in README.read_text(), f"put this line into the README's knobs:\n{row}"


def test_the_readme_lists_no_knob_that_is_gone():
    listed = [line for line in README.read_text().splitlines() if re.match(r"\| `\w+\.\w+` \|", line)]
    assert listed == knob_rows()


def test_the_readmes_code_runs_as_it_stands(tmp_path, monkeypatch):
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    shutil.copytree("data/raw", tmp_path / "data/raw")
    shutil.copy("params.yaml", tmp_path)
    tiny.copy_folder(tiny.project().classifier.folder, tmp_path / "models/classifier")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)
    assert names["found"].removed["row"].to_list() == [0]
    assert set(names["rows"]["split"]) == {"train", "test"}
    assert 0 <= names["audit"].report.leak_rate <= 1


def test_the_readmes_map_names_every_folder_once_from_the_ground_up():
    rows = re.search(r"^\| folder \|(?:.*\|\n)+", README.read_text(), re.MULTILINE)[0]
    named = [name for row in rows.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == sorted(path.parent.name for path in Path("src/anechoic").glob("*/__init__.py"))
    layers = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    order = [layer.removeprefix("anechoic.") for layer in layers if layer.startswith("anechoic.")]
    assert [name for name in reversed(order) if name in named] == named
