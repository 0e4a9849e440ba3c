"""How training went, and what the classifier reaches beside cheap models."""

import altair as alt
import polars as pl

from anechoic.report.charts.registry import (
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
from anechoic.train.schema import CurvePoint

TRAINING, VALIDATION = "training rows", "validation rows"
CHEAP = {"majority": "commonest class", "tfidf_svm": "TF-IDF + SVM", "probe": "probe"}


@chart
def curves(reports: Reports) -> Chart:
    """Loss and accuracy of each epoch, on training and validation rows."""
    points = reports.train.curves
    if not points:
        return None
    best = (
        alt.Chart(pl.DataFrame({"epoch": [reports.train.best_epoch]}))
        .mark_rule(color=INK, strokeDash=[4, 4])
        .encode(x="epoch:Q")
    )
    parts = [(_lines(points, "loss", alt.Axis()) + best), (_lines(points, "accuracy", percent_axis()) + best)]
    return alt.hconcat(*(part.properties(width=WIDTH // 2 - 45, height=210) for part in parts))


def _lines(points: list[CurvePoint], what: str, axis: alt.Axis) -> Chart:
    """One line for training, one for validation where there are such rows; `what` is loss or accuracy."""
    rows = [
        (point.epoch, name, value)
        for point in points
        for name, side in ((TRAINING, "train"), (VALIDATION, "validation"))
        if (value := getattr(point, f"{side}_{what}")) is not None
    ]
    colors = alt.Scale(domain=[TRAINING, VALIDATION], range=[SOFT, FRESH])
    return (
        chart_of(rows, ["epoch", "on", "value"])
        .mark_line(point=True)
        .encode(
            x=alt.X("epoch:Q", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("value:Q", title=what, axis=axis),
            color=alt.Color("on:N", title=None, scale=colors, legend=top_legend()),
            tooltip=["epoch", "on", alt.Tooltip("value:Q", format=".3f")],
        )
    )


@chart
def beside(reports: Reports) -> Chart:
    """Accuracies of the fine-tuned model and the cheap ones, on test and exam."""
    evaluation = reports.evaluation
    scores = [(CHEAP.get(name, name), each.test, each.exam) for name, each in evaluation.baselines.items()]
    scores.append(("fine-tuned", evaluation.test, evaluation.exam))
    rows = [
        (name, side, score.accuracy, score.accuracy_low, score.accuracy_high)
        for name, test, exam in scores
        for side, score in (("test", test), ("exam", exam))
        if score
    ]
    if not rows:
        return None
    order = [name for name, *_ in scores]
    colors = alt.Scale(domain=["test", "exam"], range=[FRESH, INK])
    base = chart_of(rows, ["model", "side", "accuracy", "low", "high"]).encode(
        y=alt.Y("model:N", sort=order, title=None),
        yOffset="side:N",
        color=alt.Color("side:N", title=None, scale=colors, legend=top_legend()),
    )
    lines = base.mark_rule(strokeWidth=5, opacity=0.35).encode(
        x=alt.X("low:Q", title="accuracy, 95 % interval", axis=percent_axis()), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        x="accuracy:Q", tooltip=["model", "side", alt.Tooltip("accuracy:Q", format=".1%")]
    )
    return (lines + points).properties(width=WIDTH - 60, height=alt.Step(22))
