from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
import tiny
import torch

from anechoic.classifier.classifier import Classifier
from anechoic.classifier.explain import explain
from anechoic.classifier.learned_rows import learned_rows
from anechoic.classifier.pooling import add_mean_layer, reads_by_mean
from anechoic.classifier.transformer import load_model, load_tokenizer, window
from anechoic.project.errors import ContractError, DataError


@pytest.fixture
def bert(tmp_path):
    return tiny.checkpoint(tmp_path / "bert")


# --- weights and tokenizers ------------------------------------------------------------------------------


@pytest.mark.parametrize("architecture", ["bert", "roberta", "mpnet"])
def test_the_added_layer_begins_as_the_mean_of_the_tokens(tmp_path, architecture):
    folder = str(tiny.checkpoint(tmp_path / architecture, architecture))
    tokenizer = load_tokenizer(folder)
    model = load_model(folder, tokenizer, ["a", "b"]).train(False)
    assert add_mean_layer(model)
    batch = tokenizer(["the price is too expensive", "late"], padding=True, return_tensors="pt")
    with torch.inference_mode():
        hidden = model(**batch, output_hidden_states=True).hidden_states
    mask = batch["attention_mask"][..., None]
    mean = (hidden[-2] * mask).sum(1) / mask.sum(1)
    likeness = torch.cosine_similarity(hidden[-1][:, 0], mean - mean.mean(1, keepdim=True))
    assert (likeness > (0.9 if architecture == "mpnet" else 0.98)).all()  # MPNet attends by distance as well


def test_a_decoder_gets_no_added_layer(tmp_path):
    folder = str(tiny.checkpoint(tmp_path / "gpt2", "gpt2"))
    assert not add_mean_layer(load_model(folder, load_tokenizer(folder), ["a", "b"]))


def test_a_damaged_checkpoint_and_a_strangers_folder_are_clear_errors(bert):
    tokenizer = load_tokenizer(str(bert))
    damaged = bert / "model.safetensors"
    damaged.write_bytes(damaged.read_bytes()[:1000])
    with pytest.raises(DataError, match="no sequence classifier that can be loaded"):
        load_model(str(bert), tokenizer, ["a", "b"])
    with pytest.raises(ContractError, match="no anechoic.json"):
        Classifier.load(str(bert))
    with pytest.raises(ContractError, match="holds no trained model"):
        Classifier.load(str(bert.parent / "none"))


def test_the_window_of_a_model_without_positions_is_what_was_asked(tmp_path):
    folder = str(tiny.checkpoint(tmp_path / "llama", "llama"))
    tokenizer = load_tokenizer(folder)
    assert window(load_model(folder, tokenizer, ["a", "b"]), tokenizer, 20) == 20


@pytest.mark.parametrize(
    ("pooling", "mean"),
    [("", False), ('{"pooling_mode_mean_tokens": true}', True), ('{"pooling_mode_cls_token": true}', False)],
)
def test_a_sentence_encoder_says_how_it_is_read(pooling, mean):
    assert reads_by_mean(pooling) == mean


# --- a trained one -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def classifier():
    return tiny.project().classifier


def test_no_text_gives_no_line_of_the_same_columns(classifier):
    nothing, one = classifier.predict([]), classifier.predict(["late"])
    assert (nothing.height, one.height) == (0, 1)
    assert nothing.schema == one.schema


TEXTS = ["the price is too expensive", "late slow", ""]


@pytest.mark.parametrize(
    ("given", "options"),
    [
        (tuple(TEXTS), {}),
        (pl.Series("a", TEXTS), {}),
        (pd.Series(TEXTS, index=[7, 7, 1]), {}),
        (pl.DataFrame({"id": [1, 2, 3], "text": TEXTS}), {}),
        (pl.LazyFrame({"text": TEXTS}), {}),
        (pd.DataFrame({"comment": TEXTS}, index=[7, 7, 1]), {"text": "comment"}),
    ],
    ids=["tuple", "polars series", "pandas series", "polars frame", "lazy frame", "pandas frame"],
)
def test_frames_and_series_are_read_as_lists_are(classifier, given, options):
    assert classifier.predict(given, **options).equals(classifier.predict(TEXTS))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (pl.DataFrame({"id": [1], "comment": ["late"]}), "no column 'text', it has id, comment. Name the text's"),
        (
            pl.DataFrame({"text": ["late", None]}),
            "1 of 2 values are no text, the first in row 1 .from 0.: None. Drop",
        ),
        (pd.Series(["late", float("nan"), 3]), "2 of 3 values are no text, the first in row 1"),
        ([3], "1 of 1 values are no text"),
        ("late", "str holds no texts: give a list of strings"),
        (7, "int holds no texts: give a list of strings"),
    ],
    ids=["no column", "null", "nan", "number", "one string", "no sequence"],
)
def test_what_holds_no_texts_says_what_to_give(classifier, given, message):
    with pytest.raises(DataError, match=message):
        classifier.predict(given)


def test_a_prediction_below_the_threshold_abstains(classifier):
    strict = replace(classifier, card=classifier.card.model_copy(update={"abstain_below": 1.1}))
    lenient = replace(classifier, card=classifier.card.model_copy(update={"abstain_below": 0.0}))
    assert strict.predict(TEXTS)["abstained"].all()
    assert not lenient.predict(TEXTS[:2])["abstained"].any()


def test_a_card_of_an_older_version_is_refused_with_what_to_do(classifier, tmp_path):
    folder = tmp_path / "old"
    tiny.copy_folder(classifier.folder, folder)
    card = classifier.card.model_dump(exclude={"learned_from"})
    (folder / "anechoic.json").write_text(pl.Series([card]).struct.json_encode()[0])
    with pytest.raises(ContractError, match="learned_from: Field required.*Run `dvc repro`"):
        Classifier.load(str(folder))


@pytest.mark.parametrize(
    ("refit", "sides"),
    [
        ("none", ["train"]),
        ("train+validation", ["train", "validation"]),
        ("all", ["train", "validation", "test"]),
    ],
)
def test_the_card_says_which_sides_the_weights_learned_from(refit, sides):
    project = tiny.project(refit, 1)
    assert project.classifier.card.learned_from == sides
    assert project.classifier.before_refit().card.learned_from == ["train"]
    rows = learned_rows(project.clean, project.embeddings, project.split, project.classifier.card)
    expected = project.split.filter(pl.col("split").is_in(sides))["row_id"]
    assert rows["row_id"].to_list() == expected.to_list()


def vector_of(project, row_id):
    return np.array(project.embeddings.filter(pl.col("row_id") == row_id)["vector"].to_list()[0], dtype=np.float32)


def explained(project, text, vector):
    learned = learned_rows(project.clean, project.embeddings, project.split, project.classifier.card)
    return explain(text, vector, project.classifier, learned)


def test_explain_shows_tokens_with_ids_probabilities_and_neighbours():
    found = explained(tiny.project(), "the price is  too expensive", np.full(8, 8**-0.5, dtype=np.float32))
    assert found.canonical == "the price is too expensive"
    assert found.tokens.rows()[1] == ("the", 16)
    assert found.probabilities["probability"].sum() == pytest.approx(1)
    assert found.nearest.height == 5
    assert found.nearest["cosine"].is_sorted(descending=True)


def test_explain_flags_a_text_that_is_unlike_every_training_row():
    project, vector = tiny.project(), np.full(8, 8**-0.5, dtype=np.float32)
    learned = learned_rows(project.clean, project.embeddings, project.split, project.classifier.card)
    for least, flagged in ((1.1, True), (-1.1, False), (None, False)):
        answer = explain("the price is too expensive", vector, project.classifier, learned, least).answer
        assert ("unlike every training row" in answer) == flagged


def test_explain_shows_rows_that_were_learned_from_and_no_exam_row():
    project = tiny.project()
    (train_row,) = project.split.filter(pl.col("split") == "train").head(1)["row_id"]
    (test_row,) = project.split.filter(pl.col("split") == "test").head(1)["row_id"]
    train = set(project.split.filter(pl.col("split") == "train")["row_id"])
    assert explained(project, "late", vector_of(project, train_row)).nearest["row_id"][0] == train_row
    for row_id in ("e001", test_row):
        assert set(explained(project, "late", vector_of(project, row_id)).nearest["row_id"]) <= train


def test_explain_tells_a_row_of_the_predicted_class_and_a_nearer_one_of_another_as_a_doubt():
    project = tiny.project()
    learned = learned_rows(project.clean, project.embeddings, project.split, project.classifier.card)
    at = {"lead time": np.eye(8)[0], "price": np.eye(8)[1]}
    vectors = [at[label].tolist() for label in learned["label"]]
    learned = learned.with_columns(vector=pl.Series(vectors, dtype=pl.List(pl.Float32)))
    text = np.array([0.6, 0.8] + [0] * 6, dtype=np.float32)
    doubted = explain("delivery was late slow", text, project.classifier, learned).likeness
    assert doubted.startswith("Like this row of lead time: 'delivery was")
    assert "(cosine 0.60). But nearer, and a doubt, is one of price: 'the price is" in doubted
    assert "But" not in explain("the price is too expensive", text, project.classifier, learned).likeness


def test_explain_needs_no_row_to_be_near():
    project = tiny.project()
    learned = learned_rows(project.clean, project.embeddings, project.split.clear(), project.classifier.card)
    found = explain("late", np.ones(8, dtype=np.float32), project.classifier, learned)
    assert found.nearest.height == 0
    assert found.likeness == "No training row is of lead time."


# --- texts that say nothing ----------------------------------------------------------------------------------

EMPTY = ["", "   ", "\u200b\u00a0", "...", "?!", "-", "n/a", "N/A.", "#N/A", "null", "None", "<br>", "<p> </p>"]
EMPTY += ["4411", "12.50 €", "ann@example.com", "https://a.example/b", "👍", "test", "Best regards,\nAnn Lee"]
FULL = [
    "late",
    "n/a, cancel",
    "none of the above",
    "no",
    "不要",
    "nothing fits",
    "test order, please cancel",
    "7 weeks",
]


@pytest.mark.parametrize("text", EMPTY)
def test_a_text_that_says_nothing_gets_no_class_and_the_reason(classifier, text):
    lenient = replace(classifier, card=classifier.card.model_copy(update={"abstain_below": 0.0}))
    (answer,) = lenient.predict([text]).to_dicts()
    assert (answer["predicted_id"], answer["predicted"], answer["confidence"]) == (None, None, 0)
    assert answer["abstained"]
    assert answer["unsure_because"].startswith("nothing to read: ")


@pytest.mark.parametrize("text", FULL)
def test_a_text_that_says_something_gets_a_class(classifier, text):
    lenient = replace(classifier, card=classifier.card.model_copy(update={"abstain_below": 0.0}))
    (answer,) = lenient.predict([text]).to_dicts()
    assert answer["predicted"] in {"price", "lead time"}
    assert (answer["abstained"], answer["unsure_because"]) == (False, "")


def test_empty_texts_change_nothing_for_the_others(classifier):
    mixed = classifier.predict(["", "late", "n/a", "the price is too expensive", "."])
    assert mixed[[1, 3]].equals(classifier.predict(["late", "the price is too expensive"]))
    assert mixed["predicted"].is_null().to_list() == [True, False, True, False, True]


def test_where_no_threshold_gives_what_is_wanted_nothing_is_sure(classifier):
    never = replace(classifier, card=classifier.card.model_copy(update={"abstain_below": 1.0, "temperature": 1e-6}))
    answers = never.predict(["late", "the price is too expensive"])
    assert answers["confidence"].max() == 1
    assert answers["unsure_because"].to_list() == ["low confidence"] * 2
