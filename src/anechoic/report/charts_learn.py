"""The charts of the classifier: training, confusion, reliability, abstention, spectra, diversity."""

from collections.abc import Callable
from functools import wraps

import altair as alt
import polars as pl

from anechoic.report.charts import ECHO, FRESH, INK, SOFT, WIDTH, Chart, chart
from anechoic.report.learned import Learned
from anechoic.report.story import Reports

SHARE = alt.Axis(format="%")


def learned_chart(draw: Callable[[Learned], Chart]) -> Callable[[Reports], Chart]:
    """Register a chart of the classifier: nothing to draw where nothing was trained."""

    @wraps(draw)
    def drawn(reports: Reports) -> Chart:
        return draw(reports.learned) if reports.learned else None

    return chart(drawn)


@learned_chart
def curves(learned: Learned) -> Chart:
    """Loss and accuracy of each epoch, on training and validation rows."""
    rows = []
    for point in learned.train.curves:
        for what, train, validation in (
            ("loss", point.train_loss, point.validation_loss),
            ("accuracy", point.train_accuracy, point.validation_accuracy),
        ):
            rows.append((point.epoch, what, "training rows", train))
            if validation is not None:
                rows.append((point.epoch, what, "validation rows", validation))
    if not rows:
        return None
    data = pl.DataFrame(rows, schema=["epoch", "what", "on", "value"], orient="row")
    colors = alt.Scale(domain=["training rows", "validation rows"], range=[SOFT, FRESH])
    parts = []
    for what in ("loss", "accuracy"):
        base = alt.Chart(data.filter(pl.col("what") == what)).encode(
            x=alt.X("epoch:Q", axis=alt.Axis(tickMinStep=1))
        )
        lines = base.mark_line(point=True).encode(
            y=alt.Y("value:Q", title=what, axis=SHARE if what == "accuracy" else alt.Axis()),
            color=alt.Color("on:N", title=None, scale=colors, legend=alt.Legend(orient="top")),
            tooltip=["epoch", "on", alt.Tooltip("value:Q", format=".3f")],
        )
        best = alt.Chart(pl.DataFrame({"epoch": [learned.train.best_epoch]})).mark_rule(
            color=INK, strokeDash=[4, 4]
        )
        parts.append((lines + best.encode(x="epoch:Q")).properties(width=WIDTH // 2 - 45, height=210))
    return alt.hconcat(*parts)


@learned_chart
def confusion(learned: Learned) -> Chart:
    """What is taken for what, on test and exam."""
    names = learned.evaluation.labels
    sides = [("test", learned.evaluation.confusion), ("exam", learned.evaluation.exam_confusion)]
    parts = []
    for side, counts in sides:
        total = [max(1, sum(line)) for line in counts]
        rows = [
            (names[i], names[j], count, count / total[i], "right" if i == j else "wrong")
            for i, line in enumerate(counts)
            for j, count in enumerate(line)
            if count
        ]
        if not rows or len(names) > 40:
            continue
        data = pl.DataFrame(rows, schema=["label", "predicted", "rows", "share", "what"], orient="row")
        base = alt.Chart(data).encode(
            x=alt.X(
                "predicted:N",
                sort=names,
                axis=alt.Axis(labelAngle=-45, labelLimit=120),
                scale=alt.Scale(domain=names),
            ),
            y=alt.Y(
                "label:N",
                sort=names,
                title=f"label ({side})",
                axis=alt.Axis(labelLimit=110),
                scale=alt.Scale(domain=names),
            ),
        )
        colors = alt.Scale(domain=["right", "wrong"], range=[FRESH, ECHO])
        cells = base.mark_rect().encode(
            color=alt.Color("what:N", scale=colors, legend=None),
            opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.15, 1]), legend=None),
            tooltip=["label", "predicted", "rows", alt.Tooltip("share:Q", format=".0%")],
        )
        text = base.mark_text(fontSize=11).encode(
            text="rows:Q", color=alt.condition("datum.share > 0.55", alt.value("white"), alt.value(INK))
        )
        parts.append((cells + text).properties(width=WIDTH // 2 - 105, height=WIDTH // 2 - 105))
    return alt.hconcat(*parts) if parts else None


@learned_chart
def reliability(learned: Learned) -> Chart:
    """Accuracy beside confidence on the test, and what abstaining buys."""
    bins, curve = learned.evaluation.reliability, learned.evaluation.abstention
    if not bins:
        return None
    data = pl.DataFrame(
        [(b.confidence, b.accuracy, b.accuracy_low, b.accuracy_high, b.rows) for b in bins],
        schema=["confidence", "accuracy", "low", "high", "rows"],
        orient="row",
    )
    share = alt.Scale(domain=[0, 1])
    x = alt.X("confidence:Q", scale=share, axis=SHARE, title="confidence")
    base = alt.Chart(data)
    ideal = (
        alt.Chart(pl.DataFrame({"x": [0.0, 1.0]}))
        .mark_line(color=SOFT, strokeDash=[4, 4])
        .encode(x="x:Q", y=alt.Y("x:Q", title="accuracy"))
    )
    whiskers = base.mark_rule(color=INK, opacity=0.5).encode(x=x, y=alt.Y("low:Q", title="accuracy"), y2="high:Q")
    points = base.mark_point(filled=True, color=FRESH, opacity=1).encode(
        x=x,
        y=alt.Y("accuracy:Q", scale=share, axis=SHARE),
        size=alt.Size("rows:Q", legend=None),
        tooltip=[alt.Tooltip("confidence:Q", format=".0%"), alt.Tooltip("accuracy:Q", format=".0%"), "rows"],
    )
    size = {"width": WIDTH // 2 - 45, "height": 210}
    left = (ideal + whiskers + points).properties(**size)
    answered = pl.DataFrame(
        [(a.answered_share, a.accuracy, a.confidence) for a in curve],
        schema=["answered", "accuracy", "confidence"],
        orient="row",
    )
    right = (
        alt.Chart(answered)
        .mark_line(point=True, color=FRESH)
        .encode(
            x=alt.X("answered:Q", axis=SHARE, title="share answered", scale=alt.Scale(reverse=True)),
            y=alt.Y("accuracy:Q", axis=SHARE, title="accuracy of the answers", scale=alt.Scale(zero=False)),
            order="confidence:Q",
            tooltip=[alt.Tooltip(f"{name}:Q", format=".0%") for name in ("answered", "accuracy", "confidence")],
        )
        .properties(**size)
    )
    return alt.hconcat(left, right)


@learned_chart
def beside(learned: Learned) -> Chart:
    """The fine-tuned model and the cheap ones, on test and exam."""
    evaluation = learned.evaluation
    names = {"majority": "commonest class", "tfidf_svm": "TF-IDF + SVM", "probe": "probe"}
    found = [(names[name], each.test, each.exam) for name, each in evaluation.baselines.items()]
    found.append(("fine-tuned", evaluation.test, evaluation.exam))
    rows = [
        (name, side, each.accuracy, each.accuracy_low, each.accuracy_high)
        for name, test, exam in found
        for side, each in (("test", test), ("exam", exam))
        if each
    ]
    if not rows:
        return None
    data = pl.DataFrame(rows, schema=["model", "side", "accuracy", "low", "high"], orient="row")
    order = [name for name, *_ in found]
    y = alt.Y("model:N", sort=order, title=None)
    color = alt.Color(
        "side:N",
        title=None,
        scale=alt.Scale(domain=["test", "exam"], range=[FRESH, INK]),
        legend=alt.Legend(orient="top"),
    )
    base = alt.Chart(data).encode(y=y, yOffset="side:N", color=color)
    lines = base.mark_rule(strokeWidth=5, opacity=0.35).encode(
        x=alt.X("low:Q", title="accuracy, 95 % interval", axis=SHARE), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        x="accuracy:Q", tooltip=["model", "side", alt.Tooltip("accuracy:Q", format=".1%")]
    )
    return (lines + points).properties(width=WIDTH - 60, height=alt.Step(22))


@learned_chart
def alpha(learned: Learned) -> Chart:
    """Alpha of each layer with its interval, where it started, and what noise of its shape gives."""
    layers = learned.spectra.layers
    if not layers:
        return None
    top = 16.0
    rows = [
        (
            at,
            each.name,
            each.alpha,
            each.alpha_low,
            min(each.alpha_high, top),
            each.start_alpha,
            min(each.null_alpha, top),
            each.warning,
        )
        for at, each in enumerate(layers)
    ]
    schema = {"layer": pl.Int64, "name": pl.String, "alpha": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    schema |= {"start": pl.Float64, "null": pl.Float64, "warning": pl.String}
    data = pl.DataFrame(rows, schema=schema, orient="row")
    band = alt.Chart(pl.DataFrame({"low": [2.0], "high": [6.0]})).mark_rect(color=FRESH, opacity=0.08)
    x = alt.X("layer:Q", title="layer, in the order of the model", axis=alt.Axis(tickMinStep=1))
    y = alt.Scale(domain=[0, top], clamp=True)
    base = alt.Chart(data)
    tips = ["name", alt.Tooltip("alpha:Q", format=".2f"), alt.Tooltip("start:Q", format=".2f")]
    tips += [alt.Tooltip("null:Q", format=".1f"), "warning"]
    noise = base.mark_tick(color=ECHO, thickness=2, width=10, orient="horizontal").encode(
        x=x, y=alt.Y("null:Q", scale=y)
    )
    whiskers = base.mark_rule(color=INK, opacity=0.35).encode(x=x, y="low:Q", y2="high:Q")
    before = base.mark_point(color=SOFT, size=60).encode(x=x, y="start:Q")
    points = base.mark_point(filled=True, color=INK, size=45, opacity=1).encode(
        x=x, y=alt.Y("alpha:Q", title="alpha", scale=y), tooltip=tips
    )
    bands = band.encode(y="low:Q", y2="high:Q")
    return (bands + noise + whiskers + before + points).properties(width=WIDTH, height=240)


@learned_chart
def diversity(learned: Learned) -> Chart:
    """Rows, effective rows and Vendi score of each class."""
    rows = []
    for label, each in learned.diversity.per_label.items():
        rows += [(label, "rows", float(each.rows)), (label, "effective rows", each.effective_rows)]
        rows += [(label, "Vendi score", each.vendi_score)]
    if not rows:
        return None
    data = pl.DataFrame(rows, schema=["label", "what", "count"], orient="row")
    order = ["rows", "effective rows", "Vendi score"]
    return (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=alt.X("count:Q", title="rows, and what they are worth"),
            y=alt.Y("label:N", title=None, axis=alt.Axis(labelLimit=260)),
            yOffset=alt.YOffset("what:N", sort=order),
            color=alt.Color(
                "what:N",
                title=None,
                scale=alt.Scale(domain=order, range=[SOFT, FRESH, INK]),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=["label", "what", alt.Tooltip("count:Q", format=".1f")],
        )
        .properties(width=WIDTH, height=alt.Step(9))
    )
