"""Reports -> every chart of the page that has something to draw, as Vega-Lite specifications."""

from typing import Any

from anechoic.report.charts import (  # noqa: F401 - a module registers its charts when it is imported
    classifier,
    diversity,
    echoes,
    intake,
    leakage,
    predictions,
    spectra,
    split,
    worth,
)
from anechoic.report.charts.registry import CHARTS
from anechoic.report.schema import Reports


def charts(reports: Reports) -> dict[str, dict[str, Any]]:
    """Reports -> specification of each chart by its name; a chart with nothing to draw is left out."""
    drawn = {name: draw(reports) for name, draw in CHARTS.items()}
    return {name: each.to_dict() for name, each in drawn.items() if each is not None}
