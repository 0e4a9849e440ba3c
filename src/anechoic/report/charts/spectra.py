"""The layers of the tuned model."""

import altair as alt
import polars as pl

from anechoic.report.charts.registry import ECHO, FRESH, INK, SOFT, WIDTH, Chart, chart, chart_of
from anechoic.report.schema import Reports

TOP = 16.0  # the chart ends there: random matrices give alphas without bound
WELL_TRAINED = (2.0, 6.0)  # the range the method calls well trained (Martin, Peng and Mahoney 2021)
SCHEMA = {
    "layer": pl.Int64,
    "name": pl.String,
    "alpha": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "start": pl.Float64,
    "null": pl.Float64,
    "warning": pl.String,
}


@chart
def alpha(reports: Reports) -> Chart:
    """Alpha of each layer with its interval, where it started, and what noise of its shape gives."""
    layers = reports.spectra.layers
    if not layers:
        return None
    rows = [
        (
            number,
            each.name,
            each.alpha,
            each.alpha_low,
            min(each.alpha_high, TOP),
            each.start_alpha,
            min(each.null_alpha, TOP),
            each.warning,
        )
        for number, each in enumerate(layers)
    ]
    y = alt.Scale(domain=[0, TOP], clamp=True)
    base = chart_of(rows, SCHEMA).encode(
        x=alt.X("layer:Q", title="layer, in the order of the model", axis=alt.Axis(tickMinStep=1))
    )
    low, high = WELL_TRAINED
    band = alt.Chart(pl.DataFrame({"low": [low], "high": [high]})).mark_rect(color=FRESH, opacity=0.08)
    noise = base.mark_tick(color=ECHO, thickness=2, width=10, orient="horizontal").encode(
        y=alt.Y("null:Q", scale=y)
    )
    whiskers = base.mark_rule(color=INK, opacity=0.35).encode(y="low:Q", y2="high:Q")
    before = base.mark_point(color=SOFT, size=60).encode(y="start:Q")
    alphas = [alt.Tooltip("alpha:Q", format=".2f"), alt.Tooltip("start:Q", format=".2f")]
    points = base.mark_point(filled=True, color=INK, size=45, opacity=1).encode(
        y=alt.Y("alpha:Q", title="alpha", scale=y),
        tooltip=["name", *alphas, alt.Tooltip("null:Q", format=".1f"), "warning"],
    )
    parts = band.encode(y="low:Q", y2="high:Q") + noise + whiskers + before + points
    return parts.properties(width=WIDTH, height=240)
