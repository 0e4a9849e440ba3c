"""Who is trained on, who examines."""

import altair as alt

from anechoic.project.kinds import SIDES
from anechoic.report.charts.registry import FRESH, INK, SOFT, WIDTH, Chart, chart, chart_of, top_legend
from anechoic.report.schema import Reports

ORDER = [*SIDES, "exam"]
VALIDATION = "#e0a83a"


@chart
def sides(reports: Reports) -> Chart:
    """Rows used, by class and side."""
    counts = reports.split.counts
    rows = [
        (label, side, rows, ORDER.index(side))
        for side, by_label in counts.items()
        for label, rows in by_label.items()
    ]
    if not rows:
        return None
    colors = alt.Scale(domain=ORDER, range=[FRESH, VALIDATION, INK, SOFT])
    return (
        chart_of(rows, ["label", "split", "rows", "order"])
        .mark_bar()
        .encode(
            x=alt.X("rows:Q", title="rows with weight"),
            y=alt.Y("label:N", title=None),
            color=alt.Color("split:N", title=None, scale=colors, sort=ORDER, legend=top_legend()),
            order="order:O",
            tooltip=["label", "split", "rows"],
        )
        .properties(width=WIDTH, height=alt.Step(22))
    )
