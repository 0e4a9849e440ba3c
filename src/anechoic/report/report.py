"""Stage report: reports and tables -> the page, its twin in Markdown, the model card, and tables for DVC."""

from dataclasses import dataclass, replace

import polars as pl

from anechoic.report.accuracies import accuracies, fresh_sentence
from anechoic.report.metrics import confusion, metrics
from anechoic.report.page import page
from anechoic.report.rendering import render_markdown
from anechoic.report.rows.tables import Tables
from anechoic.report.schema import Metrics, ReportParams, Reports
from anechoic.report.sentences.classifier import refit_sentences
from anechoic.report.sentences.echoes import precision_sentences
from anechoic.report.sentences.overview import figures, headline, overview


@dataclass(frozen=True)
class Written:
    """What the stage writes."""

    page: str
    readme: str
    card: str
    metrics: Metrics
    accuracies: pl.DataFrame
    confusion: pl.DataFrame


def report(reports: Reports, tables: Tables, params: ReportParams) -> Written:
    """The reports of a run and the tables it shows rows of -> everything that is read by people and by DVC."""
    reports = with_ceiling_reached(reports)
    return Written(
        page=page(reports, tables, params.rows_shown),
        readme=readme(reports),
        card=model_card(reports),
        metrics=metrics(reports),
        accuracies=accuracies(reports),
        confusion=confusion(reports),
    )


def with_ceiling_reached(reports: Reports) -> Reports:
    """The same, no end of the ceiling that was told before training below what the model surely reaches."""
    fresh = reports.evaluation.fresh
    return replace(reports, worth=reports.worth.lifted(fresh.accuracy_low)) if fresh else reports


def readme(reports: Reports) -> str:
    """Reports -> the first screen of the page as Markdown, for people who read the repository."""
    told = overview(reports)
    told += [sentence for sentence in precision_sentences(reports.echoes) if sentence not in told]
    return render_markdown(
        "README.md.jinja",
        headline=headline(reports),
        figures=figures(reports),
        steps=reports.next.steps,
        overview=told,
        drops=reports.echoes.drops,
    )


def model_card(reports: Reports) -> str:
    """Reports -> what the classifier was trained on, what it reaches, and what it does not know, as Markdown."""
    evaluation = reports.evaluation
    scores = {"train": evaluation.train, "test": evaluation.test, "exam": evaluation.exam}
    return render_markdown(
        "model-card.md.jinja",
        reports=reports,
        fresh=fresh_sentence(reports.evaluation.fresh),
        scores=[(name, score) for name, score in scores.items() if score],
        refit=refit_sentences(reports),
    )
