"""What to do next: each finding has its step, the ranking is by points, and nothing is promised unmeasured."""

import numpy as np
import polars as pl
import pytest
from report_builder import reports, tables

from anechoic.compare.grid import recipe_name
from anechoic.compare.schema import AlphaCheck, Cell, CompareReport, Pair, RecipeScore
from anechoic.diversity.accuracy_change import AccuracyChange
from anechoic.next_steps.doubted import doubted
from anechoic.next_steps.findings import Doubted, Findings
from anechoic.next_steps.next_steps import MOST, next_steps
from anechoic.numeric.linear_probe import LabelledVectors
from anechoic.review.decisions import COLUMNS

FLAT = {"rows": 100, "gain": 0.001, "gain_low": 0.0, "gain_high": 0.004}
CALM = {
    "echoes": {"sure_conflicts": 0},
    "intake": {"reasons": {}},
    "worth": {"next_rows": FLAT, "doubled": FLAT},
    "evaluation": {"verdict": "good", "verdict_reason": "82 % right on fresh comments; no fault shows: use it."},
}
NO_DOUBT = Doubted(rows=0, questions=0, first="", change=AccuracyChange(reason="no label is doubted"))


def drop(name="b.csv", rows=100, new=90, change=None, low=None, high=None):
    told = {"accuracy_change": change, "accuracy_change_low": low, "accuracy_change_high": high}
    return {"drop": name, "rows": rows, "new_meanings": new, "verdict": ""} | told


def steps(doubted=NO_DOUBT, compare=None, **changes):
    """The steps of a calm run with these changes."""
    merged = {name: CALM.get(name, {}) | changes.get(name, {}) for name in {*CALM, *changes}}
    made = reports(**merged)
    names = ("intake", "echoes", "split", "worth", "train", "evaluation", "predictions")
    findings = Findings(**{name: getattr(made, name) for name in names}, doubted=doubted, compare=compare)
    return next_steps(findings).steps


def the(found, start):
    (one,) = [step for step in found if step.action.startswith(start)]
    return one


def compared(difference, low, high, verdict, best="{own}"):
    """A grid of two recipes: that of tests/data/reports.yaml, and one of batch 64 on originals alone."""
    own, other = recipe_name("minilm", 16, 0.0002), recipe_name("minilm", 64, 0.0002, "originals_only")
    ends = ("accuracy", "test", "exam", "seconds")
    figures = {f"{name}{end}": 0.8 for name in ends for end in ("", "_low", "_high")}
    alpha = AlphaCheck(runs=2, correlation=None, low=None, high=None, verdict="too few to say")
    verdict, best = (text.format(own=own, other=other) for text in (verdict, best))
    pair = {"a": own, "b": other, "difference": difference, "low": low, "high": high, "verdict": verdict}
    cells = [
        Cell(
            recipe=name, model="minilm", batch_size=size, learning_rate=0.0002, data=data, steps="epochs", seed=1,
            rows=9, updates=9, test=0.8, exam=0.8, seconds=1, alpha=None, alpha_change=None, failed="",
        )
        for name, size, data in ((own, 16, "echoes_once"), (other, 64, "originals_only"))
    ]  # fmt: skip
    return CompareReport(
        cells=cells, recipes=[RecipeScore(name=name, runs=5, **figures) for name in (own, other)],
        pairs=[Pair(**pair, rows_needed=None, mcnemar_p=0.5)], recommended=best, recommendation="", alpha=alpha,
        alpha_change=alpha, exam_looks=2, rows_key="",
    )  # fmt: skip


def test_where_all_was_measured_and_nothing_is_wrong_there_is_nothing_more_to_gain():
    first, *others = steps()
    assert first.action.startswith("Use the classifier")
    assert first.action.endswith(": 100 more rows would bring less than a point")
    assert all(step.points is None for step in (first, *others))  # using it adds nothing to the accuracy


def test_that_mended_labels_bring_little_is_said_only_where_it_was_measured():
    change = AccuracyChange(change=-0.001, low=-0.004, high=0.002)
    first, *others = steps(Doubted(rows=2, questions=2, first="dear", change=change, others=14))
    assert first.action.endswith(": 100 more rows or mended labels would bring less than a point")
    assert not any(step.action.startswith("Look at 2 labels") for step in others)
    step = the(others, "Look at the 14 labels that are likelier wrong than right")
    assert (step.points, step.command) == (None, "anechoic review")
    assert "of all 153 labels 22 to 41 are likely wrong" in step.why
    assert "not measured" in step.why


def test_a_fault_or_a_gain_of_a_point_leaves_something_to_do():
    gain = FLAT | {"gain": 0.021, "gain_high": 0.03}
    for change in ({"evaluation": {"verdict": "underfit"}}, {"worth": {"next_rows": gain}}):
        assert not any(step.action.startswith("Use the classifier") for step in steps(**change))


def test_steps_are_ranked_by_points_and_those_without_come_after_at_most_seven():
    harmful = [
        drop(f"{name}.csv", change=-at / 100, low=-0.2, high=-0.001) for at, name in enumerate("abcdefgh", 1)
    ]
    found = steps(worth={"drops": harmful}, echoes={"sure_conflicts": 3})
    points = [step.points for step in found]
    assert len(found) == MOST
    assert points == sorted(points, reverse=True)
    mixed = [step.points is None for step in steps(echoes={"sure_conflicts": 3})]
    assert mixed == sorted(mixed)


def test_a_harmful_file_is_left_out_and_what_that_brings_is_what_it_cost():
    step = the(steps(worth={"drops": [drop(change=-0.03, low=-0.05, high=-0.01)]}), "Leave b.csv out")
    assert (step.points, step.points_low, step.points_high) == (3.0, 1.0, 5.0)
    assert step.command == "data/raw/b.csv"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (drop(new=5, change=0.001, low=-0.01, high=0.01), True),
        (drop(new=5), True),
        (drop(new=5, change=0.03, low=0.01, high=0.05), False),  # it repeats, and yet it helps
        (drop(rows=10, new=1), False),
        (drop(new=90), False),
    ],
)
def test_more_rows_like_those_that_only_repeat_are_advised_against(file, said):
    found = [step for step in steps(worth={"drops": [file]}) if step.action.startswith("Make no more")]
    assert bool(found) == said
    assert all(step.points is None for step in found)


def test_doubted_labels_are_counted_and_the_first_named():
    change = AccuracyChange(change=-0.02, low=-0.04, high=-0.005)
    step = the(steps(Doubted(rows=7, questions=4, first="far too dear", change=change)), "Look at 4 labels")
    assert (step.points, step.points_low, step.points_high) == (2.0, 0.5, 4.0)
    assert "far too dear" in step.why
    assert step.command == "anechoic review"


def test_questions_about_labels_without_another_to_suggest_are_counted_apart():
    made = tables()
    asked = {"kind": "label", "left": "r3", "left_text": "came late", "suggested": ""}
    rows = [[each.get(name, "") for name in COLUMNS] for each in (asked, asked | {"left": "r4"})]
    questions = pl.DataFrame(rows, schema=list(COLUMNS), orient="row")
    vectors = LabelledVectors(np.eye(4, dtype=np.float32), np.array([0, 1, 1, 1]), np.arange(4))
    found = doubted(made.clean, vectors, made.groups, questions)
    assert (found.rows, found.questions, found.others, found.change.change) == (0, 0, 2, None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (AccuracyChange(reason="it has fewer than 20 rows"), "was not measured: it has fewer than 20 rows"),
        (AccuracyChange(change=0.01, low=-0.01, high=0.03), "is not shown to be better (-3.0 to 1.0 points)"),
    ],
)
def test_doubts_that_bring_nothing_that_shows_promise_nothing(change, told):
    step = the(steps(Doubted(rows=1, questions=1, first="dear", change=change)), "Look at 1 label ")
    assert step.points is None
    assert told in step.why


def test_conflicts_and_records_without_a_label_are_asked_for():
    found = steps(echoes={"sure_conflicts": 1}, intake={"reasons": {"label_missing": 30, "empty_text": 90}})
    assert "1 meaning carries two labels" in the(found, "Say which label").why
    assert "30 label_missing" in the(found, "Give a label to 30 records").why


def test_fresh_rows_are_worth_what_the_curve_says_and_weak_classes_come_first():
    weak = {"rows": 25, "precision": 0.5, "recall": 0.3, "recall_low": 0.2, "recall_high": 0.5, "f1": 0.4}
    exam = reports().evaluation.exam.model_dump()
    exam["per_label"]["price"] = weak
    rows = {"rows": 100, "gain": 0.021, "gain_low": 0.005, "gain_high": 0.034}
    step = the(steps(worth={"next_rows": rows}, evaluation={"exam": exam}), "Label 100 fresh comments")
    assert (step.points, step.points_low, step.points_high) == (2.1, 0.5, 3.4)
    assert "begin with the class found least: 30 % of 'price', 82 % of all rows" in step.why
    assert step.action.endswith("; first put 81 more unlabelled comments into data/inbox/")
    assert step.command == "anechoic next data/inbox --rows 100"


def test_fresh_rows_without_a_curve_are_not_measured_and_an_empty_inbox_is_filled_first():
    worth = {"next_rows": None, "doubled": None, "curve_reason": "30 distinct rows are too few to tell"}
    step = the(steps(worth=worth, predictions={"files": []}), "Label fresh comments")
    assert step.points is None
    assert "30 distinct rows are too few to tell" in step.why
    assert step.action.endswith("; first put 100 unlabelled comments into data/inbox/")
    assert step.command == "anechoic next data/inbox --rows 100"


@pytest.mark.parametrize(
    ("verdict", "action"),
    [
        ("leaking", "Find out why the test promises more"),
        ("too_little_data", "Add rows to the test"),
        ("underfit", "Train otherwise"),
        ("overfit", "Train otherwise"),
    ],
)
def test_a_verdict_that_names_a_fault_has_its_step(verdict, action):
    step = the(steps(evaluation={"verdict": verdict, "verdict_reason": "so it is."}), action)
    assert step.points is None
    assert "So it is." in step.why


def test_no_exam_is_said_and_a_best_last_epoch_wants_more_epochs():
    assert the(steps(evaluation={"exam": None}), "Put labelled rows of another month").command == "data/exam/"
    longer = steps(train={"best_epoch": 4, "stopped_at": 4, "epochs": 4})
    assert the(longer, "Train longer: train.epochs 8 instead of 4")


def test_a_cheap_model_that_is_surely_better_is_taken():
    worth = [{"side": "test", "beside": "probe", "gain": -0.04, "gain_low": -0.06, "gain_high": -0.01}]
    step = the(steps(evaluation={"worth": worth}), "Use the frozen encoder")
    assert (step.points, step.points_low, step.points_high) == (4.0, 1.0, 6.0)


def test_a_model_that_loses_to_the_commonest_class_is_not_replaced_by_it():
    worth = [{"side": "test", "beside": "majority", "gain": -0.3, "gain_low": -0.4, "gain_high": -0.2}]
    assert not any(
        step.action.startswith("Use ") for step in steps(evaluation={"worth": worth, "verdict": "underfit"})
    )


def test_no_threshold_is_proposed_below_what_guessing_gives():
    useless = [{"confidence": 0.1, "answered_share": 0.9, "accuracy": 0.3}]
    found = steps(train={"answered_accuracy_reached": False}, evaluation={"abstention": useless})
    assert not any(step.action.startswith("Ask for less") for step in found)


def test_a_threshold_that_flags_everything_is_lowered_and_one_that_lets_too_much_through_raised():
    lower = the(steps(train={"answered_accuracy_reached": False}), "Ask for less")
    assert lower.action == "Ask for less: train.answered_accuracy 0.85 instead of 0.9"
    missed = [{"side": "test", "rows": 50, "answered": 40, "accuracy": 0.7, "accuracy_low": 0.55,
               "accuracy_high": 0.82, "verdict": "missed"}]  # fmt: skip
    assert "70 % on the test" in the(steps(evaluation={"answered": missed}), "Leave more of the unsure rows").why


def test_the_grid_is_proposed_until_it_was_run_and_a_better_recipe_is_taken():
    assert the(steps(), "Try other models").command == "make compare"
    better = steps(compare=compared(-0.05, -0.09, -0.01, "{other} is better", "{other}"))
    step = the(better, "Train as")
    assert step.command == "dvc exp run -S train.model=minilm -S train.batch_size=64 -S train.learning_rate=0.0002"
    assert "first take the files that only repeat" in step.action
    assert (step.points, step.points_low, step.points_high) == (5.0, 1.0, 9.0)
    assert not any(step.action.startswith("Try other models") for step in better)
    open_one = compared(0.01, -0.03, 0.05, "undecided", "{other}")
    for settled in (compared(0.05, 0.01, 0.09, "{own} is better"), open_one):
        assert not any(step.action.startswith("Train as") for step in steps(compare=settled))
    strange = steps(compare=open_one, train={"batch_size": 99})
    assert the(strange, "Put the recipe that is trained into the grid").points is None


WORTH = {"side": "test", "gain": -0.04, "gain_low": -0.06, "gain_high": -0.01}
MISSED = {"side": "test", "rows": 50, "answered": 40, "accuracy": 0.7, "accuracy_low": 0.55, "accuracy_high": 0.82}
FAULTS = ("leaking", "too_little_data", "underfit", "overfit", "label_limited", "data_limited", "good")
RUNS = [
    {},
    {"compare": compared(-0.05, -0.09, -0.01, "{other} is better", "{other}")},
    {"compare": compared(0.01, -0.03, 0.05, "undecided", "{other}"), "train": {"batch_size": 99}},
    *({"evaluation": {"verdict": each, "verdict_reason": "so it is: `anechoic review`."}} for each in FAULTS),
    {"evaluation": {"exam": None}, "predictions": {"files": []}},
    *({"evaluation": {"worth": [WORTH | {"beside": each}]}} for each in ("probe", "tfidf_svm")),
    {"evaluation": {"answered": [MISSED | {"verdict": "missed"}]}},
    {"train": {"answered_accuracy_reached": False, "best_epoch": 4, "stopped_at": 4, "epochs": 4}},
    {"worth": {"drops": [drop("ours.csv", change=-0.03, low=-0.05, high=-0.01), drop(new=5)]}},
    {"worth": {"next_rows": None, "doubled": None, "curve_reason": "30 distinct rows are too few to tell"}},
    {"worth": {"next_rows": FLAT | {"gain": 0.02, "gain_high": 0.03}}, "predictions": {"files": []}},
    {"echoes": {"sure_conflicts": 2}, "intake": {"reasons": {"label_missing": 30}}},
    {"doubted": Doubted(7, 4, "far too dear.", AccuracyChange(change=-0.02, low=-0.04, high=-0.005), 3)},
]
PROGRAMS = ("anechoic ", "dvc ", "make ")


@pytest.mark.parametrize("run", RUNS)
def test_a_command_runs_as_it_stands_or_is_a_path_and_no_reason_ends_with_a_stop(run):
    for step in steps(**run):
        assert not step.why.endswith((".", " ")), step
        if step.command.startswith(PROGRAMS):
            assert not set(step.command) & set(";&|,:("), step.command
        else:
            assert step.command.startswith(("data/", "reports/", "params.yaml")), step.command
            assert not set(step.command) & set(" :,#"), step.command
