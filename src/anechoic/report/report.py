"""Stage report: reports and tables -> one self-contained page and a README."""

import json
from importlib.resources import files

import polars as pl
import vl_convert
from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from pydantic import BaseModel

from anechoic.report import charts_learn  # noqa: F401 - registers its charts
from anechoic.report.charts import CHARTS
from anechoic.report.echo_story import echoes_told, shown_groups, shown_opposites
from anechoic.report.schema import ReportParams
from anechoic.report.split_story import price_told, split_told
from anechoic.report.story import Reports, drifts, figures, headline, interval, percent, story

DRAW = """
for (const figure of document.querySelectorAll("figure[data-chart]")) {
  const spec = JSON.parse(document.getElementById("chart-" + figure.dataset.chart).textContent);
  vegaEmbed(figure.querySelector("div"), spec, {actions: false, renderer: "svg", ast: true});
}
"""


def report(
    reports: Reports,
    clean: pl.DataFrame,
    groups: pl.DataFrame,
    split: pl.DataFrame,
    pairs: pl.DataFrame,
    params: ReportParams,
) -> str:
    """The page: every text escaped, charts and their library inlined once, no request to anywhere."""
    charts = {name: drawn for name, draw in CHARTS.items() if (drawn := draw(reports))}
    specs = {name: json.dumps(drawn.to_dict()).replace("<", "\\u003c") for name, drawn in charts.items()}
    return _template("page.html").render(
        headline=headline(reports),
        figures=figures(reports),
        story=story(reports),
        reports=reports,
        charts=specs,
        groups=shown_groups(clean, groups, split, pairs, params.groups_shown),
        opposites=shown_opposites(clean, pairs, params.groups_shown),
        echoes_told=echoes_told(reports.echoes),
        drifts=drifts(reports),
        meanings=meanings(reports),
        price_told=price_told(reports.leakage),
        split_told=split_told(reports.split),
        style=_file("style.css"),
        library=vl_convert.javascript_bundle(DRAW).replace("</script", "<\\/script"),
    )


def draw_readme(reports: Reports) -> str:
    """The same story as Markdown, for people who read the repository."""
    return _template("README.md").render(
        headline=headline(reports), figures=figures(reports), story=story(reports), reports=reports
    )


def draw_card(reports: Reports) -> str:
    """The model card: what the classifier was trained on, what it reaches, what it does not know."""
    learned = reports.learned
    if learned is None:
        return "# Model card\n\nNo classifier yet.\n"
    scores = {"train": learned.evaluation.train, "test": learned.evaluation.test, "exam": learned.evaluation.exam}
    shown = [(name, score) for name, score in scores.items() if score]
    return _template("model-card.md").render(reports=reports, learned=learned, scores=shown)


def meanings(reports: Reports) -> list[tuple[str, str, str]]:
    """Every plain number of the reports: its path, its value, its meaning."""
    parts = vars(reports) | (vars(reports.learned) if reports.learned else {})
    found: list[tuple[str, str, str]] = []
    for name, part in parts.items():
        if isinstance(part, BaseModel):
            found += _fields(f"{name}.", part)
    return found


def _fields(prefix: str, report: BaseModel) -> list[tuple[str, str, str]]:
    found = []
    for name, field in type(report).model_fields.items():
        value = getattr(report, name)
        if isinstance(value, BaseModel):
            found += _fields(f"{prefix}{name}.", value)
        elif isinstance(value, int | float | str):
            shown = f"{value:.4g}" if isinstance(value, float) else str(value)
            found.append((prefix + name, shown, field.description or ""))
    return found


def _template(name: str) -> Template:
    environment = Environment(
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        loader=FunctionLoader(_file),
    )
    environment.filters |= {"percent": percent}
    environment.globals |= {"interval": interval}
    return environment.get_template(f"{name}.jinja")


def _file(name: str) -> str:
    return files("anechoic.report").joinpath("templates", name).read_text(encoding="utf-8")
