from pathlib import Path

import pytest
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
    listed = [line for line in README.read_text().splitlines() if line.startswith("| `")]
    assert listed == knob_rows()
