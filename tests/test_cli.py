import subprocess
import sys

import pytest
import yaml
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.files.label_suggestions import labels_block
from anechoic.project.errors import DataError


def test_the_command_line_loads_nothing_heavy():
    heavy = "torch transformers sentence_transformers sklearn polars great_expectations dataframely"
    code = f"import sys, anechoic.cli; print([m for m in {heavy.split()} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_labels_prints_a_block_that_params_take():
    done = CliRunner().invoke(app, ["labels", "data/raw"])
    assert done.exit_code == 0
    assert list(yaml.safe_load(done.stdout)["labels"]) == list(range(1, 9))


def test_labels_by_name_are_numbered_and_quoted_where_yaml_needs_it():
    block = labels_block({"a.csv": b'label,text\nyes,a\nYes,b\nYes,c\n"a: b",c\nno,d\n'})
    assert {at: label["name"] for at, label in yaml.safe_load(block)["labels"].items()} == {
        1: "a: b",
        2: "no",
        3: "Yes",
    }


def test_labels_without_a_label_is_a_clear_error():
    with pytest.raises(DataError, match="nothing could be read. a.png: The file is a picture"):
        labels_block({"a.png": b"\x89PNG\r\n\x1a\n" + bytes(40)})
    with pytest.raises(DataError, match="No label in b.csv. Put CSVs"):
        labels_block({"b.csv": b"text\nway too dear\ncame late again\n"})
