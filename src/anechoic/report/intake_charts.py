"""Charts and sentences about what came in."""

from typing import Any

import altair as alt
import polars as pl

from anechoic.validate.drift import P_VALUE_LIMIT
from anechoic.validate.schema import Drift, IntakeReport

LEAK = 0.01  # share of texts with a class's name, written exactly like it, that is worth a sentence


def draw_drift(drift: list[Drift], width: int) -> Any:  # noqa: ANN401  Altair's methods are untyped
    """Size of each file's differences from those before it; None where there is nothing to compare."""
    if not drift:
        return None
    rows = [
        (each.drop, each.aspect, each.size, each.p_value, each.told, each.p_value < P_VALUE_LIMIT) for each in drift
    ]
    data = pl.DataFrame(rows, schema=["file", "aspect", "size", "p", "told", "sure"], orient="row")
    return (
        alt.Chart(data)
        .mark_point(size=110, strokeWidth=2)
        .encode(
            x=alt.X("size:Q", title="size of the difference", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("file:N", title=None, axis=alt.Axis(labelLimit=220)),
            color=alt.Color("aspect:N", title=None, legend=alt.Legend(orient="top")),
            fill=alt.condition("datum.sure", "aspect:N", alt.value("white")),
            tooltip=[
                "file",
                "aspect",
                alt.Tooltip("size:Q", format=".2f"),
                alt.Tooltip("p:Q", format=".3f"),
                "told",
            ],
        )
        .properties(width=width, height=alt.Step(30))
    )


def intake_story(intake: IntakeReport) -> list[str]:
    """What a person should know about the files that came in."""
    rows = sum(drop.valid for drop in intake.drops if drop.role == "raw")
    return [
        f"{each.texts} texts hold a label's name, {each.label!r}, {each.verbatim} written just so: the answer "
        "may have been copied into the question."
        for each in intake.label_mentions
        if " " in each.label and each.label != each.label.lower() and each.verbatim > LEAK * rows
    ]


def drift_story(drift: list[Drift]) -> list[str]:
    """The files that differ from those before them."""
    return [
        f"{each.drop} differs in {each.aspect} from the files before it: {each.told}."
        for each in drift
        if each.drifted
    ]
