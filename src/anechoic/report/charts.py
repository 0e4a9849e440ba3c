"""The charts of the page. A chart is one decorated function from reports to an Altair chart, and one test."""

from collections.abc import Callable
from typing import Any

import altair as alt
import polars as pl

from anechoic.project.tables import SIDES
from anechoic.report.intake_charts import draw_drift
from anechoic.report.story import Reports, drifts

INK, ECHO, FRESH, SOFT = "#1d2b36", "#d1495b", "#2a7f74", "#8a9aa6"
WIDTH = 620

Chart = Any  # Altair's methods are untyped
CHARTS: dict[str, Callable[[Reports], Chart]] = {}


def chart(draw: Callable[[Reports], Chart]) -> Callable[[Reports], Chart]:
    """Register a chart under its function's name; None where this run has nothing to draw."""
    CHARTS[draw.__name__] = draw
    return draw


@chart
def price_tag(reports: Reports) -> Chart:
    """Three accuracies of one model with their intervals."""
    leakage, exam = reports.leakage, reports.leakage.exam
    rows = [
        ("random test", leakage.naive_accuracy, leakage.naive_accuracy_low, leakage.naive_accuracy_high),
        ("honest test", leakage.honest_accuracy, leakage.honest_accuracy_low, leakage.honest_accuracy_high),
    ]
    if exam:
        rows.append(("exam", exam.accuracy, exam.accuracy_low, exam.accuracy_high))
    names = [name for name, *_ in rows]
    data = pl.DataFrame(rows, schema=["test", "accuracy", "low", "high"], orient="row")
    color = alt.Color("test:N", legend=None, scale=alt.Scale(domain=names, range=[ECHO, FRESH, INK][: len(names)]))
    y = alt.Y("test:N", sort=names, title=None)
    base = alt.Chart(data)
    bars = base.mark_rule(strokeWidth=6, opacity=0.35).encode(
        x=alt.X(
            "low:Q",
            title="accuracy, 95 % interval",
            scale=alt.Scale(zero=False, nice=True),
            axis=alt.Axis(format="%", tickCount=6),
        ),
        x2="high:Q",
        y=y,
        color=color,
    )
    points = base.mark_point(filled=True, size=140, opacity=1).encode(
        x="accuracy:Q",
        y=y,
        color=color,
        tooltip=["test", *(alt.Tooltip(f"{name}:Q", format=".1%") for name in ("accuracy", "low", "high"))],
    )
    numbers = base.mark_text(dy=-16, fontWeight="bold").encode(
        x="accuracy:Q", y=y, color=color, text=alt.Text("accuracy:Q", format=".0%")
    )
    return (bars + points + numbers).properties(width=WIDTH, height=55 * len(rows))


@chart
def new_meanings(reports: Reports) -> Chart:
    """What each drop brought: new meanings and echoes."""
    rows = []
    for drop in reports.echoes.drops:
        rows += [(drop.drop, "new meanings", drop.new_meanings), (drop.drop, "echoes", drop.echo_rows)]
    data = pl.DataFrame(rows, schema=["drop", "what", "rows"], orient="row")
    colors = alt.Scale(domain=["new meanings", "echoes"], range=[FRESH, ECHO])
    return (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=alt.X("rows:Q", title="rows"),
            y=alt.Y("drop:N", title=None, axis=alt.Axis(labelLimit=260)),
            color=alt.Color("what:N", title=None, scale=colors, legend=alt.Legend(orient="top")),
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
    base = alt.Chart(pl.DataFrame(rows))
    share = alt.X(
        "recall_low:Q",
        title="share found, 95 % interval",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", tickCount=5),
    )
    bars = base.mark_rule(strokeWidth=6, opacity=0.35, color=FRESH).encode(x=share, x2="recall_high:Q", y=y)
    points = base.mark_point(filled=True, size=90, opacity=1, color=FRESH).encode(
        x="recall:Q", y=y, tooltip=["strength", "planted", "found", alt.Tooltip("recall:Q", format=".0%")]
    )
    return (bars + points).properties(width=WIDTH, height=alt.Step(26))


@chart
def staircase(reports: Reports) -> Chart:
    """Accuracy of the random test by nearness of the nearest training row."""
    bands = reports.leakage.bands
    if not bands:
        return None
    rows = [
        (
            f"below {b.to:g}" if b.from_ < 0 else f"{b.from_:g}–{b.to:g}",
            b.accuracy,
            b.accuracy_low,
            b.accuracy_high,
            b.rows,
        )
        for b in bands
    ]
    data = pl.DataFrame(rows, schema=["band", "accuracy", "low", "high", "rows"], orient="row")
    x = alt.X("band:N", sort=None, title="cosine to the nearest training row", axis=alt.Axis(labelAngle=0))
    base = alt.Chart(data)
    tips = ["band", alt.Tooltip("accuracy:Q", format=".1%"), alt.Tooltip("rows:Q", format=".0f")]
    bars = base.mark_bar(color=SOFT).encode(
        x=x,
        y=alt.Y("accuracy:Q", title="accuracy", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
        tooltip=tips,
    )
    whiskers = base.mark_rule(color=INK).encode(x=x, y=alt.Y("low:Q", title="accuracy"), y2="high:Q")
    counts = base.mark_text(dy=-8, baseline="bottom", color="white").encode(
        x=x, y=alt.datum(0), text=alt.Text("rows:Q", format=".0f")
    )
    numbers = base.mark_text(dy=-4, dx=4, align="left", color=INK).encode(
        x=x, y="high:Q", text=alt.Text("accuracy:Q", format=".0%")
    )
    return (bars + whiskers + counts + numbers).properties(width=WIDTH, height=230)


@chart
def stress(reports: Reports) -> Chart:
    """The honest test with neighbours purged too, beside a random purge of the same size."""
    points = reports.leakage.stress
    if not points:
        return None
    rows = []
    for point in points:
        rows += [(point.cosine, "neighbours purged", point.accuracy, point.purged_share)]
        rows += [(point.cosine, "as many purged at random", point.same_size_random, point.purged_share)]
    data = pl.DataFrame(rows, schema=["cosine", "training", "accuracy", "purged"], orient="row")
    colors = alt.Scale(domain=["neighbours purged", "as many purged at random"], range=[ECHO, SOFT])
    return (
        alt.Chart(data)
        .mark_line(point=True)
        .encode(
            x=alt.X("cosine:Q", sort="descending", title="purged from this cosine on", scale=alt.Scale(zero=False)),
            y=alt.Y("accuracy:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
            color=alt.Color("training:N", title=None, scale=colors, legend=alt.Legend(orient="top")),
            tooltip=[
                "training",
                "cosine",
                alt.Tooltip("accuracy:Q", format=".1%"),
                alt.Tooltip("purged:Q", format=".1%"),
            ],
        )
        .properties(width=WIDTH, height=200)
    )


@chart
def sides(reports: Reports) -> Chart:
    """Rows used, by class and side."""
    counts = reports.split.counts
    rows = [(label, side, rows) for side, of in counts.items() for label, rows in of.items()]
    data = pl.DataFrame(rows, schema={"label": pl.String, "split": pl.String, "rows": pl.Int64}, orient="row")
    order = [*SIDES, "exam"]
    colors = alt.Scale(domain=order, range=[FRESH, "#e0a83a", INK, SOFT])
    return (
        alt.Chart(data.with_columns(order=pl.col("split").replace_strict(order, range(4), return_dtype=pl.Int64)))
        .mark_bar()
        .encode(
            x=alt.X("rows:Q", title="rows with weight"),
            y=alt.Y("label:N", title=None, axis=alt.Axis(labelLimit=260)),
            color=alt.Color("split:N", title=None, scale=colors, sort=order, legend=alt.Legend(orient="top")),
            order="order:O",
            tooltip=["label", "split", "rows"],
        )
        .properties(width=WIDTH, height=alt.Step(22))
    )


@chart
def drift(reports: Reports) -> Chart:
    """How each raw file differs from those before it."""
    return draw_drift(drifts(reports), WIDTH)
