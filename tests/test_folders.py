"""Folders that people drop files into, and the demo that goes."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.project import folders
from anechoic.project.errors import DataError, ParamsError

BLOCK = """# head

labels:   # the taxonomy
  # the first ones
  1: {name: a, meaning: "b # c"}  # one

  # and the others
  2:
      name: 'x'
      meaning: ""   # empty

# about the split
split:
    seed: 1  # kept
    columns:
    - a
    -   b
"""
CLEARED = """# head

labels: {}   # the taxonomy

# about the split
split:
    seed: 1  # kept
    columns:
    - a
    -   b
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cleared(text: str) -> str:
    Path("params.yaml").write_bytes(text.encode())
    folders.clear_labels()
    return Path("params.yaml").read_bytes().decode()


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_labels_go_and_every_other_byte_stays(place, end):
    assert cleared(BLOCK.replace("\n", end)) == CLEARED.replace("\n", end)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("labels: {1: {name: a, meaning: b}}  # c\nx: 1\n", "labels: {}  # c\nx: 1\n"),
        ("labels: {1: {name: a,\n  meaning: b}}\nx: 1\n", "labels: {}\nx: 1\n"),
        ("{labels: {1: a}, x: 1}\n", "{labels: {}, x: 1}\n"),
        ("{labels:\n  {1: a}, x: 1}\n", "{labels:\n  {}, x: 1}\n"),
        ("x: 1\nlabels:\n  1: {name: a, meaning: b}", "x: 1\nlabels: {}"),
        ("labels:\n  1: {name: a}\nx: 1\n", "labels: {}\nx: 1\n"),
        ("labels:\n  1:\n    name: a\n    meaning: |\n      two\n      lines\n\nx: 1\n", "labels: {}\n\nx: 1\n"),
        ("labels:\nx: 1\n", "labels: {}\nx: 1\n"),
        ("labels: # none yet\nx: 1\n", "labels: {} # none yet\nx: 1\n"),
        ("labels:\n- a\n- b\nx: 1\n", "labels: {}\nx: 1\n"),
        ("labels: {}\n", "labels: {}\n"),
        ("x: {labels: {1: a}}\n", "x: {labels: {1: a}}\n"),
        ("# nothing\n", "# nothing\n"),
        ('"labels" :\n  1: a\nx: "labels:"\n', '"labels" : {}\nx: "labels:"\n'),
    ],
)
def test_labels_in_any_layout_are_cleared(place, text, wanted):
    assert cleared(text) == wanted
    assert cleared(wanted) == wanted
    before, after = yaml.safe_load(text) or {}, yaml.safe_load(wanted) or {}
    assert {key: value for key, value in before.items() if key != "labels"} == {
        key: value for key, value in after.items() if key != "labels"
    }


def test_the_projects_own_params_lose_their_labels_and_nothing_else(place):
    text = (Path(__file__).parent.parent / "params.yaml").read_text()
    before, after = text.splitlines(), cleared(text).splitlines()
    assert [line for line in after if line not in before] == [
        line for line in after if line.startswith("labels: {}")
    ]
    assert yaml.safe_load("\n".join(after)) == yaml.safe_load(text) | {"labels": {}}


def test_params_that_are_no_yaml_are_said(place):
    with pytest.raises(ParamsError, match="params.yaml is missing"):
        folders.clear_labels()
    for content in (b"labels: [", b"labels: \xff\xfe"):
        Path("params.yaml").write_bytes(content)
        with pytest.raises(ParamsError, match="is no YAML"):
            folders.clear_labels()
        assert Path("params.yaml").read_bytes() == content


def test_labels_of_a_folder_that_is_not_there_is_a_clear_error(place):
    done = CliRunner().invoke(app, ["labels", "nowhere"])
    assert done.exit_code == 1
    assert isinstance(done.exception, DataError)
    assert "nowhere cannot be opened" in str(done.exception)


def test_a_folder_is_replaced_whole(place):
    folders.write_folder("out", {"a.csv": "1", "exam/b.csv": "2"})
    folders.write_folder("out", {"c.csv": "é\r\n"})
    assert [path.name for path in Path("out").rglob("*")] == ["c.csv"]
    assert folders.read_file("out/c.csv") == "é\r\n".encode()
    with pytest.raises(DataError, match=r"out/a.csv cannot be opened"):
        folders.read_file("out/a.csv")
