"""What the page says of the data: split, leakage, echoes, intake."""

import pytest
from report_builder import FILES, drift, reports

from anechoic.report.report import readme
from anechoic.report.sentences.echoes import echo_sentences, label_sentences
from anechoic.report.sentences.intake import all_drift, drift_sentences, mention_sentences, mention_verdict
from anechoic.report.sentences.leakage import leakage_sentences
from anechoic.report.sentences.overview import overview
from anechoic.report.sentences.split import split_sentences


def test_the_power_of_a_set_is_said_and_that_of_a_tiny_one_is_not_pretended():
    power = {
        "test": {"rows": 20, "difference": 0.2, "half_width": 0.17},
        "exam": {"rows": 3, "difference": 0.5, "half_width": 0.4},
        "none": {"rows": 0, "difference": 1, "half_width": 1},
    }
    assert split_sentences(reports(split={"power": power, "shift": {}}).split) == [
        "20 test rows tell two models apart that differ by 20 points or more, in four of five cases; a difference "
        "of 8 they mostly miss. An accuracy of 80 % measured on them is known to ±17 points.",
        "3 exam rows can tell hardly any two models apart: add distinct rows.",
    ]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("alike", "no difference that chance does not explain."),
        ("test is easier", "may promise too much."),
        ("test is harder", "may promise too little."),
    ],
)
def test_whether_the_test_stands_where_fresh_rows_do_is_said(verdict, said):
    made = reports().split
    shift = made.shift["exam"].model_copy(update={"verdict": verdict})
    sentence = split_sentences(made.model_copy(update={"power": {}, "shift": {"inbox": shift}}))[0]
    assert "cosine of 0.46 for the middle test row, 0.41 for the middle of 50 inbox rows" in sentence
    assert "distance 0.21, p = 0.008, an accident from 0.01 on)" in sentence
    assert sentence.endswith(said)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.02, 0.08, "(-2 to +8): chance explains it."),
        (0.01, 0.05, "(+1 to +5): more than chance explains: the exam is other data."),
        (-0.05, -0.01, "(-5 to -1): more than chance explains: the exam is other data."),
    ],
)
def test_the_exam_is_held_against_the_honest_test(low, high, said):
    difference = {"difference": 0.03, "difference_low": low, "difference_high": high}
    (sentence,) = leakage_sentences(reports(leakage={"exam_difference": difference, "inbox": None}).leakage)
    assert sentence == f"The exam says +3 points against the honest test {said}"


def test_the_inboxs_mix_names_its_largest_classes():
    made = reports(leakage={"exam_difference": None}).leakage
    (few,) = leakage_sentences(made)
    assert "from its 20 texts (price 70 %, lead time 30 %), the honest accuracy would be 72 % (67–77 %)." in few
    shares = {"a": 0.1, "b": 0.4, "c": 0.3, "d": 0.2}
    (many,) = leakage_sentences(made.model_copy(update={"inbox": made.inbox.model_copy(update={"shares": shares})}))
    assert "(b 40 %, c 30 %, d 20 %, ...)" in many
    assert leakage_sentences(made.model_copy(update={"inbox": None})) == []


def test_the_echoes_say_how_far_the_count_and_the_labels_can_be_trusted():
    worth, agreement, here, near, errors, doubts, answers = echo_sentences(reports().echoes)
    assert "worth 93 to 108 meanings; 101 were counted" in worth
    assert "94 % (89–99 %)" in agreement
    assert "Of the 40 near-copies and rewordings found, about 95 % (60–100 %) are true" in here
    assert "Of 60 texts made from these rows" in near
    assert "and says something else, 3 (5 %, 2–14 %) were called that row's echo." in near
    assert "cannot be told" in echo_sentences(reports(echoes={"precision_here": None}).echoes)[2]
    assert errors.startswith("22 to 41 of 153 labels are likely wrong, 30 by the best estimate")
    assert doubts.startswith("21 labels are likelier wrong than right")
    assert "the most doubtful first" in doubts
    assert "for 15 another one is suggested" in doubts
    assert "90 % were right" in doubts
    assert answers == "2 answers from data/review/ were obeyed, 1 no longer fit their rows."
    calm = {
        "groups": 0,
        "label_doubts": 0,
        "pairs": {},
        "precision_here": None,
        "near_misses": None,
        "decisions": {"applied": 0, "stale": []},
    }
    assert len(echo_sentences(reports(echoes=calm).echoes)) == 2
    few = echo_sentences(reports(echoes=calm | {"label_errors": None}).echoes)[1]
    assert "too few rows to tell" in few
    unsure = label_sentences(reports(echoes={"label_suggestions": 0, "label_doubts": 20}).echoes)[1]
    assert "the most doubtful first" not in unsure
    assert "none can be suggested instead" in unsure


def test_a_judge_that_calls_what_says_something_else_is_shouted_about():
    near = {"planted": 60, "called": 12, "share": 0.2, "share_low": 0.12, "share_high": 0.32, "examples": []}
    free = reports(echoes={"near_misses": near})
    (step,) = [sentence for sentence in overview(free) if "says something else" in sentence]
    assert "12 (20 %, 12–32 %) were called" in step
    assert "`anechoic review`" in step
    assert "`anechoic calibrate`" in step
    assert readme(free).count("says something else") == 1
    assert not [sentence for sentence in overview(reports()) if "says something else" in sentence]
    assert "3 (5 %, 2–14 %) were called that row's echo" in readme(reports())


@pytest.mark.parametrize(
    ("label", "verbatim", "said"),
    [("Lead Time", 2, True), ("Lead Time", 1, False), ("lead time", 50, False), ("Price", 50, False)],
)
def test_a_label_copied_into_the_texts_is_said(label, verbatim, said):
    mention = {"label": label, "texts": 60, "verbatim": verbatim, "own_share": 1}
    sentences = mention_sentences(reports(intake={"label_mentions": [mention]}).intake)
    assert sentences == (
        [
            f"60 texts hold a label's name, 'Lead Time', {verbatim} written just so: the answer may have been "
            "copied into the question."
        ]
        if said
        else []
    )


def test_names_of_classes_in_the_texts_are_judged_in_one_sentence():
    def told(*verbatim):
        named = [{"label": "Lead Time", "texts": 60, "verbatim": each, "own_share": 1} for each in verbatim]
        return mention_verdict(reports(intake={"label_mentions": named}).intake)

    assert told() == ""
    assert told(1).startswith("That is ordinary speech: ")
    assert "1 % of the rows" in told(1)
    assert told(2, 1).startswith("1 name of several words stands in more than 1 % of the rows just as written")
    assert told(2, 2).startswith("2 names of several words stand ")


def test_a_file_that_differs_is_named_with_what_changed():
    moved = drift(FILES[1], "meaning")
    made = reports(worth={"drift": [moved]})
    assert [each.aspect for each in all_drift(made)] == ["length", "words", "meaning"]
    assert drift_sentences(all_drift(made)) == [
        f"{FILES[1]} differs in {aspect} from the files before it: price: 10 % before, 40 % now."
        for aspect in ("length", "meaning")
    ]
