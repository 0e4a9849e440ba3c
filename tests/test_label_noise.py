"""Label doubts: planted errors are doubted, clean labels are not, and copies do not vouch for each other."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.echoes import label_noise
from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.echoes import connect, label_quality
from anechoic.echoes.label_noise import agreement, label_doubts, precision_here
from anechoic.echoes.pairs import PairLimits
from anechoic.numeric.arrays import dense_codes, matrix


@pytest.fixture(scope="module")
def rows(demo):
    clean, embeddings = demo
    found = connect(clean, embeddings, shipped_judge(), PairLimits()).rows
    return matrix(found["vector"]), dense_codes(found["label_id"]), dense_codes(found["group_id"])


def mislabelled(labels, groups, share, seed):
    """The labels with those of some whole groups turned to another class, and which rows were turned."""
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(groups.max() + 1)[: round(share * (groups.max() + 1))]
    turned = np.isin(groups, chosen)
    shift = rng.integers(1, labels.max() + 1, groups.max() + 1)
    return np.where(turned, (labels + shift[groups]) % (labels.max() + 1), labels), turned


def test_planted_errors_are_doubted_far_more_than_clean_labels(rows):
    vectors, labels, groups = rows
    wrong, turned = mislabelled(labels, groups, 0.1, 1)
    doubts = label_doubts(vectors, wrong, groups, 0)
    doubted = doubts.log_odds < 0
    assert doubted[turned].mean() > 0.9
    clean = label_doubts(vectors, labels, groups, 0).log_odds < 0
    assert doubted[turned].mean() > 2 * clean.mean()
    worst = np.argsort(doubts.log_odds)[: turned.sum()]
    assert turned[worst].mean() > 4 * turned.mean()  # the most doubted rows are the turned ones


def test_the_right_label_is_proposed_for_most_turned_rows(rows):
    vectors, labels, groups = rows
    wrong, turned = mislabelled(labels, groups, 0.1, 2)
    suggested = label_doubts(vectors, wrong, groups, 0).suggested
    assert (suggested[turned] == labels[turned]).mean() > 0.5
    assert (suggested != wrong).all()


def test_an_error_copied_with_its_rephrasing_does_not_confirm_itself(rows):
    vectors, labels, groups = rows
    wrong, turned = mislabelled(labels, groups, 0.1, 3)
    whole = label_doubts(vectors, wrong, groups, 0).log_odds < 0
    alone = label_doubts(vectors, wrong, np.arange(len(labels)), 0).log_odds < 0  # as if no row echoed another
    several = turned & (np.bincount(groups)[groups] > 1)
    assert whole[several].mean() > alone[several].mean() + 0.3


def test_blocks_of_rows_change_nothing(rows, monkeypatch):
    vectors, labels, groups = rows
    once = label_doubts(vectors, labels, groups, 0)
    monkeypatch.setattr(label_noise, "ROWS_AT_A_TIME", 100)
    again = label_doubts(vectors, labels, groups, 0)
    assert np.allclose(once.log_odds, again.log_odds, atol=1e-5)
    assert (once.suggested == again.suggested).all()


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), min_size=1, max_size=30))
def test_agreement_counts_the_commonest_label_of_groups_of_two_or_more(both):
    labels, groups = (np.array(side) for side in zip(*both, strict=True))
    groups = np.unique(groups, return_inverse=True)[1]
    members = {group: labels[groups == group].tolist() for group in set(groups.tolist())}
    large = [found for found in members.values() if len(found) > 1]
    wanted = sum(map(len, large)), sum(max(map(found.count, found)) for found in large)
    assert agreement(labels, groups) == wanted


def test_one_class_alone_is_not_doubted(demo):
    clean, embeddings = demo
    one = clean.filter(clean["label"] == clean["label"][0])
    found = connect(one, embeddings, shipped_judge(), PairLimits()).rows
    quality = label_quality(found)
    assert quality.doubts.is_empty()


def pairs_of(kinds, seed):
    """Pairs of 2,000 rows in four classes and their labels: true ones share a label, others are drawn at random."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(4, 2000, p=[0.4, 0.3, 0.2, 0.1])
    rows = iter(rng.permutation(2000).tolist())
    drawn = []
    for kind, is_true, count in kinds:
        for _ in range(count):
            left, right = next(rows), next(rows)
            if is_true:
                labels[right] = labels[left]
            drawn.append((f"{left:04}", f"{right:04}", kind, 0.9, 0.7))
    schema = {"left": pl.String, "right": pl.String, "kind": pl.String, "score": pl.Float32, "cosine": pl.Float32}
    table = pl.DataFrame(drawn, schema=schema, orient="row")
    return table, {f"{row:04}": int(label) for row, label in enumerate(labels)}


@pytest.mark.parametrize(("right", "wrong"), [(120, 0), (100, 20), (60, 60), (20, 5)])
def test_the_labels_tell_how_many_echoes_are_false(right, wrong):
    kinds = (("rephrase", True, right), ("rephrase", False, wrong), ("neighbour", False, 300))
    told = [precision_here(*pairs_of(kinds, seed)) for seed in range(40)]
    truth = right / (right + wrong)
    assert abs(np.mean([each.precision for each in told]) - truth) < 0.06
    assert sum(each.precision_low <= truth <= each.precision_high for each in told) >= 36


def test_a_row_with_many_copies_is_one_voice():
    star = [("0000", f"{row:04}", "near", 0.9, 0.9) for row in range(1, 30)]
    lone, labels = pairs_of((("rephrase", True, 1), ("neighbour", False, 50)), 0)
    both = pl.concat([lone, pl.DataFrame(star, schema=lone.schema, orient="row")])
    again = precision_here(pl.concat([both, both]), labels)
    assert precision_here(both, labels) == again
    assert again.pairs == 30


@pytest.mark.parametrize(
    "kinds",
    [
        (("neighbour", False, 300),),
        (("near", True, 9), ("neighbour", False, 9)),
        (("near", True, 1), ("neighbour", False, 300)),
        (("near", True, 60), ("neighbour", True, 300)),
    ],
)
def test_too_few_echoes_or_neighbours_or_labels_all_alike_tell_nothing(kinds):
    assert precision_here(*pairs_of(kinds, 0)) is None
    assert precision_here(pairs_of(kinds, 0)[0], {}) is None
