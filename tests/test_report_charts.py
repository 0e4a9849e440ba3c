import re
from pathlib import Path

import pytest
from report_builder import FILES, reports

from anechoic.report.charts.charts import charts
from anechoic.report.charts.registry import CHARTS

NO_SCORE = {"test": None, "exam": None}
# Of each chart: a row it must draw from these reports, and what leaves it without anything to draw.
DRAWN = {
    "price_tag": ({"test": "honest test", "accuracy": 0.731}, {"leakage": {"rows": 0}}),
    "staircase": ({"band": "below 0.5", "accuracy": 0.7, "rows": 60.4}, {"leakage": {"bands": []}}),
    "stress": (
        {"cosine": 0.8, "training": "as many purged at random", "accuracy": 0.73},
        {"leakage": {"stress": []}},
    ),
    "new_meanings": ({"drop": FILES[1], "what": "echoes", "rows": 48}, {"echoes": {"drops": []}}),
    "missed": ({"strength": "strong", "planted": 20, "recall": 0.75}, {"echoes": {"missed": []}}),
    "sides": ({"label": "price", "split": "train", "rows": 36}, {"split": {"counts": {}}}),
    "drift": (
        {"file": FILES[1], "aspect": "words", "p": 0.4, "sure": False},
        {"intake": {"drift": []}, "worth": {"drift": []}},
    ),
    "curves": ({"epoch": 2, "on": "validation rows", "value": 0.75}, {"train": {"curves": []}}),
    "beside": (
        {"model": "TF-IDF + SVM", "side": "exam", "accuracy": 0.64},
        {"evaluation": NO_SCORE | {"baselines": {}}},
    ),
    "confusion": (
        {"label": "price", "predicted": "lead time", "rows": 2, "share": 0.2, "what": "wrong"},
        {"evaluation": {"confusion": [[0, 0], [0, 0]], "exam_confusion": [[0, 0], [0, 0]]}},
    ),
    "reliability": ({"confidence": 0.95, "accuracy": 0.9, "rows": 16}, {"evaluation": {"reliability": []}}),
    "alpha": ({"layer": 1, "alpha": 3.2, "high": 16.0, "start": None}, {"spectra": {"layers": []}}),
    "learning_curve": (
        {"rows": 202, "what": "carried on", "accuracy": 0.72, "low": 0.62},
        {"worth": {"curve": []}},
    ),
    "diversity": ({"label": "price", "what": "Vendi score", "count": 30.0}, {"diversity": {"per_label": {}}}),
}


def drawn_rows(spec: dict) -> list[dict]:
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_draws_its_numbers_and_is_left_out_where_there_are_none(name):
    row, nothing = DRAWN[name]
    spec = charts(reports())[name]
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert any(row.items() <= each.items() for each in drawn_rows(spec)), drawn_rows(spec)
    assert set(charts(reports(**nothing))) == set(CHARTS) - {name}


def test_every_chart_stands_on_the_page_once():
    placed = [
        name
        for template in Path("src/anechoic/report/templates").glob("*.html.jinja")
        for name in re.findall(r'figure\("(\w+)"', template.read_text(encoding="utf-8"))
    ]
    assert sorted(placed) == sorted([*CHARTS, "map"])


def test_a_chart_without_an_exam_names_none():
    rows = drawn_rows(charts(reports(leakage={"exam": None}))["price_tag"])
    assert [row["test"] for row in rows] == ["random test", "honest test"]


def test_a_strength_that_could_not_be_planted_is_not_drawn():
    assert {row["strength"] for row in drawn_rows(charts(reports())["missed"])} == {"copy", "strong"}


def test_training_without_validation_rows_has_one_line():
    curves = [
        {"epoch": 1, "train_loss": 1, "validation_loss": None, "train_accuracy": 0.5, "validation_accuracy": None}
    ]
    rows = drawn_rows(charts(reports(train={"curves": curves}))["curves"])
    assert {row["on"] for row in rows if "on" in row} == {"training rows"}


def test_a_difference_is_filled_from_the_p_value_that_is_no_accident():
    rows = drawn_rows(charts(reports())["drift"])
    assert {row["aspect"]: row["sure"] for row in rows} == {"length": True, "words": False, "meaning": False}


@pytest.mark.parametrize(("classes", "shown"), [(40, True), (41, False)])
def test_a_confusion_is_drawn_up_to_as_many_classes_as_can_be_read(classes, shown):
    counts = [[1] * classes] * classes
    many = {"labels": [f"class {i}" for i in range(classes)], "confusion": counts, "exam_confusion": counts}
    assert ("confusion" in charts(reports(evaluation=many))) == shown


def test_a_learning_curve_without_a_ceiling_has_none():
    with_ceiling, without = (
        {row["what"] for row in drawn_rows(charts(reports(worth=worth))["learning_curve"])}
        for worth in ({}, {"ceiling": None})
    )
    assert with_ceiling - without == {"ceiling of the labels"}
