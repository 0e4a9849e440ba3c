"""What DVC compares between runs: the numbers and tables themselves, and the real DVC on them."""

import json
import shutil
import subprocess
from collections import Counter

import polars as pl
import pytest
from report_builder import CONTENT, reports, score
from test_chain import ROOT, dvc

from anechoic.project import io
from anechoic.report.accuracies import accuracies
from anechoic.report.metrics import confusion, metrics
from anechoic.report.schema import Metrics


def test_the_metrics_are_the_reports_numbers():
    made = reports()
    found = metrics(made).model_dump()
    evaluation = made.evaluation
    assert {name: found[name] for name in ("rows", "effective_rows", "quarantined")} == {
        "rows": 153,
        "effective_rows": 101,
        "quarantined": 7,
    }
    assert (found["naive_accuracy"], found["honest_accuracy"], found["inflation"]) == (0.842, 0.731, 0.111)
    assert (found["test_accuracy"], found["test_calibration_error"]) == (0.85, 0.081)
    assert (found["exam_accuracy"], found["exam_calibration_error"]) == (0.82, 0.064)
    assert (found["test_macro_f1"], found["exam_macro_f1"]) == (evaluation.test.macro_f1, evaluation.exam.macro_f1)
    assert (found["train_accuracy"], found["validation_accuracy"]) == (0.99, 0.9)
    assert (found["cheap_test_accuracy"], found["cheap_exam_accuracy"]) == (0.71, 0.78)
    assert (found["training_rows"], found["test_rows"], found["exam_rows"]) == (71, 50, 50)
    assert (found["conflicts"], found["label_doubts"], found["label_agreement"]) == (1, 21, 0.94)
    assert found["verdict"] == "data_limited"
    assert [found[f"fresh_accuracy{end}"] for end in ("", "_low", "_high")] == [0.82, 0.72, 0.92]


def test_what_was_not_measured_is_null():
    bare = {"fresh": None, "test": None, "exam": None, "validation": None, "train": None, "baselines": {}}
    found = metrics(reports(evaluation=bare)).model_dump()
    scored = ("fresh", "train", "validation", "test", "exam", "cheap_test", "cheap_exam")
    assert [found[f"{name}_accuracy"] for name in scored] == [None] * 7
    assert (found["test_rows"], found["exam_calibration_error"]) == (0, None)
    half = reports(evaluation={"baselines": {"probe": {"test": score(0.6), "exam": None}}})
    assert (metrics(half).cheap_test_accuracy, metrics(half).cheap_exam_accuracy) == (0.6, None)


def test_the_metrics_are_flat_and_each_has_a_meaning():
    assert all(not isinstance(value, dict | list) for value in metrics(reports()).model_dump().values())
    assert all(field.description for field in Metrics.model_fields.values())


def test_every_accuracy_stands_under_its_name():
    found = accuracies(reports())
    assert dict(found.select("score", "accuracy").rows()) == {
        "probe, random test": 0.842,
        "probe, honest test": 0.731,
        "majority, test": 0.5,
        "majority, exam": 0.51,
        "tfidf_svm, test": 0.71,
        "tfidf_svm, exam": 0.64,
        "probe, test": 0.68,
        "probe, exam": 0.78,
        "fine-tuned, test": 0.85,
        "fine-tuned, exam": 0.82,
        "fine-tuned, validation": 0.9,
        "fine-tuned, train": 0.99,
        "probe of all rows, exam": 0.76,
    }
    assert found["score"][0] == "fine-tuned, exam"
    assert [each.startswith("this one is quoted") for each in found["meaning"]] == [True] + [False] * 12
    assert (found["accuracy_low"] < found["accuracy"]).all()
    assert (found["accuracy"] <= found["accuracy_high"]).all()
    unmeasured = {"fresh": None, "test": None, "exam": None, "validation": None, "train": None, "baselines": {}}
    assert accuracies(reports(evaluation=unmeasured, leakage={"exam": None})).height == 2


def test_the_confusion_has_a_line_for_each_test_row():
    counts = Counter(confusion(reports()).rows())
    assert counts == {
        ("lead time", "lead time"): 9,
        ("lead time", "price"): 1,
        ("price", "lead time"): 2,
        ("price", "price"): 8,
    }
    assert confusion(reports(evaluation={"confusion": [[0, 0], [0, 0]]})).columns == ["actual", "predicted"]


# --- with the real DVC -----------------------------------------------------------------------------------


@pytest.fixture
def finished(tmp_path):
    """A project under git with what the stages train and report left, and nothing else."""
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    made = reports()
    io.write_report(str(tmp_path / "reports/metrics.json"), metrics(made))
    io.write_csv(str(tmp_path / "reports/accuracies.csv"), accuracies(made))
    io.write_csv(str(tmp_path / "reports/confusion.csv"), confusion(made))
    io.write_csv(str(tmp_path / "reports/curves.csv"), pl.DataFrame(CONTENT["train"]["curves"]))
    git(tmp_path, "init", "-q")
    assert dvc(tmp_path, "init", "-q").returncode == 0
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "-m", "first")
    return tmp_path


def git(folder, *arguments):
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def test_dvc_shows_the_metrics_under_their_names(finished):
    shown = dvc(finished, "metrics", "show", "--json")
    assert shown.returncode == 0, shown.stderr
    values = json.loads(shown.stdout)[""]["data"]["reports/metrics.json"]["data"]
    expected = metrics(reports()).model_dump()
    assert values == {name: value for name, value in expected.items() if value is not None}


def test_dvc_draws_accuracies_curves_and_confusion_with_axis_titles(finished):
    drawn = dvc(finished, "plots", "show", "--out", "drawn")
    assert drawn.returncode == 0, drawn.stderr
    assert "failed" not in drawn.stderr
    html = (finished / "drawn/index.html").read_text()
    for title in ("Accuracy of each model on each test", "Loss by epoch", "Accuracy by epoch"):
        assert f'"text": "{title}"' in html
    for title in ("accuracy, 0 to 1", "model, measured on", "epoch", "cross entropy", "predicted", "label"):
        assert f'"title": "{title}"' in html
    assert '"title": "step"' not in html  # what DVC writes where it is told nothing
    assert html.count('"actual": "price"') == 10
    assert '"score": "fine-tuned, exam"' in html


def test_dvc_tells_two_runs_apart(finished):
    io.write_report(str(finished / "reports/metrics.json"), metrics(reports(echoes={"effective_rows": 90})))
    difference = dvc(finished, "metrics", "diff", "--json")
    assert difference.returncode == 0, difference.stderr
    assert json.loads(difference.stdout) == {
        "reports/metrics.json": {"effective_rows": {"old": 101, "new": 90, "diff": -11}}
    }
