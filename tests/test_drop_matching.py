"""Matching of linked drops: exact where it can be, greedy where it must be, one to one always."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from anechoic.echoes import drop_matching
from anechoic.echoes.drop_matching import CandidatePairs, Link, find_links, match_one_to_one, nearest_across


def odds_of(rng, rows, partners):
    """Odds of rows x rows in which row i belongs to partners[i]."""
    odds = np.exp(rng.normal(-4, 1, (rows, rows)))
    odds[np.arange(rows), partners] = np.exp(rng.normal(2, 1, rows))
    return sparse.csr_matrix(odds)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 30), st.integers(0, 10_000))
def test_a_matching_is_one_to_one_and_its_chances_are_chances(rows, seed):
    rng = np.random.default_rng(seed)
    odds = odds_of(rng, rows, rng.permutation(rows))
    chance = drop_matching._sinkhorn(odds, drop_matching._slack_for_mass(odds, 0.8 * rows), 60)
    for i, j, sure in (drop_matching._match(odds, 0.8 * rows), drop_matching._greedy(chance.tocoo())):
        assert len(set(i.tolist())) == len(i)
        assert len(set(j.tolist())) == len(j)
        assert ((sure >= 0) & (sure <= 1 + 1e-6)).all()


def test_the_greedy_matching_finds_what_the_exact_one_finds_where_partners_are_plain():
    rng = np.random.default_rng(0)
    partners = rng.permutation(200)
    odds = odds_of(rng, 200, partners)
    i, j, _ = drop_matching._match(odds, 190)
    chance = drop_matching._sinkhorn(odds, drop_matching._slack_for_mass(odds, 190), 60)
    a, b, _ = drop_matching._greedy(chance.tocoo())
    exact, greedy = set(zip(i.tolist(), j.tolist(), strict=True)), set(zip(a.tolist(), b.tolist(), strict=True))
    gold = set(enumerate(partners.tolist()))
    assert len(exact & gold) >= 195
    assert len(greedy & gold) >= len(exact & gold) - 4


def test_above_the_cells_that_are_matched_exactly_the_result_is_nearly_the_same(monkeypatch):
    rng = np.random.default_rng(1)
    rows = 60
    partners = rng.permutation(rows)
    left = np.repeat(np.arange(rows), rows)
    right = rows + np.tile(np.arange(rows), rows)
    log_odds = rng.normal(-4, 1, rows * rows)
    log_odds[(partners[left] + rows) == right] += 6
    pairs = CandidatePairs(left, right, log_odds, 1 / (1 + np.exp(-log_odds)))
    link = Link(0, 1, 0.9, 0.8, 1.0, "retold")
    source, echo = np.arange(rows), np.arange(rows, 2 * rows)
    exact = match_one_to_one(pairs, source, echo, link)
    monkeypatch.setattr(drop_matching, "EXACT_CELLS", 0)
    greedy = match_one_to_one(pairs, source, echo, link)
    assert ((exact >= 0.5) == (greedy >= 0.5)).mean() > 0.999
    gold = (partners[left] + rows) == right
    assert (exact[gold] >= 0.5).mean() > 0.9
    assert (exact[~gold] >= 0.5).sum() < 5


@pytest.fixture(scope="module")
def retold():
    """Two drops of which the second repeats the first with noise, and a third of its own; unit vectors."""
    rng = np.random.default_rng(2)
    first, third = rng.normal(size=(80, 48)), rng.normal(size=(80, 48))
    second = first + 0.45 * rng.normal(size=first.shape)
    vectors = np.vstack([first, second, third]).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.repeat([0, 1, 2], 80)


def test_drops_that_retell_are_linked_and_others_are_not(retold):
    verdicts = {(link.source, link.echo): link.verdict for link in find_links(*retold)}
    assert verdicts == {(0, 1): "retold", (0, 2): "unrelated", (1, 2): "unrelated"}


def test_a_drop_of_few_rows_cannot_be_told(retold):
    vectors, drops = retold
    kept = np.flatnonzero((drops == 0) | (np.arange(len(drops)) >= 225))
    (link,) = find_links(vectors[kept], drops[kept])
    assert link.verdict == "cannot tell"


def test_blocks_change_neither_links_nor_neighbours(retold, monkeypatch):
    vectors, drops = retold
    source, echo = np.flatnonzero(drops == 0), np.flatnonzero(drops == 1)
    once = find_links(vectors, drops), nearest_across(vectors, source, echo, 5)
    monkeypatch.setattr(drop_matching, "ROWS_AT_A_TIME", 7)
    again = find_links(vectors, drops), nearest_across(vectors, source, echo, 5)
    assert once[0] == again[0]
    assert all((one == other).all() for one, other in zip(once[1], again[1], strict=True))
