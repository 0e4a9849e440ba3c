import csv
from io import StringIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.echoes import connect
from anechoic.echoes.pairs import PairLimits
from anechoic.embed.embed import embed, embeddings_table
from anechoic.files.columns.layout import PICKED_COLUMNS as COLUMNS
from anechoic.label_next.choice import Labelled, choose, probe_chances, uncertainty
from anechoic.label_next.label_next import Sources, label_next
from anechoic.label_next.schema import LabelNextParams
from anechoic.normalize.inbox import inbox_table
from anechoic.validate.validate import validate

JUNK = ["test", "n/a", "12345", "?!", "see above"]
NAMES = ("2023-06.csv", "2023-07-rephrased.csv")
ORIGINALS, REPHRASED = (
    [text for _, text in csv.reader(StringIO(Path("data/raw", name).read_text()))] for name in NAMES
)


NOTHING = Labelled(np.empty((0, 8), dtype=np.float32), np.empty(0, dtype=np.int64), 0)


def planted(per_class=30, classes=4, seed=0):
    """Unit vectors of well parted classes, and their codes."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(classes), per_class)
    drawn = np.eye(8)[codes] + rng.normal(0, 0.15, (len(codes), 8))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32), codes


def csv_of(texts):
    stream = StringIO()
    csv.writer(stream).writerows([["id", "text"], *enumerate(texts)])
    return stream.getvalue().encode()


@pytest.fixture(scope="module")
def meaning(demo):
    """Text -> its echo group among all 800 rows of the demo."""
    rows = connect(*demo, shipped_judge(), PairLimits()).rows
    return dict(rows.select("text", "group_id").iter_rows())


@pytest.fixture(scope="module")
def pick(demo, encoder, validate_params):
    clean, embeddings = demo
    known = clean.filter(pl.col("drop") == NAMES[0]).head(60).join(embeddings, on="row_id", maintain_order="left")

    def run(texts, rows=20, labelled=60, guess=None):
        inbox = inbox_table({"inbox.csv": csv_of(texts)} if texts is not None else {})
        unique = inbox["canonical"].unique(maintain_order=True)
        vectors = embeddings_table(unique, embed(unique.to_list(), encoder), "minilm")
        sources = Sources(known.head(labelled), shipped_judge(), validate_params, guess)
        return label_next(inbox, vectors, sources, LabelNextParams(rows=rows, seed=7))

    return run


def test_without_labels_one_typical_row_of_each_cluster_is_chosen():
    vectors, codes = planted()
    choice = choose(vectors, np.ones(len(vectors)), NOTHING, 4, 1)
    assert sorted(codes[choice.rows]) == [0, 1, 2, 3]
    assert choice.stands_for.sum() == len(vectors)


def test_classes_that_are_known_for_sure_are_not_asked_again():
    vectors, codes = planted(60)
    seen = np.flatnonzero(codes < 3)[::2]
    labelled = Labelled(vectors[seen], codes[seen], 4)
    pool = np.setdiff1d(np.arange(len(codes)), seen)
    doubt = uncertainty(probe_chances(vectors[pool], labelled), labelled)
    assert doubt.min() >= 0
    assert doubt.max() <= 1
    chosen = pool[choose(vectors[pool], doubt, labelled, 1, 1).rows]
    assert codes[chosen].tolist() == [3]


def test_of_two_classes_told_equally_well_the_thin_one_is_doubted_more():
    labelled = Labelled(np.eye(2, dtype=np.float32)[[0] * 9 + [1]], np.array([0] * 9 + [1]), 2)
    thick, thin = uncertainty(np.array([[0.7, 0.3], [0.3, 0.7]]), labelled)
    assert thin > thick


@pytest.mark.parametrize("count", [0, 3, 500])
def test_never_more_rows_than_asked_for_or_there_and_none_twice(count):
    vectors, _ = planted(3)
    rows = choose(np.concatenate([vectors, vectors]), np.ones(24), NOTHING, count, 1).rows
    assert len(rows) == len(set(rows.tolist())) <= min(count, 24)


def test_a_clean_inbox_gives_as_many_rows_as_asked_for_with_reasons(pick):
    found = pick(ORIGINALS[60:200])
    assert found.rows.height == 20
    assert found.rows.columns == list(COLUMNS)
    assert (found.junk, found.records) == (0, 140)
    assert set(found.rows["label"]) == {""}
    assert all(why.startswith("a plain model ") for why in found.rows["why"])
    assert found.rows["record"].is_unique().all()
    assert [ORIGINALS[59 + record] for record in found.rows["record"]] == found.rows["text"].to_list()
    assert found.csv() == pick(ORIGINALS[60:200]).csv()


def test_junk_copies_and_echoes_are_left_out(pick, meaning):
    labelled = {meaning[text] for text in ORIGINALS[:60]}
    echoing = [text for text in REPHRASED if meaning.get(text) in labelled]
    told_twice = [text for text in REPHRASED if meaning.get(text) in {meaning[each] for each in ORIGINALS[60:100]}]
    assert len(echoing) > 40
    assert len(told_twice) > 30
    found = pick([*JUNK, *ORIGINALS[:30], *echoing, *ORIGINALS[60:100], *told_twice], rows=100)
    assert found.junk >= len(JUNK)
    assert not set(JUNK) & set(found.rows["text"])
    assert found.copies >= 30
    groups = [meaning[text] for text in found.rows["text"]]
    assert sum(group in labelled for group in groups) <= 0.2 * len(echoing)
    fresh = [group for group in groups if group not in labelled]
    assert len(set(fresh)) >= 34
    assert len(fresh) - len(set(fresh)) <= 0.2 * len(told_twice)


def test_an_inbox_that_repeats_the_labelled_rows_has_nothing_to_label(pick, meaning):
    found = pick(ORIGINALS[:60])
    assert found.rows.is_empty()
    assert found.csv() == ",".join(COLUMNS) + "\n"
    assert "0 of 60 rows picked" in next(found.sentences())
    labelled = {meaning[text] for text in ORIGINALS[:60]}
    echoing = [text for text in REPHRASED if meaning.get(text) in labelled]
    assert pick(echoing, rows=50).rows.height <= 0.2 * len(echoing)


@pytest.mark.parametrize("texts", [None, JUNK])
def test_an_inbox_without_a_text_has_nothing_to_label(pick, texts):
    assert pick(texts).rows.is_empty()


def test_without_labels_typical_rows_are_picked_and_nothing_is_guessed(pick):
    found = pick(ORIGINALS[:100], labelled=0)
    assert found.rows.height == 20
    assert set(found.rows["predicted"]) == {""}
    assert all(why.startswith("typical: ") for why in found.rows["why"])


def test_one_class_alone_does_not_stop_it(demo, pick, encoder, validate_params):
    clean, embeddings = demo
    known = clean.filter(pl.col("label_id") == 7).head(5).join(embeddings, on="row_id", maintain_order="left")
    inbox = inbox_table({"a.csv": csv_of(ORIGINALS[100:140])})
    texts = inbox["canonical"].unique()
    vectors = embeddings_table(texts, embed(texts.to_list(), encoder), "minilm")
    sources = Sources(known, shipped_judge(), validate_params)
    found = label_next(inbox, vectors, sources, LabelNextParams(rows=5, seed=7))
    assert set(found.rows["predicted"]) == {""}
    assert found.rows.height == 5


def test_the_classifier_guesses_where_there_is_one(pick):
    def guess(texts):
        return pl.DataFrame({"predicted": ["price", *[None] * (len(texts) - 1)], "confidence": [0.25] * len(texts)})

    rows = pick(ORIGINALS[60:100], rows=3, guess=guess).rows
    assert rows["predicted"].to_list() == ["price", "", ""]
    assert rows["confidence"].to_list() == ["0.2500", "", ""]


def test_filled_in_it_is_a_drop_as_it_is(pick, labels, validate_params):
    odd = ['=cheaper elsewhere, at "Bob\'s"', "- too late;\nway too late", "call me at 555-123-4567, it is dear"]
    found = pick([*odd, *ORIGINALS[60:64]], rows=7)
    assert set(found.rows["text"]) >= set(odd[:2])
    assert "555-123-4567" not in found.csv()
    assert not any(line.startswith(("=", "-")) for line in found.csv().replace(",", "\n").splitlines())
    rows = list(csv.DictReader(StringIO(found.csv())))
    for place, row in enumerate(rows):
        row["label"] = "" if place == 6 else ("price", "7", "lead time")[place % 3]
    stream = StringIO()
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    result = validate({"labelled.csv": stream.getvalue().encode()}, {}, labels, validate_params)
    assert result.rows["text"].to_list() == found.rows["text"].to_list()[:6]
    assert set(result.rows["text"]) | set(found.rows["text"][6:]) >= set(odd[:2])
    assert result.rows["label"].to_list() == ["price", "price", "lead time"] * 2
    assert '"file": "inbox.csv"' in result.rows["meta"][0]
    assert result.quarantine["reason"].to_list() == ["label_missing"]


def test_the_command_works_before_anything_was_run_and_writes_over_nothing(tmp_path, monkeypatch):
    root = Path.cwd()
    (tmp_path / "params.yaml").write_bytes((root / "params.yaml").read_bytes())
    (tmp_path / "dvc.yaml").write_bytes((root / "dvc.yaml").read_bytes())
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox/a.csv").write_bytes(csv_of(ORIGINALS[:40]))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["next", "inbox", "--rows", "5"], catch_exceptions=False)
    assert "5 of 40 rows picked" in done.output
    assert "No row is labelled yet" in done.output
    assert pl.read_csv("label-next.csv").height == 5
    again = CliRunner().invoke(app, ["next", "inbox/a.csv", "--rows", "5"])
    assert "label-next.csv" in str(again.exception)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/b.csv").write_text("")
    (tmp_path / "empty/c.csv").write_text("text\n")  # a header is no comment
    nothing = CliRunner().invoke(app, ["next", "empty", "--to", "other.csv"])
    assert "Nothing to label in empty" in str(nothing.exception)
