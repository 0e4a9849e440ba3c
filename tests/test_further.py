"""What training went on to do after the epoch that was kept, on validation, row by row."""

from types import SimpleNamespace

import numpy as np
import pytest

from anechoic.train.further import further


def run(best, losses, hits):
    """A training of as many epochs as `losses` has lines: (epochs, rows) each."""
    by_epoch = [dict(enumerate(map(np.asarray, each), 1)) for each in (losses, hits)]
    return SimpleNamespace(best=best, curves=[None] * len(losses), row_losses=by_epoch[0], row_hits=by_epoch[1])


def drawn(rows=80, worse=0.0, seed=0):
    """Two epochs of which the second loses `worse` of the rows."""
    rng = np.random.default_rng(seed)
    first = rng.uniform(0.1, 0.5, rows)
    fallen = rng.random(rows) < worse
    hits = np.ones(rows)
    return run(1, [first, np.where(fallen, first + 2, first + rng.normal(0, 0.02, rows))], [hits, 1 - fallen])


def test_a_training_that_spoils_rows_is_surely_worse_and_a_steady_one_is_not():
    spoiled = further(drawn(worse=0.3), np.arange(80))
    assert spoiled.epochs == 1
    assert spoiled.accuracy_low <= spoiled.accuracy <= spoiled.accuracy_high < 0
    assert spoiled.loss_low > 0
    steady = further(drawn(), np.arange(80))
    assert steady.accuracy == steady.accuracy_low == steady.accuracy_high == 0
    assert steady.loss_low < 0 < steady.loss_high


def test_copies_are_one_witness():
    alone = further(drawn(rows=20, worse=0.3), np.arange(20))
    one = drawn(rows=20, worse=0.3)
    copied = run(
        1, [np.tile(one.row_losses[at], 5) for at in (1, 2)], [np.tile(one.row_hits[at], 5) for at in (1, 2)]
    )
    told = further(copied, np.tile(np.arange(20), 5))
    assert told.loss == pytest.approx(alone.loss)
    assert told.loss_high - told.loss_low == pytest.approx(alone.loss_high - alone.loss_low, rel=0.2)


def test_the_last_epoch_kept_has_nothing_after_it():
    kept = drawn()
    kept.best = 2
    assert further(kept, np.arange(80)) is None
    assert further(run(1, [], []), np.arange(0)) is None
