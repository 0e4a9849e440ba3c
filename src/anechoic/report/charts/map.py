"""The map of the texts."""

from typing import Any

import altair as alt

from anechoic.report.charts.registry import WIDTH
from anechoic.report.rendering import printable_values
from anechoic.report.rows.points import COLOURED
from anechoic.report.rows.tables import Listed

COLOURS = ["label", "file", "side", "echo", "mistake"]  # what a reader may colour the points by
# Okabe and Ito 2008, told apart by the colour-blind, a brown, and greys for what has no name or shares a colour.
PALETTE = [
    *("#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#000000", "#5b3a1e"),
    *("#a0a0a0", "#d0d0d0"),
]


def map_chart(points: Listed[dict[str, Any]]) -> dict[str, Any]:
    """The points of the map -> its specification: coloured by choice, moved and enlarged, told on hover.

    Its data is {columns, rows}, which templates/charts.js makes records of: half as long as naming each column in
    each of them.
    """
    colour = alt.param(
        name="colour", value=COLOURS[0], bind=alt.binding_select(options=COLOURS, name="coloured by ")
    )
    move = alt.selection_interval(bind="scales", zoom="wheel![event.altKey]")  # a bare wheel scrolls the page
    lit = alt.selection_point(fields=["shown"], bind="legend")
    axis = alt.Axis(labels=False, ticks=False, title=None, grid=False, domain=False)
    chart = (
        alt.Chart(alt.NamedData(name="points"))
        .transform_calculate(shown="datum[colour]")
        .mark_circle(size=34)
        .encode(
            x=alt.X("x:Q", axis=axis, scale=alt.Scale(zero=False, padding=8)),
            y=alt.Y("y:Q", axis=axis, scale=alt.Scale(zero=False, padding=8)),
            color=alt.Color(
                "shown:N",
                title=None,
                scale=alt.Scale(range=PALETTE),
                legend=alt.Legend(orient="bottom", labelLimit=140),
            ),
            opacity=alt.condition(lit, alt.value(0.75), alt.value(0.06)),
            tooltip=[f"{name}:N" for name in ("text", "class", "where", "side", "echo", "mistake")],
        )
        .add_params(colour, move, lit)
        .properties(width=WIDTH, height=460)
        .configure_view(stroke=None)
    )
    columns = list(points.rows[0])
    data = {"columns": columns, "rows": [[printable_values(row[name]) for name in columns] for row in points.rows]}
    spec: dict[str, Any] = chart.to_dict()
    return spec | {"data": data}


def map_caption(points: Listed[dict[str, Any]]) -> str:
    """What stands below the map."""
    drawn = f" of {points.total:,} texts, drawn by chance" if points.cut else " texts"
    return (
        f"{len(points.rows):,}{drawn}. Up to {COLOURED} classes or files have a colour of their own, of more the "
        "rarest share one; a click on a name in the legend dims the others."
    )
