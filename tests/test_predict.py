import csv
from dataclasses import replace
from io import StringIO

import numpy as np
import polars as pl
import pytest
import tiny

from anechoic.classifier.learned_rows import learned_rows
from anechoic.embed.schema import EmbedParams
from anechoic.files.unlabelled import read_inbox
from anechoic.normalize.inbox import inbox_table
from anechoic.predict.junk import junk_of
from anechoic.predict.likeness import UNLIKE_SHARE, least_cosine
from anechoic.predict.predict import Predictor, predict
from anechoic.predict.schema import PredictParams
from anechoic.project import io
from anechoic.validate.schema import ValidateParams

SHOWN = PredictParams(shown=9, originals=True)


def encode(texts):
    return np.ones((len(texts), 8), dtype=np.float32) / np.sqrt(8).astype(np.float32)


def predictor_of(project, rules, encode=encode):
    learned = learned_rows(project.clean, project.embeddings, project.split, project.classifier.card)
    return Predictor(classifier=project.classifier, learned=learned, encode=encode, rules=rules)


@pytest.fixture
def classify(validate_params):
    predictor = predictor_of(tiny.project(), validate_params)

    def run(**inbox):
        files = {f"{name}.csv": text if isinstance(text, bytes) else text.encode() for name, text in inbox.items()}
        return predict(inbox_table(files), predictor, PredictParams(shown=3, originals=True))

    return run


def rows_of(result, name):
    return list(csv.DictReader(StringIO(result.files[f"{name}.csv"])))


def test_rows_and_order_are_kept_and_the_reason_stands_beside(classify):
    result = classify(july='5001,the price is too expensive\n5002,"late,\nslow"\n5002,late week\n')
    rows = rows_of(result, "july")
    assert [(row["id"], row["text"]) for row in rows][:2] == [
        ("5001", "the price is too expensive"),
        ("5002", "late,\nslow"),
    ]
    assert [row["predicted_id"] for row in rows] == ["7", "6", "6"]
    assert all(row["nearest_row_id"] and row["nearest_text"] for row in rows)
    told = result.report.files[0]
    assert (told.rows, told.problem, sum(told.predicted.values())) == (3, "", 3)
    assert len(result.report.shown) == 3


def test_junk_is_flagged_and_good_texts_are_not(classify):
    junk = [
        "Ya no necesito la lavadora, por favor cancelen el pedido.",
        "asdfgh",
        ".",
        "",
        "4411",
        "https://a.example",
    ]
    text = "".join(f'{at},"{each}"\n' for at, each in enumerate([*junk, "the price is too expensive for us"]))
    flags = [row["junk"] for row in rows_of(classify(july=text), "july")]
    assert all(flags[:6])
    assert flags[6] == ""


def test_the_result_is_safe_in_a_spreadsheet(classify):
    result = classify(july='id,text,more\n1,"=cmd()",\'=x\n2,@late,+1\n')
    body = result.files["july.csv"]
    assert ",'=cmd()," in body
    assert ",'@late," in body


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"id,amount\n1,20\n2,30\n", "no column holds text"),
        (
            ",".join(f"c{at}" for at in range(10_000)) + "\n" + ",".join("1" * 10_000),
            "no column holds text (10000 columns",
        ),
        (b"", "holds no record"),
        (b"\x00\x01\x02\xff\xfe", ""),
    ],
)
def test_a_file_that_cannot_be_classified_says_why_and_stops_no_other(classify, content, problem):
    result = classify(bad=content, good="1,late\n")
    told = {file.file: file.problem for file in result.report.files}
    assert told["bad.csv"].startswith(problem) if problem else told["bad.csv"]
    assert told["good.csv"] == ""
    assert list(result.files) == ["good.csv"]


def test_an_empty_inbox_is_fine(classify):
    assert classify().report.files == []


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("too late\nmuch too late\n", ("text",)),
        ("1,too late\n2,much too late\n", ("id", "text")),
        ("id,text\n1,too late\n", ("id", "text")),
        ("customer,comment,amount\nann,too late,3\n", ("customer", "comment", "amount")),
        ("ann,3,too late to use\nbob,4,much too late\n", ("column_1", "column_2", "column_3")),
    ],
)
def test_columns_with_and_without_header(content, columns):
    found = read_inbox("a.csv", content.encode())
    assert found.columns == columns
    assert "late" in found.texts[0]


def test_a_rule_that_is_ignored_flags_no_junk(validate_params):
    ignoring = validate_params.model_copy(update={"decisions": {"number_only": "ignore"}})
    assert junk_of(["4411"], validate_params) == ["number_only"]
    assert junk_of(["4411"], ignoring) == [""]


@pytest.mark.parametrize(("refit", "sides"), [("none", {"train"}), ("all", {"train", "validation", "test"})])
def test_the_reason_is_a_row_the_shipped_model_learned_from(refit, sides, validate_params):
    project = tiny.project(refit, 1)
    vectors = np.array(project.embeddings["vector"].to_list(), dtype=np.float32)
    used = project.split.filter(pl.col("split").is_in(list(sides)))["row_id"].to_list()
    predictor = predictor_of(project, validate_params, lambda texts: vectors[: len(texts)])
    text = "".join(f"{row},late\n" for row in range(len(vectors)))
    result = predict(inbox_table({"a.csv": text.encode()}), predictor, PredictParams(shown=0, originals=True))
    nearest = [row["nearest_row_id"] for row in rows_of(result, "a")]
    itself = dict(zip(project.clean["row_id"], nearest, strict=True))
    assert {row for row, near in itself.items() if row == near} == set(used)
    assert set(nearest) <= set(used)


def test_without_a_training_row_there_is_no_reason(validate_params):
    predictor = predictor_of(tiny.project(), validate_params)
    nothing = Predictor(predictor.classifier, predictor.learned.clear(), encode, validate_params)
    (row,) = rows_of(
        predict(inbox_table({"a.csv": b"1,late\n"}), nothing, PredictParams(shown=1, originals=True)), "a"
    )
    assert (row["predicted"], row["nearest_row_id"], row["nearest_cosine"]) == ("lead time", "", "0.0000")


TWO_WAYS = np.eye(8, dtype=np.float32)


def placed(project, vectors):
    """The project's learned rows with these vectors, repeated in turn."""
    learned = learned_rows(project.clean, project.embeddings, project.split, project.classifier.card)
    turned = [vectors[row % len(vectors)].tolist() for row in range(learned.height)]
    return learned.with_columns(vector=pl.Series(turned, dtype=pl.List(pl.Float32)))


def test_like_is_a_row_of_the_predicted_class_and_a_nearer_one_of_another_stands_beside(validate_params):
    project = tiny.project()
    learned = placed(project, TWO_WAYS[:1])  # rows of lead time and of price in turn
    by_class = pl.when(pl.col("label_id") == 6).then(pl.lit([0.6, 0.8] + [0.0] * 6)).otherwise("vector")
    learned = learned.with_columns(vector=by_class.cast(pl.List(pl.Float32)))
    predictor = Predictor(project.classifier, learned, lambda texts: TWO_WAYS[[0] * len(texts)], validate_params)
    result = predict(inbox_table({"a.csv": b"1,late slow\n2,the price is expensive\n"}), predictor, SHOWN)
    late, price = rows_of(result, "a")
    assert (late["predicted"], late["nearest_label"], late["nearest_cosine"]) == ("lead time", "price", "1.0000")
    assert (late["like_cosine"], late["like_text"][:8]) == ("0.6000", "delivery")
    assert (price["nearest_label"], price["like_row_id"]) == ("price", price["nearest_row_id"])
    assert [reason.like_cosine for reason in result.report.shown] == pytest.approx([0.6, 1])


def test_a_text_unlike_every_learned_row_is_unsure_and_one_like_them_is_not(validate_params):
    project = tiny.project()
    lenient = project.classifier.card.model_copy(update={"abstain_below": 0.0})
    near, far = TWO_WAYS[0], TWO_WAYS[5]
    at = {"late": near, "late week": far, "": near}
    predictor = Predictor(
        replace(project.classifier, card=lenient),
        placed(project, TWO_WAYS[:3]),
        lambda texts: np.array([at[text] for text in texts]),
        validate_params,
    )
    result = predict(inbox_table({"a.csv": b"1,late\n2,late week\n3,...\n"}), predictor, SHOWN)
    flagged = [(row["predicted"], row["abstained"], row["unsure_because"]) for row in rows_of(result, "a")]
    assert flagged == [
        ("lead time", "false", ""),
        ("lead time", "true", "unlike every training row"),
        ("", "true", "nothing to read: no word in it"),
    ]
    (told,) = result.report.files
    assert (told.abstained, told.unlike, told.unread, told.predicted) == (2, 1, 1, {"lead time": 2})


@pytest.mark.parametrize("seed", range(5))
def test_texts_of_the_kind_are_called_unlike_no_oftener_than_said(seed):
    rng = np.random.default_rng(seed)
    drawn = rng.normal(size=(2200, 6)).astype(np.float32) + 1
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    known = pl.DataFrame({"group_id": range(200), "vector": drawn[:200]}).with_columns(
        pl.col("vector").cast(pl.List(pl.Float32))
    )
    flagged = (drawn[200:] @ drawn[:200].T).max(1) < least_cosine(known)
    assert flagged.mean() < UNLIKE_SHARE + 0.04  # the threshold itself is drawn from two hundred rows
    doubled = pl.concat([known, known])
    assert least_cosine(doubled) == pytest.approx(least_cosine(known))  # a row is not like its own copy
    assert least_cosine(known.head(18)) is None


def test_a_record_that_is_too_long_keeps_all_it_has(classify):
    rows = rows_of(classify(july="id,text\n1,late\n2,too late\n3,late,more,\n"), "july")
    assert list(rows[0])[:4] == ["id", "text", "column_3", "column_4"]
    assert (rows[0]["column_3"], rows[2]["column_3"]) == ("", "more")


def test_the_page_shows_no_more_than_it_was_asked_for(classify):
    result = classify(one="1,late\n2,late\n", two="1,late\n2,late\n")
    assert [(reason.file, reason.text) for reason in result.report.shown] == [
        ("one.csv", "late"),
        ("one.csv", "late"),
        ("two.csv", "late"),
    ]


def test_the_embedding_knob_reads_as_before():
    assert io.read_params("embed", EmbedParams).model
    assert io.read_params("validate", ValidateParams)
