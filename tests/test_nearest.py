import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.numeric import nearest as module
from anechoic.numeric.nearest import nearest, nearest_rows


def unit(rows, dimension=3, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "QUERIES", 3)
        patch.setattr(module, "BASE", 4)
        yield


@settings(deadline=None)
@given(st.integers(0, 10), st.integers(0, 14), st.integers(1, 6), st.integers(0, 5))
def test_blocks_find_what_sorting_everything_finds(small_blocks, queries, base, count, seed):
    asked, known = unit(queries, seed=seed), unit(base, seed=seed + 100)
    known[base // 2 :] = known[: base - base // 2]  # ties, which go to the first row
    without = np.random.default_rng(seed).integers(-1, max(base, 1), queries) if base else None
    rows, cosines = nearest_rows(asked, known, count, without=without)
    assert rows.shape == cosines.shape == (queries, count)
    similar = asked.astype(np.float64) @ known.astype(np.float64).T
    for query in range(queries):
        barred = -1 if without is None else without[query]
        order = [row for row in np.lexsort([np.arange(base), -similar[query].round(6)]) if row != barred][:count]
        assert rows[query].tolist() == order + [-1] * (count - len(order))
        expected = [*similar[query, order], *[0.0] * (count - len(order))]
        assert np.allclose(cosines[query], expected, atol=1e-6)


def test_the_nearest_lies_in_whichever_block():
    base = unit(module.BASE + 50, 2)
    last = len(base) - 1
    queries = np.repeat(base[[last, 7]], [module.QUERIES, 2], axis=0)
    rows, cosines = nearest(queries, base)
    assert np.allclose(cosines, 1, atol=1e-6)
    assert (cosines <= 1).all()
    assert np.allclose(base[rows], queries, atol=1e-3)
    barred = np.full(len(queries), -1)
    barred[-1] = rows[-1]
    assert nearest(queries, base, without=barred)[0][-1] != rows[-1]
    assert (nearest(queries, base, without=barred)[0][:-1] == rows[:-1]).all()


def test_a_row_is_its_own_nearest_unless_that_is_barred():
    vectors = unit(30)
    assert nearest(vectors, vectors)[0].tolist() == list(range(30))
    rows, cosines = nearest(vectors, vectors, without=np.arange(30))
    assert (rows != np.arange(30)).all()
    assert (cosines < 1).all()


def test_no_row_is_told_as_such():
    rows, cosines = nearest(unit(2), np.empty((0, 0), dtype=np.float32))
    assert (rows.tolist(), cosines.tolist()) == ([-1, -1], [0, 0])
    rows, cosines = nearest(unit(1), unit(1), without=np.array([0]))
    assert (rows.tolist(), cosines.tolist()) == ([-1], [0])
    assert nearest(unit(0), unit(3))[0].shape == (0,)
