"""What echoes what, and how many echoes are missed."""

import altair as alt
import polars as pl

from anechoic.report.charts.registry import ECHO, FRESH, WIDTH, Chart, chart, chart_of, top_legend
from anechoic.report.schema import Reports


@chart
def new_meanings(reports: Reports) -> Chart:
    """Rows of each file that are new meanings, and rows that are echoes."""
    rows = []
    for drop in reports.echoes.drops:
        rows += [(drop.drop, "new meanings", drop.new_meanings), (drop.drop, "echoes", drop.echo_rows)]
    if not rows:
        return None
    colors = alt.Scale(domain=["new meanings", "echoes"], range=[FRESH, ECHO])
    return (
        chart_of(rows, ["drop", "what", "rows"])
        .mark_bar()
        .encode(
            x=alt.X("rows:Q", title="rows"),
            y=alt.Y("drop:N", title=None),
            color=alt.Color("what:N", title=None, scale=colors, legend=top_legend()),
            order=alt.Order("what:N", sort="descending"),
            tooltip=["drop", "what", "rows"],
        )
        .properties(width=WIDTH, height=alt.Step(34))
    )


@chart
def missed(reports: Reports) -> Chart:
    """Recall on planted echoes, by how much was changed."""
    rows = [each.model_dump() for each in reports.echoes.missed if each.planted]
    if not rows:
        return None
    y = alt.Y("strength:N", sort=[row["strength"] for row in rows], title=None)
    base = alt.Chart(pl.DataFrame(rows)).encode(y=y)
    low = alt.X(
        "recall_low:Q",
        title="share found, 95 % interval",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", tickCount=5),
    )
    bars = base.mark_rule(strokeWidth=6, opacity=0.35, color=FRESH).encode(x=low, x2="recall_high:Q")
    points = base.mark_point(filled=True, size=90, opacity=1, color=FRESH).encode(
        x="recall:Q", tooltip=["strength", "planted", "found", alt.Tooltip("recall:Q", format=".0%")]
    )
    return (bars + points).properties(width=WIDTH, height=alt.Step(26))
