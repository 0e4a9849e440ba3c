import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_builder import FILES, reports, score
from test_next_steps import compared

from anechoic.compare.schema import GridHere
from anechoic.project.wording import interval, percent, plural, signed_points
from anechoic.report.accuracies import all_accuracies
from anechoic.report.sentences.classifier import classifier_sentences, refit_sentences
from anechoic.report.sentences.overview import figures, headline, overview
from anechoic.report.sentences.wording import points, spaced

# --- wording ---------------------------------------------------------------------------------------------


def test_no_code_spells_a_percent_sign_close_to_its_number():
    close = re.compile(r"\{[^{}]*:\.\d%\}")
    sources = Path("src").rglob("*.py")
    assert [path for path in sources if close.search(path.read_text())] == []


def test_numbers_are_spelled_as_people_read_them():
    assert (percent(0.734), interval(0.7, 0.782)) == ("73 %", "70–78 %")
    assert [signed_points(each) for each in (0.0125, -0.0125, 0.01246, 0.01, 0.0, -0.00001, 0.021)] == [
        "+1.3", "-1.3", "+1.3", "+1", "0", "0", "+2.1"
    ]  # fmt: skip
    assert [points(each) for each in (0.021, -0.018, 0.004, -0.004)] == ["+2", "-2", "0", "0"]
    assert (plural(1, "file"), plural(0, "file"), plural(2, "class", "classes")) == ("file", "files", "classes")


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_is_never_spelled_smaller(one, other):
    low, high = sorted((one, other))
    assert int(percent(low).split()[0]) <= int(percent(high).split()[0])


@given(st.text(alphabet="a5 %"))
def test_percent_signs_are_spelled_one_way_and_nothing_else_changes(sentence):
    assert not any(f"{digit}%" in spaced(sentence) for digit in "0123456789")
    assert spaced(spaced(sentence)) == spaced(sentence)
    assert spaced(sentence).replace(" ", "") == sentence.replace(" ", "")


# --- the first screen ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inflation", "low", "effective", "said"),
    [
        (0.111, 0.09, 101, "153 rows are worth 101. A random test would lie by 11 points."),
        (0.0149, 0.002, 101, "153 rows are worth 101. A random test would lie by 1 point."),
        (0.004, 0.001, 101, "153 rows are worth 101. A random test would not lie by more than chance explains."),
        (0.111, -0.01, 101, "153 rows are worth 101. A random test would not lie by more than chance explains."),
        (0.0, 0.0, 153, "153 rows are worth 153. No echoes: a random test would not lie for lack of a fair split."),
    ],
)
def test_the_headline_says_by_how_much_a_random_test_lies(inflation, low, effective, said):
    made = reports(leakage={"inflation": inflation, "inflation_low": low}, echoes={"effective_rows": effective})
    assert headline(made) == said


def test_the_accuracy_to_quote_stands_first_and_only_where_there_is_one():
    shown = {each.name: (each.value, each.note) for each in figures(reports())}
    assert shown["rows"] == ("153", "in 2 files")
    assert shown["effective rows"] == ("101", "93–108 allowing for missed and false echoes")
    assert shown["a random test would say"] == ("84 %", "79–89 %, of a plain model")
    assert shown["the honest test says"] == ("73 %", "68–78 %, of the same model")
    assert next(iter(shown.items())) == (
        "the classifier, on fresh comments",
        ("82 %", "72–92 %, 50 rows of the exam"),
    )
    certain = {"effective_rows_low": 101, "effective_rows_high": 101, "rows": 12345}
    unknown = reports(evaluation={"fresh": None}, echoes=certain)
    bare = {each.name: (each.value, each.note) for each in figures(unknown)}
    assert bare["effective rows"] == ("101", "distinct meanings found")
    assert bare["rows"][0] == "12,345"
    assert "the classifier, on fresh comments" not in bare
    assert "is not known" in overview(unknown)[0]


def test_the_price_of_leakage_is_said_with_its_intervals():
    quoted, first = overview(reports())[:2]
    assert quoted.startswith(
        "On fresh comments expect the shipped classifier to be right 82 % (72–92 %) of the time"
    )
    assert "says 84 % (79–89 %)" in first
    assert "says 73 % (68–78 %)" in first
    assert "11 points (9 to 13)" in first


def test_classes_of_one_meaning_are_not_said_to_be_tested():
    measured = reports().diversity.per_label["price"].model_dump()
    one = measured | {"effective_rows": 1}
    assert "cannot be tested" in overview(reports(diversity={"per_label": {"price": one, "lead time": one}}))[1]
    some = overview(reports(diversity={"per_label": {"price": one, "lead time": measured}}))
    assert "says 73 %" in some[1]
    assert any("1 class holds one meaning each (price)" in sentence for sentence in some)
    assert not any("one meaning" in sentence for sentence in overview(reports()))


def test_what_a_person_should_know_of_the_files_stands_first():
    assert overview(reports(intake={"notices": ["a.csv has no label column."]}))[0] == "a.csv has no label column."


@pytest.mark.parametrize(
    ("accuracy", "inflation_low", "foreseen"), [(0.76, 0.09, True), (0.82, 0.09, False), (0.76, -0.01, False)]
)
def test_the_exam_sides_with_the_honest_test_or_not(accuracy, inflation_low, foreseen):
    made = reports(leakage={"exam": score(accuracy), "inflation_low": inflation_low})
    sentence = overview(made)[2]
    said = f"On the exam, 50 rows never trained on, the same plain model reaches {percent(accuracy)}"
    assert sentence.startswith(said)
    assert ("the honest test said so" in sentence) == foreseen
    assert "Beware" not in sentence


def test_an_exam_with_few_classes_and_no_exam_at_all_are_said():
    counts = {"train": {"lead time": 5, "price": 6}, "exam": {"price": 50}}
    assert "Beware: the exam holds 1 of 2 classes" in overview(reports(split={"counts": counts}))[2]
    assert overview(reports(leakage={"exam": None}))[2].startswith("There is no exam")


def drop_echoes(rows, echo_rows, of):
    echo_of = [{"drop": of, "rows": echo_rows, "share": 0.5, "share_low": 0.4, "share_high": 0.6}]
    return {"drop": FILES[1], "rows": rows, "new_meanings": 1, "echo_rows": echo_rows, "echo_of": echo_of}


@pytest.mark.parametrize(
    ("rows", "echo_rows", "said"),
    [(80, 20, True), (80, 19, False), (100, 25, True), (100, 24, False)],
)
def test_a_file_that_mostly_repeats_is_named(rows, echo_rows, said):
    sentences = overview(reports(echoes={"drops": [drop_echoes(rows, echo_rows, FILES[0])]}))
    assert (
        f"{FILES[1]} brought {rows} rows but 1 new meaning: {echo_rows} rows echo {FILES[0]} "
        "(40–60 % of the file)." in sentences
    ) == said


def test_a_file_may_echo_itself():
    sentences = overview(reports(echoes={"drops": [drop_echoes(80, 40, FILES[1])]}))
    assert any("40 rows echo itself" in sentence for sentence in sentences)


def test_what_was_set_aside_conflicts_and_events_are_said_where_there_are_any():
    thin = [{"event": "thin_class", "rows": 1, "detail": f"class {name}"} for name in "ab"]
    sentences = overview(reports(split={"events": [{"event": "bridge", "rows": 3, "detail": "tied"}, *thin]}))
    assert "7 records were set aside (4 empty_text, 3 label_unknown); see data/quarantine/." in sentences
    assert "1 echo group carries different labels for the same thing." in sentences
    assert sentences[-2:] == ["3 rows: tied.", "2 classes cannot stand on every side: class a."]
    calm = overview(reports(intake={"quarantined": 0}, echoes={"sure_conflicts": 0}, split={"events": []}))
    assert not any("set aside" in each or "different labels" in each or "every side" in each for each in calm)
    many = overview(reports(echoes={"conflicts": 9, "sure_conflicts": 9}))
    assert "9 echo groups carry different labels for the same thing." in many
    unsure = overview(reports(echoes={"conflicts": 9, "sure_conflicts": 2}))
    told = "2 echo groups carry different labels for the same thing; 7 more do so whose rows may not say the same."
    assert told in unsure


def test_a_price_tag_that_was_redrawn_says_so():
    once, often = (
        [
            each.meaning
            for each in all_accuracies(reports(leakage={"repeats": repeats}))
            if "tested once" in each.meaning
        ]
        for repeats in (1, 5)
    )
    assert len(once) == len(often) == 2
    assert not any("redraws" in each for each in once)
    assert all("each tested once in each of 5 redraws" in each for each in often)


# --- the classifier --------------------------------------------------------------------------------------


def test_the_classifier_is_said_with_test_exam_advice_and_inbox():
    assert classifier_sentences(reports()) == [
        "On the test the fine-tuned classifier reaches 85 % (75–95 %, 50 rows).",
        "Verdict data limited: 85 % (75–95 %) of the test are right, and more rows help.",
        *refit_sentences(reports()),
        "Fine-tuning pays: +16 points (+10 to +22).",
        "The exam was looked at by 2 models so far: each choice made after a look lets it promise a little "
        "more than fresh comments will keep. An exam of other rows starts anew.",
        "20 rows of data/inbox/ stand in data/predictions/: 3 flagged as unsure, 1 of them because they are unlike "
        "every training row, 1 because they hold nothing to read; 2 are junk.",
    ]


def test_without_test_exam_or_inbox_nothing_is_claimed():
    nothing = {"fresh": None, "test": None, "exam": None, "advice": []}
    bare = reports(evaluation=nothing, predictions={"files": []})
    verdict, *others = classifier_sentences(bare)
    assert verdict.startswith("Verdict data limited: ")
    assert others == refit_sentences(bare)
    only_exam = reports(evaluation={"test": None})
    assert not any("reaches" in sentence for sentence in classifier_sentences(only_exam))


def test_a_grid_is_told_and_its_looks_at_the_exam_are_counted():
    grid = compared(0.01, -0.03, 0.05, "undecided").model_copy(update={"recommendation": "take this one"})
    told = classifier_sentences(
        replace(reports(), compare=grid, grid=GridHere(trainings=2, these_rows=True, exam_looks=2))
    )
    assert "Recipes compared, 2 trainings: take this one." in told
    assert any("looked at by 4 models so far, 2 of them in the grid" in each for each in told)


def test_a_grid_on_other_rows_is_named_and_its_looks_at_the_same_exam_count_still():
    told = classifier_sentences(replace(reports(), grid=GridHere(trainings=12, these_rows=False, exam_looks=12)))
    assert any("looked at by 14 models so far, 12 of them in the grid" in each for each in told)
    (other,) = [each for each in told if each.startswith("A grid of 12 trainings was run on other rows")]
    assert "`make compare`" in other
