"""What the classifier says: confusion, reliability, abstention."""

import altair as alt
import polars as pl

from anechoic.evaluate.schema import Abstention, Bin
from anechoic.report.charts.registry import ECHO, FRESH, INK, SOFT, WIDTH, Chart, chart, chart_of, percent_axis
from anechoic.report.schema import Reports

MAX_CLASSES = 40  # of more, neither names nor numbers of a confusion can be read in half a page
NAMED_CLASSES = 20  # up to as many every name stands at its line
HALF = {"width": WIDTH // 2 - 45, "height": 210}  # two charts side by side, room for an axis each
WHITE_FROM = 0.55  # share from which a cell is so dark that its number is written in white


@chart
def confusion(reports: Reports) -> Chart:
    """Rows by label and prediction, on test and exam."""
    evaluation = reports.evaluation
    sides = [("test", evaluation.confusion), ("exam", evaluation.exam_confusion)]
    parts = [part for side, counts in sides if (part := _confusion(side, evaluation.labels, counts)) is not None]
    return alt.hconcat(*parts) if parts else None


def _confusion(side: str, names: list[str], counts: list[list[int]]) -> Chart:
    """names: (classes,); counts: (classes, classes) rows by label and prediction. None where there is no row."""
    rows = [
        (names[label], names[predicted], side, count, count / sum(line), "right" if label == predicted else "wrong")
        for label, line in enumerate(counts)
        for predicted, count in enumerate(line)
        if count
    ]
    if not rows or len(names) > MAX_CLASSES:
        return None
    every_class = alt.Scale(domain=names)
    crowded = len(names) > NAMED_CLASSES
    base = chart_of(rows, ["label", "predicted", "side", "rows", "share", "what"]).encode(
        x=alt.X(
            "predicted:N",
            sort=names,
            axis=alt.Axis(labelAngle=-45, labelLimit=120, labelOverlap=crowded),
            scale=every_class,
        ),
        y=alt.Y(
            "label:N",
            sort=names,
            title=f"label ({side})",
            axis=alt.Axis(labelLimit=110, labelOverlap=crowded),
            scale=every_class,
        ),
    )
    colors = alt.Scale(domain=["right", "wrong"], range=[FRESH, ECHO])
    cells = base.mark_rect().encode(
        color=alt.Color("what:N", scale=colors, legend=None),
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.15, 1]), legend=None),
        tooltip=["label", "predicted", "rows", alt.Tooltip("share:Q", format=".0%")],
    )
    ink = alt.condition(f"datum.share > {WHITE_FROM}", alt.value("white"), alt.value(INK))
    text = base.mark_text().encode(text="rows:Q", color=ink)
    size = WIDTH // 2 - 105  # square, with room for the names
    return (cells + text).properties(width=size, height=size)


@chart
def reliability(reports: Reports) -> Chart:
    """Accuracy beside confidence on the test, and what abstaining buys."""
    bins = reports.evaluation.reliability
    if not bins:
        return None
    return alt.hconcat(_reliability(bins), _abstention(reports.evaluation.abstention))


def _reliability(bins: list[Bin]) -> Chart:
    rows = [(b.confidence, b.accuracy, b.accuracy_low, b.accuracy_high, b.rows) for b in bins]
    share = alt.Scale(domain=[0, 1])
    base = chart_of(rows, ["confidence", "accuracy", "low", "high", "rows"]).encode(
        x=alt.X("confidence:Q", scale=share, axis=percent_axis(), title="confidence")
    )
    ideal = (
        alt.Chart(pl.DataFrame({"x": [0.0, 1.0]}))
        .mark_line(color=SOFT, strokeDash=[4, 4])
        .encode(x="x:Q", y=alt.Y("x:Q", title="accuracy"))
    )
    whiskers = base.mark_rule(color=INK, opacity=0.5).encode(y=alt.Y("low:Q", title="accuracy"), y2="high:Q")
    points = base.mark_point(filled=True, color=FRESH, opacity=1).encode(
        y=alt.Y("accuracy:Q", scale=share, axis=percent_axis()),
        size=alt.Size("rows:Q", legend=None),
        tooltip=[alt.Tooltip("confidence:Q", format=".0%"), alt.Tooltip("accuracy:Q", format=".0%"), "rows"],
    )
    return (ideal + whiskers + points).properties(**HALF)


def _abstention(curve: list[Abstention]) -> Chart:
    rows = [(each.answered_share, each.accuracy, each.confidence) for each in curve]
    return (
        chart_of(rows, ["answered", "accuracy", "confidence"])
        .mark_line(point=True, color=FRESH)
        .encode(
            x=alt.X("answered:Q", axis=percent_axis(), title="share answered", scale=alt.Scale(reverse=True)),
            y=alt.Y(
                "accuracy:Q", axis=percent_axis(), title="accuracy of the answers", scale=alt.Scale(zero=False)
            ),
            order="confidence:Q",
            tooltip=[alt.Tooltip(f"{name}:Q", format=".0%") for name in ("answered", "accuracy", "confidence")],
        )
        .properties(**HALF)
    )
