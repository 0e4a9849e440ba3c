"""Label doubts: planted errors are doubted, clean labels are not, and copies do not vouch for each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.echoes import label_noise
from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.echoes import connect, label_quality
from anechoic.echoes.label_noise import agreement, label_doubts
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
