"""Reports and tables -> the page: one file that asks nobody for anything."""

import json
from functools import cache

import vl_convert
from pydantic import BaseModel

from anechoic.report.accuracies import all_accuracies
from anechoic.report.charts.charts import charts
from anechoic.report.examples import Tables, example_groups, example_opposites
from anechoic.report.rendering import printable_values, render_html, template_file
from anechoic.report.schema import Reports
from anechoic.report.sentences.classifier import refit_sentences
from anechoic.report.sentences.echoes import echo_sentences
from anechoic.report.sentences.intake import all_drift
from anechoic.report.sentences.leakage import leakage_sentences
from anechoic.report.sentences.overview import figures, headline, overview
from anechoic.report.sentences.split import split_sentences
from anechoic.report.sentences.worth import worth_sentences

# Charts are as wide as the page; two side by side stand below each other on a phone. Percent signs are spelled as
# in the sentences; the charts' texts are no code (`ast`: no eval).
DRAW = """
const formatLocale = {decimal: ".", thousands: ",", grouping: [3], currency: ["$", ""], percent: " %"};
const AXIS = 115, NARROW = 560;
for (const figure of document.querySelectorAll("figure[data-chart]")) {
  const spec = JSON.parse(document.getElementById("chart-" + figure.dataset.chart).textContent);
  const place = figure.querySelector("div"), width = place.clientWidth, narrow = width < NARROW;
  const label = {labelFontSize: 12, titleFontSize: 12};
  const axis = {...label, labelLimit: narrow ? 100 : 260, labelOverlap: "greedy", labelSeparation: 6};
  const config = {background: "transparent", text: {fontSize: 12}, axis, legend: label, header: label};
  const parts = spec.hconcat;
  if (parts) {
    if (narrow) { spec.vconcat = parts; delete spec.hconcat; }
    for (const part of parts) {
      const square = part.width === part.height;
      part.width = (narrow ? width : width / parts.length) - AXIS;
      if (square) part.height = part.width;
    }
  } else {
    spec.width = "container";
    spec.autosize = {type: "fit-x", contains: "padding"};
  }
  vegaEmbed(place, spec, {actions: false, renderer: "svg", ast: true, formatLocale, config});
}
"""


def page(reports: Reports, tables: Tables, groups_shown: int) -> str:
    """Reports, tables and how many groups to show -> HTML, with charts and the library that draws them inside."""
    # JSON inside a script element ends at the next "<", so it holds none.
    specs = {
        name: json.dumps(printable_values(spec)).replace("<", "\\u003c") for name, spec in charts(reports).items()
    }
    return render_html(
        "page.html.jinja",
        headline=headline(reports),
        figures=figures(reports),
        overview=overview(reports),
        accuracies=all_accuracies(reports),
        reports=reports,
        charts=specs,
        groups=example_groups(tables, groups_shown),
        opposites=example_opposites(tables, groups_shown),
        echo_sentences=echo_sentences(reports.echoes),
        drifts=all_drift(reports),
        refit_sentences=refit_sentences(reports),
        meanings=meanings(reports),
        leakage_sentences=leakage_sentences(reports.leakage),
        split_sentences=split_sentences(reports.split),
        worth_sentences=worth_sentences(reports),
        style=template_file("style.css"),
        library=_library(),
    )


@cache
def _library() -> str:
    """Vega, Vega-Lite, Vega-Embed and what calls them, as one script; bundling takes a second."""
    return str(vl_convert.javascript_bundle(DRAW)).replace("</script", "<\\/script")


def meanings(reports: Reports) -> list[tuple[str, str, str]]:
    """Reports -> every number and word that stands alone in them: its path, its value, its meaning."""
    return [line for name, report in vars(reports).items() if report for line in _fields(f"{name}.", report)]


def _fields(prefix: str, report: BaseModel) -> list[tuple[str, str, str]]:
    lines = []
    for name, field in type(report).model_fields.items():
        value = getattr(report, name)
        if isinstance(value, BaseModel):
            lines += _fields(f"{prefix}{name}.", value)
        elif isinstance(value, int | float | str):
            shown = f"{value:.4g}" if isinstance(value, float) else str(value)
            lines.append((prefix + name, shown, field.description or ""))
    return lines
