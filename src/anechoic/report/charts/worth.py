"""What more rows would bring, and what the labels allow."""

import altair as alt
import polars as pl

from anechoic.report.charts.registry import (
    ECHO,
    FRESH,
    INK,
    WIDTH,
    Chart,
    chart,
    chart_of,
    percent_axis,
    top_legend,
)
from anechoic.report.schema import Reports

MEASURED, CARRIED_ON, CEILING = "measured", "carried on", "ceiling of the labels"
COLUMNS = {
    "rows": pl.Int64,
    "what": pl.String,
    "accuracy": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


@chart
def learning_curve(reports: Reports) -> Chart:
    """Accuracy of a plain model by distinct rows, carried on to twice as many, below the ceiling of the labels."""
    worth = reports.worth
    if not worth.curve:
        return None
    law = chart_of([(p.effective_rows, CARRIED_ON, p.accuracy, p.low, p.high) for p in worth.curve_law], COLUMNS)
    points = chart_of([(p.effective_rows, MEASURED, p.accuracy, p.low, p.high) for p in worth.curve], COLUMNS)
    layers = [law.mark_area(opacity=0.15), law.mark_line(), points.mark_rule(strokeWidth=2)]
    spread = [_spread(layer) for layer in (layers[0], layers[2])]
    lines = [_encoded(layers[1]), _encoded(points.mark_point(filled=True, size=60, opacity=1))]
    names, colors = [MEASURED, CARRIED_ON], [INK, FRESH]
    ceiling = (worth.ceiling, worth.ceiling_low, worth.ceiling_high)
    if None not in ceiling:
        ends = [worth.curve[0].effective_rows, max(p.effective_rows for p in [*worth.curve, *worth.curve_law])]
        bound = chart_of([(end, CEILING, *ceiling) for end in ends], COLUMNS)
        spread.append(_spread(bound.mark_area(opacity=0.15)))
        lines.append(_encoded(bound.mark_line(strokeDash=[4, 4])))
        names, colors = [*names, CEILING], [*colors, ECHO]
    scale = alt.Scale(domain=names, range=colors)
    color = alt.Color("what:N", title=None, scale=scale, legend=top_legend())
    return alt.layer(*(layer.encode(color=color) for layer in [*spread, *lines])).properties(
        width=WIDTH, height=240
    )


def _spread(layer: Chart) -> Chart:
    """A layer from the lower to the upper end of the interval."""
    return layer.encode(x=_rows(), y=_accuracy("low"), y2="high:Q")


def _encoded(layer: Chart) -> Chart:
    """A layer at the accuracy itself."""
    shares = [alt.Tooltip(f"{name}:Q", format=".1%") for name in ("accuracy", "low", "high")]
    return layer.encode(x=_rows(), y=_accuracy("accuracy"), tooltip=["what", "rows", *shares])


def _rows() -> alt.X:
    return alt.X("rows:Q", title="distinct rows learned from")


def _accuracy(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", title="accuracy on other rows", axis=percent_axis(), scale=alt.Scale(zero=False))
