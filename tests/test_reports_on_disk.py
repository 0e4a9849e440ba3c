"""Numbers of reports are rounded to what they mean, and the same report is the same file."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anechoic.project import io
from anechoic.project.errors import ContractError
from anechoic.project.io import round_floats
from anechoic.project.schema import Report

FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.one_of(FINITE, st.integers(), st.booleans(), st.none(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=4)),
    max_leaves=12,
)


class Layer(Report):
    name: str
    alpha: float | None


class Spectra(Report):
    rows: int
    layers: list[Layer]
    shares: dict[str, float]


def spectra(alpha: float | None = 2.34567891) -> Spectra:
    layers = [Layer(name="first", alpha=1.0), Layer(name="second", alpha=alpha)]
    return Spectra(rows=1_234_567, layers=layers, shares={"p": 0.000123456})


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (0.123456, 0.1235),
        (-2.00004999, -2.0),
        (0.00123456, 0.0012),
        (0.000123456, 0.00012),
        (-3.14159e-9, -3.1e-9),
        (5e-324, 5e-324),
        (0.00099999, 0.001),
        (-0.0, 0.0),
        (1234567.891234, 1234567.8912),
        (1e300, 1e300),
    ],
)
def test_a_number_keeps_what_it_means(value, rounded):
    assert round_floats(value) == rounded
    assert math.copysign(1, round_floats(value)) == math.copysign(1, rounded)


@given(VALUES)
def test_rounding_twice_is_rounding_once(value):
    assert json.dumps(round_floats(round_floats(value))) == json.dumps(round_floats(value))


@given(VALUES)
def test_rounding_changes_floats_alone(value):
    rounded = round_floats(value)
    assert type(rounded) is type(value)
    if isinstance(value, dict):
        assert list(rounded) == list(value)
    if isinstance(value, list):
        assert len(rounded) == len(value)
    if not isinstance(value, dict | list | float):
        assert rounded == value


@given(FINITE)
def test_a_number_moves_by_little_and_never_to_nothing(value):
    rounded = round_floats(value)
    assert (rounded == 0) == (value == 0)
    assert abs(rounded - value) <= (0.51e-4 if abs(value) >= 0.001 else 0.051 * abs(value)) + math.ulp(value)


@given(FINITE, FINITE)
def test_order_is_kept_so_that_an_interval_stays_around_its_value(one, other):
    low, high = sorted((one, other))
    assert round_floats(low) <= round_floats(high)


def test_machines_that_differ_in_the_last_digits_write_the_same_file(tmp_path):
    for name, alpha in (("one", 0.1 + 0.2), ("other", 0.3)):
        io.write_report(str(tmp_path / name), spectra(alpha))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_report_read_and_written_again_is_the_same_file(tmp_path):
    path = str(tmp_path / "report.json")
    io.write_report(path, spectra())
    written = Path(path).read_bytes()
    read = io.read_report(path, Spectra)
    assert (read.rows, read.layers[1].alpha, read.shares) == (1_234_567, 2.3457, {"p": 0.00012})
    io.write_report(path, read)
    assert Path(path).read_bytes() == written


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused_with_its_place(tmp_path, value):
    path = tmp_path / "report.json"
    with pytest.raises(ContractError, match=rf"report.json: layers\[1\].alpha is {value}"):
        io.write_report(str(path), spectra(value))
    assert not path.exists()
    io.write_report(str(path), spectra(None))
