"""What people read, wherever they read it, is what the report files hold: one quantity, one name, one value."""

import json
import re
from dataclasses import fields
from html import unescape
from itertools import chain
from pathlib import Path

import pytest
import report_builder

from anechoic.project import io
from anechoic.report.accuracies import QUOTED, accuracies
from anechoic.report.metrics import metrics
from anechoic.report.page import page
from anechoic.report.report import model_card, readme, with_ceiling_reached
from anechoic.report.schema import Reports
from anechoic.report.sentences.overview import figures, headline, overview
from anechoic.report.summary import summary

TAG = re.compile(r"<script.*?</script>|<style.*?</style>|<[^>]+>", re.DOTALL)


def committed() -> Reports:
    """The demo's reports, as they stand in the repository."""
    wanted = {each.name: each.type for each in fields(Reports) if each.name not in {"compare", "grid"}}
    return Reports(**{name: io.read_report(f"reports/{name}.json", model) for name, model in wanted.items()})


RUNS = {"demo": committed, "built": report_builder.reports}


@pytest.fixture(params=RUNS, scope="module")
def reports(request) -> Reports:
    return with_ceiling_reached(RUNS[request.param]())


@pytest.fixture(scope="module")
def read(reports) -> dict[str, str]:
    """All that people read of the run, by what it is: plain text, white space collapsed."""
    told = {
        "page": unescape(TAG.sub(" ", page(reports, report_builder.tables(), 5))),
        "readme": readme(reports).replace("\\", "").replace("**", ""),
        "card": model_card(reports).replace("\\", "").replace("**", ""),
        "end of the run": "\n".join(summary(reports, "reports/index.html")),
    }
    for name in ("evaluation", "leakage", "echoes", "worth"):
        told[f"console, {name}"] = "\n".join(getattr(reports, name).sentences())
    return {name: " ".join(text.split()) for name, text in told.items()}


def whole(share: float) -> str:
    return f"{100 * share:.0f}"


def test_the_figures_of_the_first_screen_are_those_of_the_report_files(reports):
    fresh, leakage, echoes = reports.evaluation.fresh, reports.leakage, reports.echoes
    shown = {each.name: (each.value, each.note) for each in figures(reports)}
    between = f"{whole(fresh.accuracy_low)}–{whole(fresh.accuracy_high)} %"
    assert shown["the classifier, on fresh comments"] == (
        f"{whole(fresh.accuracy)} %",
        f"{between}, {fresh.rows} rows of the {fresh.side}",
    )
    assert shown["rows"][0] == f"{echoes.rows:,}"
    assert shown["effective rows"][0] == f"{echoes.effective_rows:,}"
    assert f"{echoes.effective_rows_low:,}–{echoes.effective_rows_high:,}" in shown["effective rows"][1]
    for name, arm in (("a random test would say", "naive"), ("the honest test says", "honest")):
        value, low, high = (whole(getattr(leakage, f"{arm}_accuracy{end}")) for end in ("", "_low", "_high"))
        assert shown[name][0] == f"{value} %"
        assert shown[name][1].startswith(f"{low}–{high} %")
    assert len(shown) == 5
    assert headline(reports).startswith(f"{echoes.rows:,} rows are worth {echoes.effective_rows:,}.")


def test_every_reader_sees_the_same_figures_and_headline(reports, read):
    for place in ("page", "readme", "end of the run"):
        assert headline(reports) in read[place]
        for each in figures(reports):
            assert each.note in read[place], (place, each)
            name, value = re.escape(each.name), re.escape(each.value)
            assert re.search(rf"{name}\W+{value}|{value}\W+{name}", read[place]), (place, each)


def test_the_accuracy_to_quote_is_one_number(reports, read):
    fresh, measured = reports.evaluation.fresh, metrics(reports)
    assert measured.fresh_accuracy == fresh.accuracy
    assert (measured.fresh_accuracy_low, measured.fresh_accuracy_high) == (fresh.accuracy_low, fresh.accuracy_high)
    assert getattr(measured, f"{fresh.side}_accuracy") == getattr(reports.evaluation, fresh.side).accuracy
    (quoted,) = (row for row in accuracies(reports).to_dicts() if row["meaning"].startswith(QUOTED))
    assert (quoted["accuracy"], quoted["accuracy_low"], quoted["accuracy_high"], quoted["rows"]) == (
        fresh.accuracy,
        fresh.accuracy_low,
        fresh.accuracy_high,
        fresh.rows,
    )
    told = f"{whole(fresh.accuracy)} % ({whole(fresh.accuracy_low)}–{whole(fresh.accuracy_high)} %"
    for place in ("page", "readme", "card", "console, evaluation"):
        assert told in read[place], place


def test_random_and_honest_test_are_the_same_in_every_file_and_sentence(reports, read):
    leakage, measured = reports.leakage, metrics(reports)
    assert (measured.naive_accuracy, measured.honest_accuracy, measured.inflation) == (
        leakage.naive_accuracy,
        leakage.honest_accuracy,
        leakage.inflation,
    )
    rows = {row["score"]: row["accuracy"] for row in accuracies(reports).to_dicts()}
    assert rows["probe, random test"] == leakage.naive_accuracy
    assert rows["probe, honest test"] == leakage.honest_accuracy
    for place in ("page", "readme", "console, leakage"):
        for arm in ("naive", "honest"):
            value, low, high = (whole(getattr(leakage, f"{arm}_accuracy{end}")) for end in ("", "_low", "_high"))
            assert f"{value} % ({low}–{high} %)" in read[place], (place, arm)
    assert (
        f"{whole(leakage.naive_accuracy)} % where an honest one says {whole(leakage.honest_accuracy)} %"
        in read["card"]
    )


def test_steps_have_the_same_worth_on_page_twin_and_console(reports, read):
    assert reports.next.steps
    for step in reports.next.steps:
        for place in ("page", "readme", "end of the run"):
            assert " ".join(step.action.split()) in read[place], place
            assert step.worth() in read[place], (place, step.action)
        if step.points is not None:
            numbers = [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", step.worth())]
            assert numbers == [round(each, 1) for each in (step.points, step.points_low, step.points_high)]


def test_the_worth_of_the_next_rows_is_one_number_in_verdict_steps_and_sentences(reports, read):
    rows = reports.worth.next_rows
    assert rows
    for place in ("page", "console, worth"):
        assert f"ext {rows.rows} fresh rows are worth {rows.worth()} to a plain model" in read[place]
    told = rf"next {rows.rows} fresh rows are worth (about \d[^()]*\([^()]*\)|nothing[^()]*)"
    for text in (reports.evaluation.verdict_reason, *read.values()):
        for found in re.findall(told, text):
            assert found.strip() in rows.worth()


def test_what_carries_two_labels_is_counted_once(reports, read):
    sure = reports.echoes.sure_conflicts
    assert metrics(reports).conflicts == sure
    for text in read.values():
        for count in re.findall(r"([\d,]+) echo groups? carr(?:y|ies) different labels", text):
            assert int(count.replace(",", "")) == sure
        for count in re.findall(r"([\d,]+) meanings? carr(?:y|ies) two labels", text):
            assert int(count) == sure


def test_rows_are_counted_alike_in_every_file(reports):
    measured = metrics(reports)
    assert measured.rows == reports.echoes.rows
    assert measured.quarantined == reports.intake.quarantined
    for side, score in (("test", reports.evaluation.test), ("exam", reports.evaluation.exam)):
        assert score is None or score.rows == getattr(measured, f"{side}_rows")


def test_the_demos_files_hold_what_is_made_of_its_reports_now():
    reports = committed()
    written = json.loads(Path("reports/metrics.json").read_text())
    now = metrics(reports).model_dump()
    assert {name for name in now if now[name] != written.get(name)} == set()
    assert reports.echoes.rows == sum(drop.rows for drop in reports.echoes.drops) == reports.diversity.overall.rows
    assert reports.train.rows == sum(reports.split.counts["train"].values())


def test_per_cent_is_spelled_one_way_on_all_that_is_rendered(read, request):
    for place, text in read.items():
        quotes_people = place == "page" and "[demo]" in request.node.name  # who write "100%"
        raw = place.startswith("console") and "[built]" in request.node.name  # holds what earlier versions wrote
        assert quotes_people or raw or re.findall(r"\d%", text) == [], place


def test_per_cent_is_spelled_one_way_by_every_stage():
    stages = [report for report in vars(committed()).values() if report]
    said = chain.from_iterable(report.sentences() for report in stages)
    assert [line for line in said if re.search(r"\d%", line)] == []


def test_no_sentence_of_the_overview_stands_twice(reports):
    told = overview(reports)
    assert len(told) == len(set(told))
