"""What makes the shipped artefacts: the files in the package are what it gives, and what it gives has its shape."""

import csv
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.classifier.trees import CONTEXT_FEATURES
from anechoic.echoes.evidence.features import PAIR_FEATURES
from anechoic.numeric.arrays import matrix
from training import fit_judge, letters
from training.cross_fit import quality, score
from training.fit_judge import fit, prepare
from training.judge import FITTED_ON, difference
from training.scenes import Scene


def test_the_shipped_letter_counts_are_what_training_gives():
    words = letters.vocabulary()
    assert letters.letter_counts(words[letters.HELD_OUT :]) == json.loads(letters.TARGET.read_text())
    shares = letters.shares_called_noise(words[: letters.HELD_OUT])
    assert shares["keyboard noise"] > 0.9
    assert shares["held-out words"] < 0.01


def test_every_triple_of_a_word_is_counted_once():
    assert letters.letter_counts(["abab"]) == {"^^a": 1, "^ab": 1, "aba": 1, "bab": 1, "ab$": 1}


def test_the_shipped_judge_knows_its_features_and_its_evidence_never_counts_against_an_echo():
    judge = shipped_judge()
    assert judge.pair_model.names == judge.match_model.names == list(PAIR_FEATURES)
    assert judge.context_model.names == list(CONTEXT_FEATURES)
    assert (judge.context_model.scale, judge.context_model.shift) == (1, 0)
    assert judge.fitted_on == FITTED_ON
    signs = [-1 if name == "length" else 1 for name in PAIR_FEATURES]
    for model in (judge.pair_model, judge.match_model):
        assert all(sign * value >= 0 for sign, value in zip(signs, model.coefficients, strict=True))
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(300, len(CONTEXT_FEATURES)))
    for column, name in enumerate(CONTEXT_FEATURES):
        more = rows.copy()
        more[:, column] += rng.exponential(size=300)
        change = judge.context_model.log_odds(more) - judge.context_model.log_odds(rows)
        against = name.startswith(("rank", "rivals"))
        assert (change <= 1e-9).all() if against else (change >= -1e-9).all(), name


@pytest.fixture(scope="module")
def scene(demo):
    """A third of the demo as one file whose gold is known."""
    clean, embeddings = demo
    rows = clean.join(embeddings, on="row_id", maintain_order="left")
    with Path("tests/data/cancellations/gold_pairs.csv").open(newline="") as stream:
        places = [(int(row["original_row"]), int(row["rephrased_row"])) for row in csv.DictReader(stream)][:130]
    first, again = (rows.filter(pl.col("drop") == drop) for drop in sorted(rows["drop"].unique()))
    kept = pl.concat([first[[one - 1 for one, _ in places]], again[[other - 1 for _, other in places]]])
    n = len(places)
    gold = np.array([(row, row + n) for row in range(n)])
    keys = [row % n for row in range(kept.height)]
    zeros = np.zeros(kept.height, dtype=np.int64)
    return Scene("demo", kept["canonical"].to_list(), matrix(kept["vector"]), zeros, gold, keys)


def test_fitting_twice_gives_the_same_judge_and_it_finds_what_it_was_fitted_on(scene, monkeypatch):
    monkeypatch.setattr(fit_judge, "ENOUGH", 50)
    part = prepare(scene, weight=1, match_weight=1)
    masks = [~part.clash]
    judge = fit([part], masks, "a test")
    assert difference(judge, fit([part], masks, "a test")) is None
    assert difference(judge, fit([part], masks, "another test")) == (
        "judge.json is not what training gives: fitted_on differ."
    )
    evidence = part.evidence
    chance = judge.probability(evidence.features, evidence.left, evidence.right, evidence.profile)
    assert chance[part.truth].mean() > chance[~part.truth].mean() + 0.3


def test_scores_count_pairs_by_gold_group():
    keys = ["a", "a", "b", "b", None]
    gold = np.array([(0, 1), (2, 3)])
    scene = Scene("x", list("vwxyz"), np.eye(5, dtype=np.float32), np.zeros(5, dtype=np.int64), gold, keys)
    left, right = np.array([0, 2, 0]), np.array([1, 3, 4])
    counts = score(scene, left, right, np.array([True, False, True]))
    assert counts.sum(0).tolist() == [1, 2, 2]
    told = quality(counts)
    assert (told["precision"], told["recall"], told["f1"]) == (0.5, 0.5, 0.5)
    assert told["recall_low"] <= 0.5 <= told["recall_high"]


def test_the_pipeline_of_training_lists_files_that_are_there():
    for stage in yaml.safe_load(Path("training/dvc.yaml").read_text())["stages"].values():
        assert stage["wdir"] == ".."
        assert all(Path(dep).exists() for dep in stage["deps"])
