"""What is known of texts before anybody judges them: the same whatever the size of the blocks it is computed in."""

import numpy as np
import pytest

from anechoic.echoes.evidence import candidates as candidates_module
from anechoic.echoes.evidence import local_contrast
from anechoic.echoes.evidence import neighbours as neighbours_module
from anechoic.echoes.evidence.candidates import candidates
from anechoic.echoes.evidence.features import PAIR_FEATURES, TextEvidence, gram_rows, pair_features, word_rows
from anechoic.echoes.evidence.local_contrast import neighbour_contrast, table_profile
from anechoic.echoes.evidence.neighbours import background, neighbours, whiten
from anechoic.numeric import arrays
from anechoic.numeric.arrays import matrix


@pytest.fixture(scope="module")
def texts(demo):
    clean, embeddings = demo
    some = clean.join(embeddings, on="row_id", maintain_order="left").unique("canonical", maintain_order=True)[:230]
    return some["canonical"].to_list(), matrix(some["vector"])


def test_neighbours_are_the_nearest_rows_of_the_whole_table_in_blocks_too(texts, monkeypatch):
    _, vectors = texts
    white = whiten(vectors)
    similar = white @ white.T
    np.fill_diagonal(similar, -2)
    monkeypatch.setattr(neighbours_module, "ROWS_AT_A_TIME", 64)
    near = neighbours(white)
    assert (near.first == similar.argmax(axis=1)).all()
    assert np.allclose(near.top, -np.sort(-similar, axis=1)[:, : near.top.shape[1]], atol=1e-5)


def test_candidates_of_later_blocks_are_found(texts, monkeypatch):
    words, vectors = texts
    white, letters = whiten(vectors), gram_rows(words)
    level = background(neighbours(white))
    once = candidates(white, letters, level)
    monkeypatch.setattr(candidates_module, "ROWS_AT_A_TIME", 50)
    again = candidates(white, letters, level)
    pairs, others = (set(zip(*(side.tolist() for side in found), strict=True)) for found in (once, again))
    assert len(pairs ^ others) <= 0.002 * len(
        pairs
    )  # a product in another shape may round one pair across the line
    assert all(left < right for left, right in others)
    assert max(left for left, _ in others) > 150


def test_contrast_and_dot_products_do_not_depend_on_blocks(texts, monkeypatch):
    _, vectors = texts
    white = whiten(vectors)
    profile = table_profile(neighbours(white), np.zeros(len(white), dtype=np.int64))
    rows = np.arange(len(white))
    cosines = np.linspace(0, 0.9, len(white))
    once = neighbour_contrast(profile, rows, cosines)
    left, right = np.triu_indices(40, 1)
    dots = arrays.dense_dot(vectors, left, right)
    monkeypatch.setattr(local_contrast, "PAIRS_AT_A_TIME", 33)
    monkeypatch.setattr(arrays, "PAIRS_AT_A_TIME", 33)
    assert all(
        np.array_equal(one, other)
        for one, other in zip(once, neighbour_contrast(profile, rows, cosines), strict=True)
    )
    assert np.allclose(dots, arrays.dense_dot(vectors, left, right), atol=1e-6)


def test_whitening_leaves_every_direction_about_the_same_spread():
    rng = np.random.default_rng(0)
    narrow = rng.normal(size=(5000, 8)) * np.array([3, 2.5, 2, 2, 1.5, 1.5, 1, 1])
    vectors = (narrow / np.linalg.norm(narrow, axis=1, keepdims=True)).astype(np.float32)
    before, after = (each.std(axis=0) for each in (vectors, whiten(vectors)))
    assert before.max() / before.min() > 2
    assert after.max() / after.min() < 1.9


def test_features_are_those_of_the_pair_whatever_its_direction(texts):
    words, vectors = texts
    white = whiten(vectors)
    lengths = np.array([len(text) for text in words], dtype=np.float64)
    level = background(neighbours(white))
    known = TextEvidence(vectors, white, level, lengths, word_rows(words), gram_rows(words))
    left, right = np.array([0, 5, 9]), np.array([3, 7, 200])
    there, back = pair_features(known, left, right), pair_features(known, right, left)
    assert there.shape == (3, len(PAIR_FEATURES))
    assert np.allclose(there, back, atol=1e-6)
    itself = pair_features(known, left, left)
    for name, value in (("cosine", 1), ("whitened", 1), ("words", 1), ("letters", 1), ("length", 0)):
        assert np.allclose(itself[:, PAIR_FEATURES.index(name)], value, atol=1e-5), name


@pytest.mark.parametrize(("rows", "least", "most"), [(60, 0.3, 0.7), (1000, 0.85, 1.0)])
def test_the_fewer_rows_a_table_has_the_less_its_shares_are_believed(rows, least, most):
    rng = np.random.default_rng(0)
    once = rng.normal(size=(rows // 2, 48))
    both = np.concatenate([once, once + 0.1 * rng.normal(size=once.shape)]).astype(np.float32)
    unit = both / np.linalg.norm(both, axis=1, keepdims=True)
    profile = table_profile(neighbours(unit), np.zeros(rows, dtype=np.int64))
    assert least <= profile.between[0, 0, 0] <= most  # every row has its copy
    assert least <= profile.share <= most
