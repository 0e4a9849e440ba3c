import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.echoes.classifier.calibrate import LEAST_PAIRS, calibrate, read_pairs
from anechoic.echoes.classifier.judge import Calibration, judge_in_force, shipped_judge
from anechoic.echoes.echoes import echoes
from anechoic.echoes.schema import EchoesParams
from anechoic.embed.embed import embed
from anechoic.project import folders, io
from anechoic.project.errors import DataError
from anechoic.project.schema import Labels
from anechoic.project.tables import CLEAN
from anechoic.review.answers import read_answer
from anechoic.review.decisions import COLUMNS, read_decisions
from anechoic.review.sheet import merged, read_sheet

PARAMS = EchoesParams(near_lexical=0.9, neighbour_cosine=0.6, representative="first", review_rows=20)


@pytest.fixture
def project(demo, tmp_path, monkeypatch):
    """A project whose chain ran up to the questions."""
    (tmp_path / "data/review").mkdir(parents=True)
    shutil.copy("params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    io.write(CLEAN, demo[0])
    io.write_text("reports/review.csv", echoes(*demo, PARAMS, shipped_judge()).review.write_csv())
    return tmp_path


def run(*words, typed=None):
    return CliRunner().invoke(app, list(words), input=typed, catch_exceptions=False)


def sheet():
    return read_sheet("sheet", Path("data/review/review.csv").read_bytes())


def test_review_lays_the_questions_out_and_keeps_answers(project):
    assert "20 questions without an answer" in run("review").stdout
    answered = sheet().with_columns(
        decision=pl.when(pl.int_range(pl.len()) == 2).then(pl.lit("drop")).otherwise("decision")
    )
    Path("data/review/review.csv").write_text(answered.write_csv())
    said = run("review").stdout
    assert "19 questions without an answer" in said
    assert "1 answers hold" in said
    assert sheet()["decision"].to_list().count("drop") == 1


def test_answers_to_questions_no_longer_asked_are_kept():
    first = pl.DataFrame([["pair", "a", "b", *[""] * 5, "same"]], schema=list(COLUMNS), orient="row")
    queue = pl.DataFrame([["pair", "c", "d", *[""] * 6]], schema=list(COLUMNS), orient="row")
    both = merged(queue, first)
    assert both.select("left", "decision").rows() == [("c", ""), ("a", "same")]


def test_review_asks_in_the_terminal_and_names_what_it_cannot_read(project):
    done = run("review", "--ask", typed="maybe\ndrop\n\ndrop\nq\n")
    assert "'maybe' is no decision" in done.stdout
    assert [bool(each) for each in sheet()["decision"]][:4] == [True, False, True, False]
    assert "1 of 18" in run("review", "--ask", typed="q\n").stdout


def test_a_suggestion_is_taken_with_y_and_where_there_is_none_y_is_no_answer(project):
    run("review")
    suggested = sheet()["suggested"].to_list()
    first, without = next(row for row, each in enumerate(suggested) if each), suggested.index("")
    run("review", "--ask", typed="\n" * first + "y\nq\n")
    assert sheet()["decision"][first] == suggested[first]
    asked = without - (first < without)
    run("review", "--ask", typed="\n" * asked + "y\nq\n")
    assert sheet()["decision"][without] == ""


def gold_pairs(demo, count):
    """CSV of gold pairs and of neighbours that are none."""
    clean = demo[0]
    result = echoes(*demo, PARAMS, shipped_judge())
    text = dict(clean.select("row_id", "text").iter_rows())
    lines = []
    for kind, same in (("rephrase", "1"), ("neighbour", "no")):
        part = result.pairs.filter(pl.col("kind") == kind).head(count)
        lines += [[text[left], text[right], same] for left, right in part[:, :2].iter_rows()]
    return pl.DataFrame(lines, schema=["text_a", "text_b", "same"], orient="row").write_csv().encode()


def test_calibration_moves_the_working_point_and_scores_cross_fitted(demo, encoder):
    given = read_pairs("pairs.csv", gold_pairs(demo, 40))
    vectors = embed(given.texts, encoder)
    before = shipped_judge()
    delta = calibrate(given, vectors, before, encoder="minilm", name="pairs.csv")
    assert delta.f1 > 0.6
    assert delta.f1_low <= delta.f1 <= delta.f1_high
    judge = judge_in_force({"judge.json": delta.model_dump_json().encode()}, "minilm")
    assert (judge.pair_model, judge.match_model) == (before.pair_model, before.match_model)
    assert judge.context_model.trees == before.context_model.trees
    moved, shipped = judge.context_model, before.context_model
    assert (moved.scale, moved.shift) == (delta.scale * shipped.scale, delta.scale * shipped.shift + delta.shift)
    assert (moved.scale, moved.shift) != (shipped.scale, shipped.shift)
    assert "pairs.csv" in judge.fitted_on


def test_a_calibration_is_a_few_lines_and_holds_for_its_encoder(demo, encoder):
    given = read_pairs("pairs.csv", gold_pairs(demo, 40))
    delta = calibrate(given, embed(given.texts, encoder), shipped_judge(), encoder="minilm", name="pairs.csv")
    content = delta.model_dump_json(indent=1).encode()
    assert content.count(b"\n") < 20
    with pytest.raises(DataError, match="calibrated with the encoder 'minilm', params.yaml embed.model is 'mpnet'"):
        judge_in_force({"judge.json": content}, "mpnet")
    whole = shipped_judge().model_dump_json().encode()  # what earlier versions wrote
    with pytest.raises(DataError, match="no calibration of this version"):
        judge_in_force({"judge.json": whole}, "minilm")


def test_turned_answers_are_seen_in_the_scores(demo, encoder):
    given = read_pairs("pairs.csv", gold_pairs(demo, 40))
    vectors = embed(given.texts, encoder)
    turned = type(given)(given.texts, given.left, given.right, 1 - given.same, 0)
    good = calibrate(given, vectors, shipped_judge(), encoder="minilm", name="p").f1
    assert calibrate(turned, vectors, shipped_judge(), encoder="minilm", name="p").f1 < good - 0.1


def test_anechoic_calibrate_writes_the_judge(project, demo):
    Path("pairs.csv").write_bytes(gold_pairs(demo, 25))
    said = run("calibrate", "pairs.csv").stdout
    assert "50 pairs, 25 the same" in said
    Calibration.model_validate(json.loads(Path("data/review/judge.json").read_text()))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "columns missing: text_a, text_b, same"),
        ("text_a,text_b,same\nx,y,perhaps\n", "line 2: same is 'perhaps'. Write 1 or 0"),
        ("text_a,text_b,same\nx,,1\n", "line 2: a text is empty"),
        ("text_a,text_b,same\nx,y,1\ny,x,0\n", "line 3 contradicts line 2"),
        (
            "text_a,text_b,same\nx,y,1\nz,Z,1\n",
            f"1 pairs that are the same and 0 that are not .* at least {LEAST_PAIRS}",
        ),
        ("", "columns missing"),
    ],
)
def test_pairs_nobody_can_use_are_named(content, message):
    with pytest.raises(DataError, match=message):
        read_pairs("pairs.csv", content.encode())


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(DataError, match=r"none\.csv cannot be opened"):
        folders.read_file("none.csv")


LABELS = Labels.model_validate({1: {"name": "Lead time", "meaning": ""}, 7: {"name": "price", "meaning": ""}})
PAIR = {"left": "a", "right": "b", "suggested": "same"}
SINGLE = {"left": "a", "right": "", "suggested": "relabel:price"}


@pytest.mark.parametrize(
    ("question", "typed", "decision"),
    [
        (PAIR, "Different ", "different"),
        (PAIR, "same.", "same"),
        (PAIR, '"SAME"', "same"),
        (PAIR, "“same”", "same"),
        (PAIR, "Y", "same"),
        (PAIR, "no", "different"),
        (PAIR, "X", "drop"),
        (PAIR, "s", "same"),
        (SINGLE, "yes", "relabel:price"),
        (SINGLE, "Relabel: LEAD  TIME", "relabel:Lead time"),
        (SINGLE, "relabel to lead time.", "relabel:Lead time"),
        (SINGLE, "relabel:7", "relabel:price"),
        (SINGLE, "7", "relabel:price"),
        (SINGLE, "1 lead time", "relabel:Lead time"),
        (SINGLE, "Price", "relabel:price"),
    ],
)
def test_an_answer_is_read_however_it_is_written(question, typed, decision):
    assert read_answer("here", question | {"decision": typed}, LABELS) == decision


@pytest.mark.parametrize(
    ("question", "typed", "message"),
    [
        (SINGLE, "no", "says not what else"),
        (SINGLE, "same", "need two rows"),
        (SINGLE, "relabel:prise", "Did you mean relabel:price"),
        (SINGLE, "9", "is no decision"),
        (SINGLE, "relabel:9", "The names are Lead time, price"),
        (PAIR, "dunno", "is no decision. Write same, different"),
    ],
)
def test_an_answer_nobody_can_obey_is_said(question, typed, message):
    with pytest.raises(DataError, match=message):
        read_answer("here", question | {"decision": typed}, LABELS)


def test_all_wrong_answers_of_all_files_are_said_at_once(demo, labels):
    header = ",".join(COLUMNS)
    files = {
        "a.csv": f"{header}\npair,a,b,x,y,,,,maybe\nlabel,a,,x,,,,,same\n".encode(),
        "b.csv": b"x,y\n1,2\n",
        "c.csv": OSError(13, "Permission denied"),
    }
    with pytest.raises(DataError) as raised:
        read_decisions(files, demo[0], labels)
    assert [line.split(": ")[0] for line in str(raised.value).splitlines()] == [
        "data/review/a.csv line 2",
        "data/review/a.csv line 3",
        "data/review/b.csv line 1",
        "data/review/c.csv cannot be opened",
    ]


def test_a_sheet_that_a_spreadsheet_saved_with_semicolons_is_read():
    header = ";".join(COLUMNS)
    saved = f"{header}\npair;a;b;one, two;three;price;same;why;Same\n".encode("utf-8-sig")
    assert read_sheet("sheet", saved).row(0)[3:5] == ("one, two", "three")


def test_the_sheet_says_which_of_two_rows_drop_leaves_out():
    queue = pl.DataFrame(
        [["pair", "a", "b", "x", "y", "", "", "alike", ""], ["label", "a", "", "x", "", "", "", "odd", ""]],
        schema=list(COLUMNS),
        orient="row",
    )
    once = merged(queue, queue.clear())
    assert once["why"].to_list() == ["alike; drop leaves out the first text of the question, left_text", "odd"]
    assert merged(once, once)["why"].to_list() == once["why"].to_list()
