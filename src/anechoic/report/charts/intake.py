"""What came in."""

import altair as alt

from anechoic.project.schema import P_VALUE_LIMIT
from anechoic.report.charts.registry import WIDTH, Chart, chart, chart_of, top_legend
from anechoic.report.schema import Reports
from anechoic.report.sentences.intake import all_drift


@chart
def drift(reports: Reports) -> Chart:
    """Size of each raw file's differences from the files before it, filled where it is no accident."""
    rows = [
        (each.drop, each.aspect, each.size, each.p_value, each.told, each.p_value < P_VALUE_LIMIT)
        for each in all_drift(reports)
    ]
    if not rows:
        return None
    numbers = [alt.Tooltip("size:Q", format=".2f"), alt.Tooltip("p:Q", format=".3f")]
    return (
        chart_of(rows, ["file", "aspect", "size", "p", "told", "sure"])
        .mark_point(size=110, strokeWidth=2)
        .encode(
            x=alt.X("size:Q", title="size of the difference", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("file:N", title=None),
            color=alt.Color("aspect:N", title=None, legend=top_legend()),
            fill=alt.condition("datum.sure", "aspect:N", alt.value("white")),
            tooltip=["file", "aspect", *numbers, "told"],
        )
        .properties(width=WIDTH, height=alt.Step(30))
    )
