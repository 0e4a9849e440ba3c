"""`anechoic summary`: what the last run found."""

from dataclasses import fields
from typing import TYPE_CHECKING, cast

import typer

if TYPE_CHECKING:
    from anechoic.report.schema import Reports

COMPARED = "compare", "grid"  # of a pipeline of its own; nothing of it is said here


def summary() -> None:
    """Print the figures of the last run, what to do next, and where the page is."""
    from anechoic.project import folders, io
    from anechoic.report import summary as lines
    from anechoic.report.metrics import metrics
    from anechoic.report.schema import Metrics

    reports = _reports()
    for line in lines.summary(reports, folders.resolved("reports/index.html")):
        typer.echo(line)
    if io.read_report_if_there("reports/metrics.json", Metrics) != metrics(reports):
        typer.echo("The page is older than these numbers: a run ended before it was made. `dvc repro` makes it.")


def _reports() -> "Reports":
    """What all stages reported, from the files of reports/."""
    from anechoic.project import io
    from anechoic.project.schema import Report
    from anechoic.report.schema import Reports

    wanted = {each.name: cast(type[Report], each.type) for each in fields(Reports) if each.name not in COMPARED}
    return Reports(**{name: io.read_report(f"reports/{name}.json", model) for name, model in wanted.items()})  # type: ignore[arg-type]
