"""Wrong labels: planted ones are counted and mended, clean ones left alone, copies do not vouch for each other."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anechoic.echoes.labels import beliefs as beliefs_module
from anechoic.echoes.labels.beliefs import Labelled, alike, beliefs
from anechoic.echoes.labels.label_quality import agreement, label_quality
from anechoic.echoes.labels.mixture import fit_mixture
from anechoic.echoes.labels.planted import PRECISION, Suggested, plant, suggestion_limit
from anechoic.numeric.arrays import vector_column
from anechoic.numeric.intervals import share_interval

CLASSES, PER_CLASS = 5, 40


def cloud(seed=0, spread=1.0, per_class=PER_CLASS):
    """Rows of classes round centres of their own, in groups of two that lie close together."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(CLASSES, 24))
    labels = np.repeat(np.arange(CLASSES), per_class)
    meaning = np.repeat(centres[labels] + spread * rng.normal(size=(len(labels), 24)), 2, axis=0)
    vectors = meaning + 0.1 * rng.normal(size=meaning.shape)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return Labelled(vectors, np.repeat(labels, 2), np.repeat(np.arange(len(labels)), 2), CLASSES)


def table(rows, given):
    """The rows as the stage has them, labelled as given."""
    return pl.DataFrame(
        {
            "row_id": [f"{row:05d}" for row in range(len(given))],
            "role": ["raw"] * len(given),
            "label_id": given,
            "label": [f"class {code}" for code in given],
            "group_id": [f"{group:05d}" for group in rows.groups],
        }
    ).with_columns(vector_column(rows.vectors))


@pytest.mark.parametrize("kind", ["any", "alike"])
def test_planted_errors_are_counted_and_mended_and_copies_are_asked_about_once(kind):
    rows = cloud(spread=0.6)
    given = plant(rows, 0.15, np.random.default_rng(1), alike(rows) if kind == "alike" else None)
    wrong = int((given != rows.labels).sum())
    quality = label_quality(table(rows, given))
    assert quality.errors.low <= wrong <= quality.errors.high
    assert 0 < fit_mixture(beliefs(replace(rows, labels=given), 0)).assured < 1
    asked = quality.asked().filter("certain")
    code = {name: number for number, name in enumerate(quality.classes)}
    right = [code[label] == rows.labels[int(row)] for row, label in asked.select("row_id", "suggested").iter_rows()]
    assert len(right) > 0.7 * wrong / 2
    assert np.mean(right) >= PRECISION
    assert len({rows.groups[int(row)] for row in asked["row_id"]}) == asked.height


def test_a_few_planted_errors_among_classes_that_touch_are_asked_about_and_hardly_any_is_suggested_wrongly():
    rows = cloud()
    given = plant(rows, 0.1, np.random.default_rng(1), None)
    asked = label_quality(table(rows, given)).asked()
    turned = given != rows.labels
    assert turned[asked["row_id"].cast(pl.Int64).to_numpy()].sum() > 0.4 * turned.sum() / 2
    certain = asked.filter("certain")
    names = [f"class {rows.labels[int(row)]}" for row in certain["row_id"]]
    wrong = certain.height - sum(name == given for name, given in zip(names, certain["suggested"], strict=True))
    assert wrong <= (1 - PRECISION) * certain.height


@pytest.mark.parametrize("spread", [1.0, 2.5])
def test_clean_labels_are_left_alone_even_where_classes_lie_across_each_other(spread):
    rows = cloud(3, spread)
    quality = label_quality(table(rows, rows.labels))
    assert quality.errors.low == 0
    assert quality.asked().height <= 0.01 * len(rows.labels)


def test_too_few_rows_tell_nothing():
    rows = cloud(per_class=8)
    quality = label_quality(table(rows, plant(rows, 0.2, np.random.default_rng(2), None)))
    assert (quality.errors.rows, quality.errors.low, quality.errors.high) == (None, None, None)
    assert quality.asked().is_empty()


def test_one_class_alone_is_not_doubted():
    rows = cloud()
    assert label_quality(table(rows, np.zeros_like(rows.labels))).asked().is_empty()


def test_an_error_copied_with_its_rephrasing_does_not_confirm_itself():
    rows = cloud(4)
    given = plant(rows, 0.1, np.random.default_rng(5), None)
    turned = given != rows.labels

    def wrong(groups):
        believed = beliefs(Labelled(rows.vectors, given, groups, CLASSES), 0)
        return fit_mixture(believed, interval=False).wrong(believed)[believed.unit]

    whole, alone = wrong(rows.groups), wrong(np.arange(len(given)))  # alone: as if no row echoed another
    assert whole[turned].mean() > alone[turned].mean() + 0.3


def test_blocks_of_rows_change_nothing(monkeypatch):
    rows = cloud()
    once = beliefs(rows, 0).logs
    monkeypatch.setattr(beliefs_module, "ROWS_AT_A_TIME", 37)
    assert np.allclose(once, beliefs(rows, 0).logs, atol=1e-5)


def test_who_is_taken_for_whom_is_a_share_and_never_the_class_itself():
    shares = alike(cloud())
    assert np.allclose(shares.sum(1), 1)
    assert (np.diag(shares) == 0).all()


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_suggestions_are_cut_where_too_few_are_right(measured):
    chance = np.array([each for each, _ in measured], dtype=np.float64)
    right = np.array([each for _, each in measured], dtype=bool)
    limit = suggestion_limit(chance, right)
    if limit.allowed:
        made = chance >= limit.probability
        assert (made.sum(), right[made].sum()) == (limit.measured, limit.right)
        assert share_interval(limit.right, limit.measured)[0] >= PRECISION
        assert limit.probability >= PRECISION


def test_no_suggestion_is_allowed_where_none_was_right_and_all_are_where_all_were():
    chance = np.linspace(0.7, 1, 40)
    assert not suggestion_limit(chance, np.zeros(40, dtype=bool)).allowed
    assert suggestion_limit(chance, np.ones(40, dtype=bool)).probability == 0.7


@pytest.mark.parametrize(("assured", "allowed"), [(0.9, True), (0.6, False), (0.0, False)])
def test_planted_labels_all_mended_allow_nothing_where_few_of_the_own_suggestions_can_be_right(assured, allowed):
    chance, right = np.linspace(0.7, 0.99, 40), np.ones(40, dtype=bool)
    assert suggestion_limit(chance, right, Suggested(np.full(9, 0.995), assured)).allowed is allowed


def test_of_own_suggestions_the_sure_ones_are_kept_where_all_of_them_would_be_too_many():
    chance, right = np.linspace(0.7, 0.99, 40), np.ones(40, dtype=bool)
    own = Suggested(np.array([0.75] * 8 + [0.97] * 8), 0.75)
    limit = suggestion_limit(chance, right, own)
    assert 0.75 < limit.probability <= 0.97
    assert own.right(limit.probability) >= PRECISION


def test_of_none_counted_none_are_assured():
    rows = cloud(per_class=20)
    assert fit_mixture(beliefs(rows, 0)).assured == 0


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), min_size=1, max_size=30))
def test_agreement_counts_the_commonest_label_of_groups_of_two_or_more(both):
    labels, groups = (np.array(side) for side in zip(*both, strict=True))
    groups = np.unique(groups, return_inverse=True)[1]
    members = {group: labels[groups == group].tolist() for group in set(groups.tolist())}
    large = [found for found in members.values() if len(found) > 1]
    wanted = sum(map(len, large)), sum(max(map(found.count, found)) for found in large)
    assert agreement(labels, groups) == wanted
