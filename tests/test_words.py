"""A text on its way into a vector, told step by step, also where there is no project."""

import numpy as np
import polars as pl
import pytest
import tiny
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.embed.encoder import FixedShapeEncoder
from anechoic.embed.words import EXAMPLES, cut_up, follow_text, one_hot_or_embedding, word_cosines
from anechoic.project import model_store
from anechoic.project.errors import DataError, ParamsError

FOLDER = model_store.model_folder("minilm")


def invoke(*arguments):
    done = CliRunner().invoke(app, ["explain", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def outside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "text", ["way too expensive", "😀", "Grüße & [phone], don't!", "x " * 400, "[SEP] a", "\u200b \x85"]
)
def test_the_tokens_told_are_those_that_are_read_each_at_its_line_of_the_vocabulary(encoder, text):
    reading = follow_text(text, encoder, FOLDER)
    tokens = reading.pieces.tokens
    assert tokens["id"].to_list() == encoder._model.token_ids([text])[0]
    vocabulary = model_store.model_text(FOLDER, "vocab.txt").split("\n")
    assert [vocabulary[int(line) - 1] for line in tokens["line"]] == tokens["token"].to_list()
    assert (tokens["line"].cast(pl.Int64) == tokens["id"] + 1).all()
    assert tokens["what"][0] == "mark: start of text"
    assert tokens["what"][-1] == "mark: end of text"
    assert f"Token vectors: {tokens.height} x 384," in reading.sentences[-3]


def test_a_word_that_is_no_token_is_told_with_its_pieces_and_an_unknown_one_as_such(encoder):
    reading = follow_text("the anechoic 😀 laughed", encoder, FOLDER)
    what = dict(reading.pieces.tokens.select("token", "what").iter_rows())
    assert what["##oic"] == "piece 3 of 3 of 'anechoic'"
    assert what["laughed"] == what["the"] == "word"
    assert what["[UNK]"] == "unknown: '😀'"
    assert reading.sentences[0].startswith("Not in the vocabulary: 1 of 8 tokens.")
    assert reading.sentences[1] == "No token of their own, so read in pieces: 'anechoic'."
    assert len(follow_text("the dog laughed", encoder, FOLDER).sentences) == 3  # nothing out of the ordinary


def test_a_text_longer_than_the_window_is_told_where_it_is_cut(encoder):
    text = " ".join(f"w{number}" for number in range(200))
    reading = follow_text(text, encoder, FOLDER)
    pieces = reading.pieces
    alone = [len(encoder._model.token_ids([word])[0]) - 2 for word in text.split()]
    assert (pieces.tokens.height, pieces.whole) == (256, sum(alone) + 2)
    shorter, longer = text[: pieces.cut], text[: pieces.cut + 6]
    assert cut_up(shorter, encoder.tokenizer, 256, FOLDER).cut is None
    assert cut_up(longer, encoder.tokenizer, 256, FOLDER).cut is not None
    assert (
        f"cut at character {pieces.cut:,} of {len(text):,}, after {shorter.rstrip()[-30:]!r}"
        in reading.sentences[0]
    )


def test_pooling_is_told_by_what_it_gives(encoder, monkeypatch):
    states = encoder.token_vectors("way too expensive")
    mean = states.mean(0) / np.linalg.norm(states.mean(0))
    assert np.allclose(mean, encoder.encode(["way too expensive"])[0], atol=1e-6)
    ways = {
        "the first line": states[0],
        "the last line": states[-1],
        "the largest": states.max(0),
        "a mix": states[1],
    }
    for way, vector in ways.items():
        monkeypatch.setattr(FixedShapeEncoder, "encode", lambda _, texts, v=vector: (v / np.linalg.norm(v))[None])
        assert f"Pooling keeps {way}" in follow_text("way too expensive", encoder, FOLDER).sentences[-2]


def test_words_of_one_meaning_are_nearer_than_words_of_like_letters(encoder):
    cosines = word_cosines(EXAMPLES, EXAMPLES, encoder)
    at = {word: place for place, word in enumerate(EXAMPLES)}
    assert np.allclose(np.diag(cosines), 1, atol=1e-5)
    assert cosines[at["laugh"], at["laughed"]] > cosines[at["cat"], at["dog"]] > cosines[at["car"], at["carpet"]]
    assert f"{cosines[at['laugh'], at['laughed']]:.2f}" in one_hot_or_embedding(encoder)[1]


def test_other_encoders_tell_the_same_with_their_own_marks(tmp_path):
    model = FixedShapeEncoder(str(tiny.checkpoint(tmp_path / "bert")))
    reading = follow_text("too loud", model, str(tmp_path / "bert"))
    assert reading.pieces.tokens.rows() == [
        ("<s>", 0, "-", "mark: start of text"),
        ("too", 5, "-", "word"),
        ("<unk>", 3, "-", "unknown: 'loud'"),
        ("</s>", 2, "-", "mark: end of text"),
    ]
    assert "This model has no vocab.txt; an id counts its vocabulary from 0." in reading.sentences
    assert "Token vectors: 4 x 32" in reading.sentences[-3]


def test_outside_a_project_a_text_and_two_are_told_with_what_is_missing(outside):
    one = invoke("way too expensive, call +49 171 5559811")
    assert one.startswith("No class can be told: ")
    assert "is no anechoic project (params.yaml is missing here)" in one.splitlines()[0]
    assert "canonical: way too expensive, call [phone]" in one
    two = invoke("laugh cat car", "word laughed laughed word: mail zwirbel@kunde.example")
    assert two.startswith("Their cosine is 0.")
    assert "Whether they are the same comment is told beside a project's rows" in two
    assert "0.809" in two[two.index("cosines of words") :]
    assert "5559811" not in one
    assert "zwirbel" not in two


@pytest.mark.parametrize("texts", [("",), ("  ",), ("", "late"), ("late", " ")])
def test_an_empty_text_is_refused(outside, texts):
    with pytest.raises(DataError, match="text is empty"):
        invoke(*texts)


def test_an_emoji_alone_is_told_as_unknown_and_two_texts_without_a_word_have_no_table(outside):
    shown = invoke("😀")
    assert shown.startswith("Not classified, for there is nothing to read: no word in it.")
    assert "unknown: '😀'" in shown
    assert "cosines of words" not in invoke("😀", "👍")


def test_a_row_is_asked_for_in_a_project(outside):
    with pytest.raises(ParamsError, match="is no anechoic project"):
        invoke("data/raw/a.csv:3")
    assert invoke("see you at 10:30").startswith("No class can be told")
