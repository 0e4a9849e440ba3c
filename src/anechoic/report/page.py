"""Reports and tables -> the page: one file that asks nobody for anything."""

import json

import polars as pl
from pydantic import BaseModel

from anechoic.predict.schema import PredictionsReport
from anechoic.report.accuracies import all_accuracies
from anechoic.report.charts.charts import charts
from anechoic.report.charts.map import map_caption, map_chart
from anechoic.report.libraries import charts_library, tables_library, tables_style
from anechoic.report.rendering import printable_values, render_html, template_file
from anechoic.report.rows.groups import groups, opposites
from anechoic.report.rows.odd import quarantined, questions
from anechoic.report.rows.points import points
from anechoic.report.rows.predicted import predicted
from anechoic.report.rows.tables import Tables
from anechoic.report.schema import Reports
from anechoic.report.sentences.classifier import confusions, refit_sentences
from anechoic.report.sentences.echoes import echo_sentences
from anechoic.report.sentences.intake import all_drift, mention_verdict
from anechoic.report.sentences.leakage import leakage_sentences
from anechoic.report.sentences.overview import figures, headline, overview
from anechoic.report.sentences.split import split_sentences
from anechoic.report.sentences.worth import worth_sentences
from anechoic.report.words import words_in

SECTIONS = {
    "next": "Do this next",
    "know": "What to know",
    "price": "Can I trust the test?",
    "echoes": "What repeats what?",
    "map": "A map of the texts",
    "intake": "What is odd in my files?",
    "classifier": "Is the model good, and where is it wrong?",
    "better": "What would make it better?",
    "inbox": "The inbox, classified",
    "meanings": "Every number and its meaning",
}
# Where on the page that is told which a step's evidence names.
EVIDENCE = {
    "worth.json": "better",
    "diversity.json": "diversity",
    "compare.json": "compare",
    "review.csv": "review",
    "echoes.json": "echoes",
    "split.json": "split",
    "leakage.json": "price",
    "intake.json": "intake",
    "predictions.json": "inbox",
}


def page(reports: Reports, tables: Tables, rows_shown: int) -> str:
    """Reports, tables and how many rows of each list to show -> HTML, with its libraries inside."""
    mapped = points(tables)
    specs = printable_values(charts(reports)) | ({"map": map_chart(mapped)} if mapped.rows else {})
    sections = {name: title for name, title in SECTIONS.items() if name != "map" or mapped.rows}
    return render_html(
        "page.html.jinja",
        headline=headline(reports),
        figures=figures(reports),
        overview=overview(reports),
        accuracies=all_accuracies(reports),
        reports=reports,
        sections=sections,
        # JSON inside a script element ends at the next "<", so it holds none.
        charts={
            name: json.dumps(spec, separators=(",", ":")).replace("<", "\\u003c") for name, spec in specs.items()
        },
        groups=groups(tables, rows_shown),
        opposites=opposites(tables, rows_shown),
        predicted=predicted(tables, rows_shown),
        quarantined=quarantined(tables, rows_shown),
        questions=questions(tables, rows_shown),
        map_caption=map_caption(mapped),
        places=places(tables.clean, reports.predictions),
        confusions=confusions(reports.evaluation),
        echo_sentences=echo_sentences(reports.echoes),
        drifts=all_drift(reports),
        mention_verdict=mention_verdict(reports.intake),
        refit_sentences=refit_sentences(reports),
        meanings=meanings(reports),
        leakage_sentences=leakage_sentences(reports.leakage),
        split_sentences=split_sentences(reports.split),
        worth_sentences=worth_sentences(reports),
        evidence_section=evidence_section,
        words_in=words_in,
        style=template_file("style.css"),
        library=charts_library(),
        tables_style=tables_style(),
        tables_library=tables_library(),
    )


def places(clean: pl.DataFrame, predictions: PredictionsReport) -> dict[str, str]:
    """File and line of the labelled rows that inbox rows are said to be like, by row_id."""
    asked = {row_id for each in predictions.shown for row_id in (each.like_row_id, each.nearest_row_id)}
    known = clean.filter(pl.col("row_id").is_in(list(asked)))
    return dict(known.select("row_id", pl.concat_str("drop", pl.lit(":"), "line")).iter_rows())


def evidence_section(evidence: str) -> str:
    """What a step names as its evidence -> the part of the page that shows it."""
    return next((part for file, part in EVIDENCE.items() if file in evidence), "classifier")


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
