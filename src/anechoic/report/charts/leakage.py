"""What leakage costs."""

import altair as alt

from anechoic.leakage.schema import Band
from anechoic.project.wording import percent
from anechoic.report.charts.registry import (
    ECHO,
    FRESH,
    INK,
    SOFT,
    WIDTH,
    Chart,
    chart,
    chart_of,
    percent_axis,
    top_legend,
)
from anechoic.report.schema import Reports


@chart
def price_tag(reports: Reports) -> Chart:
    """Accuracies of one model on random test, honest test and exam, with their intervals."""
    leakage, exam = reports.leakage, reports.leakage.exam
    if not leakage.rows:
        return None
    rows = [
        ("random test", leakage.naive_accuracy, leakage.naive_accuracy_low, leakage.naive_accuracy_high),
        ("honest test", leakage.honest_accuracy, leakage.honest_accuracy_low, leakage.honest_accuracy_high),
    ]
    if exam:
        rows.append(("exam", exam.accuracy, exam.accuracy_low, exam.accuracy_high))
    names = [name for name, *_ in rows]
    told = [(*row, percent(row[1])) for row in rows]  # rounded as in the sentences, which a chart would not do
    color = alt.Color("test:N", legend=None, scale=alt.Scale(domain=names, range=[ECHO, FRESH, INK][: len(names)]))
    base = chart_of(told, ["test", "accuracy", "low", "high", "told"]).encode(
        y=alt.Y("test:N", sort=names, title=None), color=color
    )
    low = alt.X(
        "low:Q",
        title="accuracy, 95 % interval",
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(format="%", tickCount=6),
    )
    bars = base.mark_rule(strokeWidth=6, opacity=0.35).encode(x=low, x2="high:Q")
    points = base.mark_point(filled=True, size=140, opacity=1).encode(
        x="accuracy:Q",
        tooltip=["test", *(alt.Tooltip(f"{name}:Q", format=".1%") for name in ("accuracy", "low", "high"))],
    )
    numbers = base.mark_text(dy=-16, fontWeight="bold").encode(x="accuracy:Q", text="told:N")
    return (bars + points + numbers).properties(width=WIDTH, height=55 * len(rows))


@chart
def staircase(reports: Reports) -> Chart:
    """Accuracy of the random test by cosine to the nearest training row."""
    rows = [
        (_band(b), b.accuracy, b.accuracy_low, b.accuracy_high, b.rows, percent(b.accuracy))
        for b in reports.leakage.bands
    ]
    if not rows:
        return None
    base = chart_of(rows, ["band", "accuracy", "low", "high", "rows", "told"]).encode(
        x=alt.X("band:N", sort=None, title="cosine to the nearest training row", axis=alt.Axis(labelAngle=0))
    )
    bars = base.mark_bar(color=SOFT).encode(
        y=alt.Y("accuracy:Q", title="accuracy", scale=alt.Scale(domain=[0, 1]), axis=percent_axis()),
        tooltip=["band", alt.Tooltip("accuracy:Q", format=".1%"), alt.Tooltip("rows:Q", format=".0f")],
    )
    whiskers = base.mark_rule(color=INK).encode(y=alt.Y("low:Q", title="accuracy"), y2="high:Q")
    # How many rows stand behind a bar is written into its foot, its accuracy above its whisker.
    counts = base.mark_text(dy=-8, baseline="bottom", color="white").encode(
        y=alt.datum(0), text=alt.Text("rows:Q", format=".0f")
    )
    numbers = base.mark_text(dy=-4, dx=4, align="left", color=INK).encode(y="high:Q", text="told:N")
    return (bars + whiskers + counts + numbers).properties(width=WIDTH, height=230)


def _band(band: Band) -> str:
    """The lowest band begins at cosine -1: it is named by its end."""
    return f"below {band.to:g}" if band.from_ < 0 else f"{band.from_:g}–{band.to:g}"


@chart
def stress(reports: Reports) -> Chart:
    """Accuracy of the honest test with neighbours purged too, beside a random purge of the same size."""
    purged, random = "neighbours purged", "as many purged at random"
    rows = []
    for point in reports.leakage.stress:
        rows.append((point.cosine, purged, point.accuracy, point.purged_share))
        rows.append((point.cosine, random, point.same_size_random, point.purged_share))
    if not rows:
        return None
    colors = alt.Scale(domain=[purged, random], range=[ECHO, SOFT])
    shares = [alt.Tooltip(f"{name}:Q", format=".1%") for name in ("accuracy", "purged")]
    return (
        chart_of(rows, ["cosine", "training", "accuracy", "purged"])
        .mark_line(point=True)
        .encode(
            x=alt.X("cosine:Q", sort="descending", title="purged from this cosine on", scale=alt.Scale(zero=False)),
            y=alt.Y("accuracy:Q", scale=alt.Scale(domain=[0, 1]), axis=percent_axis()),
            color=alt.Color("training:N", title=None, scale=colors, legend=top_legend()),
            tooltip=["training", "cosine", *shares],
        )
        .properties(width=WIDTH, height=200)
    )
