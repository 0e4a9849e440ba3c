"""How many of the echoes found are true, as their labels tell."""

import numpy as np
import polars as pl
import pytest

from anechoic.echoes.labels.precision_here import precision_here


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
