import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from anechoic import find_echoes
from anechoic.project.errors import DataError

TEXTS = [
    "Too expensive for us now.",
    "too  expensive for us NOW.",
    "Too expensiv for us now",
    "We ordered 25 drums of paint",
    "We ordered 26 drums of paint",
    "The tractor arrives in spring only.",
]


class Counting:
    """The real encoder, counting what it is asked."""

    def __init__(self, encoder):
        self.encoder, self.asked = encoder, []

    def encode(self, texts, /):
        self.asked += texts
        return self.encoder.encode(texts)


class Giving:
    def __init__(self, make):
        self.make = make

    def encode(self, texts, /):
        return self.make(len(texts))


def hashed(texts):
    """Vectors by letters: an encoder of somebody else's making."""
    return np.array([np.bincount([ord(c) % 64 for c in text], minlength=64) for text in texts], dtype=np.float64)


class Letters:
    encode = staticmethod(hashed)


def test_each_removed_row_says_whom_it_echoes_and_why(encoder):
    found = find_echoes(TEXTS, encoder=encoder)
    assert found.kept["row"].to_list() == [0, 3, 4, 5]
    assert found.removed.select("row", "echoes", "kind").rows() == [(1, 0, "exact"), (2, 0, "near")]
    assert found.removed["echoes_text"].to_list() == [TEXTS[0]] * 2
    assert found.removed["reason"].str.len_chars().min() > 5
    assert found.vectors.shape == (4, 384)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Der Drucker im zweiten Stock zieht kein Papier ein", "Wann wird mein Vertrag endlich gekündigt?"),
        ("Bitte ein dunkles Design anbieten", "Die App stürzt beim Hochladen ab"),
    ],
)
def test_two_rows_that_share_nothing_but_their_language_are_no_echoes(encoder, one, other):
    tickets = Path("tests/data/tickets.txt").read_text().splitlines()
    table = [*tickets[:40], one, *tickets[40:100], other, *tickets[100:]]
    assert find_echoes(table, encoder=encoder).removed.is_empty()
    (removed,) = find_echoes([*table, f"{one}!!!"], encoder=encoder).removed.to_dicts()  # what is one is found
    assert {removed["text"], removed["echoes_text"]} == {one, f"{one}!!!"}


def test_a_frame_keeps_its_columns_and_tells_conflicts(encoder):
    frame = pl.DataFrame({"text": TEXTS, "label": [7, 1, 7, 3, 3, 6], "drop": ["a", *["b"] * 5], "more": range(6)})
    found = find_echoes(frame, encoder=encoder)
    assert found.kept.columns == ["row", *frame.columns]
    assert found.removed["conflict"].to_list() == [True, False]


def test_old_rows_stay_and_are_not_encoded_again(encoder):
    old = find_echoes(TEXTS[:1] + TEXTS[3:], encoder=encoder)
    counting = Counting(encoder)
    found = find_echoes([*TEXTS[1:3], "a brand new remark"], against=old, encoder=counting)
    assert found.removed.select("row", "echoes", "in_against").rows() == [(0, 0, True), (1, 0, True)]
    assert set(counting.asked) == {TEXTS[2], "a brand new remark"}
    plain = find_echoes([*TEXTS[1:3], "a brand new remark"], against=TEXTS[:1] + TEXTS[3:], encoder=encoder)
    assert plain.removed.equals(found.removed)


def test_rephrased_drops_are_found_whatever_the_order(demo, encoder):
    clean = demo[0].select("text", "drop", pl.col("label_id").alias("label"))
    once = find_echoes(clean, encoder=encoder)
    shuffled = clean.sample(fraction=1, shuffle=True, seed=5)
    again = find_echoes(shuffled, encoder=encoder)

    def told(found):
        return found.removed.sort("text", "echoes_text").select("text", "echoes_text", "kind", "score")

    assert 340 <= once.removed.height <= 400
    assert once.kept.height + once.removed.height == 800
    assert not set(once.removed["echoes"]) & set(once.removed["row"])
    assert told(once).equals(told(again))


def test_the_first_row_is_kept_where_asked(encoder):
    found = find_echoes(["way too expensiv", "way too expensive"], encoder=encoder, keep="first")
    assert found.removed.select("row", "echoes").rows() == [(1, 0)]
    assert find_echoes(["way too expensiv", "way too expensive"], encoder=encoder).removed["row"].to_list() == [0]


@pytest.mark.parametrize("texts", [["one row"], [], ["a saddle", "nine kayaks", "green tea"]])
def test_nothing_is_removed_where_nothing_echoes(encoder, texts):
    found = find_echoes(texts, encoder=encoder)
    assert (found.kept.height, found.removed.height) == (len(texts), 0)


def test_all_the_same_leaves_one(encoder):
    found = find_echoes(["the same text"] * 50, encoder=encoder)
    assert found.kept["row"].to_list() == [0]
    assert set(found.removed["echoes"]) == {0}


def test_a_hundred_thousand_copies_are_a_star():
    code = (  # in a process of its own, whose peak memory the system knows, polars' included
        "import resource; from test_find_echoes import Letters; from anechoic import find_echoes;"
        "base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "found = find_echoes(['we found it elsewhere'] * 100_000 + ['too late'], encoder=Letters());"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "print(found.kept.height, found.removed.height, (peak - base) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd="tests", capture_output=True, text=True, check=True)
    kept, removed, mebibytes = map(int, done.stdout.split())
    assert (kept, removed) == (2, 99_999)
    assert mebibytes < 1500  # a table of all pairs would take 40 GB


def test_long_texts_do_not_stall():
    rng = np.random.default_rng(0)
    words = [f"word{n}" for n in range(300)]
    texts = [" ".join(rng.choice(words, 5000)) for _ in range(12)]
    texts += [text.replace("word7 ", "word8 ") for text in texts[:3]] + ["same " * 5000, "same " * 4999]
    found = find_echoes(texts, encoder=Letters())
    assert found.kept.height + found.removed.height == len(texts)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["a b", " ", ""], "2 rows have no text, the first is row 1"),
        (["a b", None], "1 rows have no text, the first is row 1"),
        ([1, 2], "rows: row 0 holds 1, not a text"),
        (pl.DataFrame({"words": ["a"]}), "no column 'text', there are words"),
    ],
)
def test_bad_texts_are_named(texts, message):
    with pytest.raises(DataError, match=message):
        find_echoes(texts, encoder=Letters())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda n: np.full((n, 4), np.nan), "no usable vector for 2 texts"),
        (lambda n: np.ones(n), "want \\(texts, dimension\\)"),
        (lambda n: np.ones((n + 1, 4)), "gave shape \\(3, 4\\) for 2 texts"),
    ],
)
def test_a_faulty_encoder_is_named(make, message):
    with pytest.raises(DataError, match=message):
        find_echoes(["a b", "c d"], encoder=Giving(make))


def test_two_encoders_do_not_mix(encoder):
    old = find_echoes(["a b"], encoder=encoder)
    with pytest.raises(DataError, match="vectors of \\[64, 384\\] numbers"):
        find_echoes(["c d"], against=old, encoder=Letters())
