"""How much there is to learn from."""

import altair as alt

from anechoic.report.charts.registry import FRESH, INK, SOFT, WIDTH, Chart, chart, chart_of, top_legend
from anechoic.report.schema import Reports


@chart
def diversity(reports: Reports) -> Chart:
    """Rows, effective rows and Vendi score of each class."""
    rows = []
    for label, each in reports.diversity.per_label.items():
        rows.append((label, "rows", float(each.rows)))
        rows.append((label, "effective rows", each.effective_rows))
        rows.append((label, "Vendi score", each.vendi_score))
    if not rows:
        return None
    order = ["rows", "effective rows", "Vendi score"]
    colors = alt.Scale(domain=order, range=[SOFT, FRESH, INK])
    return (
        chart_of(rows, ["label", "what", "count"])
        .mark_bar()
        .encode(
            x=alt.X("count:Q", title="rows, and what they are worth"),
            y=alt.Y("label:N", title=None),
            yOffset=alt.YOffset("what:N", sort=order),
            color=alt.Color("what:N", title=None, scale=colors, legend=top_legend()),
            tooltip=["label", "what", alt.Tooltip("count:Q", format=".1f")],
        )
        .properties(width=WIDTH, height=alt.Step(9))
    )
