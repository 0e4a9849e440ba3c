"""The registry of the charts, and what they share: colours and sizes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from anechoic.report.schema import Reports

# The colours of templates/style.css: text, what echoes or is wrong, what is new or right, what stands beside it.
# Any two lie 19 or more apart (CIECAM02) for people without red, green or blue cones too.
INK, ECHO, FRESH, SOFT = "#1d2b36", "#c2452d", "#1f6f8b", "#8a9aa6"
WIDTH = 620  # pixels of a chart where nothing says how wide the page is

Chart = Any  # Altair's methods are untyped
Draw = Callable[[Reports], Chart]
CHARTS: dict[str, Draw] = {}


def chart(draw: Draw) -> Draw:
    """Register a chart under its function's name; the function returns None where there is nothing to draw."""
    CHARTS[draw.__name__] = draw
    return draw


def chart_of(
    rows: Sequence[tuple[object, ...]], columns: Sequence[str] | Mapping[str, type[pl.DataType]]
) -> alt.Chart:
    """Rows and the names of their columns, with types where they cannot be told -> a chart without marks yet."""
    return alt.Chart(pl.DataFrame(rows, schema=columns, orient="row"))


def percent_axis() -> alt.Axis:
    """An axis of shares, in percent."""
    return alt.Axis(format="%")


def top_legend() -> alt.Legend:
    """A legend above the chart."""
    return alt.Legend(orient="top")
