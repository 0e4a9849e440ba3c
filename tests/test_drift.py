"""Drift between files: alike files are not called drifted, planted shifts are, by their own aspect."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from anechoic.project import io
from anechoic.validate.drift import MINIMUM_ROWS, drift
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import validate

SIZE = 0.2
SEEDS = range(40)


@pytest.fixture(scope="module")
def demo_rows(labels):
    params = io.read_params("validate", ValidateParams)
    rows = validate({"a.csv": Path("data/raw/2023-06.csv").read_bytes()}, {}, labels, params).rows
    return rows.select("drop", "role", "label", "repaired")


def parted(rows: pl.DataFrame, is_new) -> pl.DataFrame:
    return rows.with_columns(pl.Series("drop", np.where(is_new, "b.csv", "a.csv")))


def at_random(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    return parted(rows, np.random.default_rng(seed).permutation(rows.height) % 2 == 1)


def by_aspect(rows: pl.DataFrame) -> dict:
    return {each.aspect: each for each in drift(rows, SIZE)}


def changed(rows: pl.DataFrame, text: pl.Expr) -> pl.DataFrame:
    """The new file's texts changed."""
    return rows.with_columns(pl.when(pl.col("drop") == "b.csv").then(text).otherwise("repaired").alias("repaired"))


def test_files_of_one_distribution_are_not_called_drifted(demo_rows):
    results = [each for seed in SEEDS for each in drift(at_random(demo_rows, seed), SIZE)]
    assert len(results) == 3 * len(SEEDS)
    assert sum(each.drifted for each in results) <= 0.05 * len(results)
    # The p-values are those of a fair test: small ones as rare as they say, whatever the size asked for.
    for aspect in ("classes", "length", "words"):
        small = [each.p_value < 0.1 for each in results if each.aspect == aspect]
        assert np.mean(small) <= 0.25, aspect


@pytest.mark.parametrize("seed", range(5))
def test_other_classes_are_drift_of_classes(demo_rows, seed):
    one_sided = at_random(demo_rows, seed).filter(
        (pl.col("drop") == "a.csv") | pl.col("label").is_in(["price", "lead time"])
    )
    classes = by_aspect(one_sided)["classes"]
    assert classes.drifted
    assert classes.told.startswith(("price: ", "lead time: "))


@pytest.mark.parametrize("seed", range(5))
def test_longer_texts_are_drift_of_length_and_of_nothing_else(demo_rows, seed):
    longer = by_aspect(changed(at_random(demo_rows, seed), pl.col("repaired") + " " + pl.col("repaired")))
    assert [aspect for aspect, each in longer.items() if each.drifted] == ["length"]


@pytest.mark.parametrize("seed", range(5))
def test_other_words_are_drift_of_words_and_of_nothing_else(demo_rows, seed):
    other = by_aspect(
        changed(at_random(demo_rows, seed), pl.col("repaired").str.replace_all(r"[a-z]{4,}", "kumquat"))
    )
    assert [aspect for aspect, each in other.items() if each.drifted] == ["words"]
    assert "more of kumquat" in other["words"].told


def test_files_with_nothing_in_common_lie_as_far_apart_as_can_be():
    texts = ["alpha beta"] * 30 + ["gamma delta epsilon"] * 30
    rows = pl.DataFrame({"role": "raw", "label": ["x"] * 30 + ["y"] * 30, "repaired": texts})
    sizes = {aspect: each.size for aspect, each in by_aspect(parted(rows, np.arange(60) >= 30)).items()}
    assert sizes["length"] == 1
    assert sizes["words"] == pytest.approx(1)
    assert 0.9 < sizes["classes"] <= 1  # two classes: scipy corrects a table of two by two (Yates)


def test_few_rows_exam_files_and_first_files_are_not_compared(demo_rows):
    few = parted(demo_rows, np.arange(demo_rows.height) < MINIMUM_ROWS - 1)
    assert drift(few, SIZE) == []
    assert len(drift(parted(demo_rows, np.arange(demo_rows.height) < MINIMUM_ROWS), SIZE)) == 3
    assert drift(demo_rows, SIZE) == []
    assert drift(demo_rows.clear(), SIZE) == []
    exam = demo_rows.with_columns(pl.lit("exam").alias("role"), pl.lit("b.csv").alias("drop"))
    assert drift(pl.concat([demo_rows, exam]), SIZE) == []


def test_the_size_asked_for_decides_what_is_called_drift_and_nothing_else(demo_rows):
    rows = changed(at_random(demo_rows, 1), pl.col("repaired") + " " + pl.col("repaired"))
    strict, lax = drift(rows, 0.01), drift(rows, 1.0)
    assert [each.drifted for each in strict] != [each.drifted for each in lax]
    assert [each.model_copy(update={"drifted": False}) for each in strict] == [
        each.model_copy(update={"drifted": False}) for each in lax
    ]


def test_texts_without_words_and_one_class_are_compared_without_a_fault():
    rows = pl.DataFrame({"role": "raw", "label": "x", "repaired": ["12 34"] * 60})
    results = by_aspect(parted(rows, np.arange(60) >= 30))
    assert not any(each.drifted for each in results.values())
    assert (results["classes"].told, results["words"].told) == ("one class only", "no words")


def test_drift_is_the_same_whenever_it_is_asked(demo_rows):
    rows = at_random(demo_rows, 3)
    assert drift(rows, SIZE) == drift(rows, SIZE)
