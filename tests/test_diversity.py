import numpy as np
import polars as pl
import pytest

from anechoic.diversity.accuracy_change import AccuracyChange
from anechoic.diversity.diversity import diversity
from anechoic.diversity.drop_worth import changes_by_drop, drops_worth, labelled_vectors
from anechoic.diversity.measures import MEASURES, Texts
from anechoic.diversity.schema import Diversity, DiversityParams
from anechoic.diversity.vector_drift import vector_drift

PARAMS = DiversityParams(draws=50, most=500, drift_size=0.15, seed=1)


def texts_of(count, spread=1.0, seed=0):
    """Texts of random words, vectors around one direction: the wider the spread, the more unlike."""
    rng = np.random.default_rng(seed)
    vectors = np.eye(16)[0] + spread * rng.standard_normal((count, 16))
    words = np.array([f"w{at}" for at in range(int(20 + 200 * spread))])
    texts = [" ".join(rng.choice(words, 8)) for _ in range(count)]
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return texts, unit


def project(texts, vectors, groups=None, label="price"):
    ids = [f"{label}{at:04}" for at in range(len(texts))]
    clean = pl.DataFrame({"row_id": ids, "canonical": texts, "label": label, "role": "raw", "drop": "a.csv"})
    embeddings = pl.DataFrame({"row_id": ids, "vector": pl.Series(vectors.tolist(), dtype=pl.List(pl.Float32))})
    named = ids if groups is None else [ids[at] for at in groups]
    return clean, embeddings, pl.DataFrame({"row_id": ids, "group_id": named})


WITH_INTERVAL = [name for name in MEASURES if f"{name}_low" in Diversity.model_fields]
COLLAPSED = [name for name, each in MEASURES.items() if each.collapse]


@pytest.mark.parametrize("name", COLLAPSED)
def test_copies_change_nothing(name):
    texts, vectors = texts_of(40)
    once = diversity(*project(texts, vectors), PARAMS).overall
    copied = project(texts * 3, np.vstack([vectors] * 3), groups=[*range(40)] * 3)
    assert getattr(diversity(*copied, PARAMS).overall, name) == pytest.approx(getattr(once, name), rel=1e-6)


def test_more_unlike_rows_score_higher_and_alike_ones_are_seen():
    wide, narrow = (diversity(*project(*texts_of(60, spread)), PARAMS).overall for spread in (2.0, 0.1))
    assert wide.vendi_score > 3 * narrow.vendi_score
    assert wide.distinct_2 > narrow.distinct_2
    assert wide.self_similarity < narrow.self_similarity
    assert wide.compression_ratio < narrow.compression_ratio


def test_vendi_of_known_sets():
    vendi = MEASURES["vendi_score"].compute
    yes = np.ones(8, dtype=bool)
    assert vendi(Texts(["a"] * 8, np.eye(8, dtype=np.float32), yes)) == pytest.approx(8)
    assert vendi(Texts(["a"] * 8, np.tile(np.eye(8, dtype=np.float32)[0], (8, 1)), yes)) == pytest.approx(1)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_rows_do_no_harm(count):
    report = diversity(*project(*texts_of(count)), PARAMS)
    assert report.overall.rows == count


def test_intervals_narrow_with_the_rows_and_widen_with_how_unlike_they_are():
    def width(count, spread):
        overall = diversity(*project(*texts_of(count, spread)), PARAMS).overall
        return {name: getattr(overall, f"{name}_high") - getattr(overall, f"{name}_low") for name in WITH_INTERVAL}

    few, many, alike = width(40, 1.0), width(400, 1.0), width(40, 0.05)
    assert all(many[name] < 0.6 * few[name] for name in ("self_similarity", "compression_ratio"))
    assert alike["self_similarity"] < 0.2 * few["self_similarity"]


def test_every_measure_has_a_field_and_says_what_it_cannot_see():
    report = diversity(*project(*texts_of(60)), PARAMS)
    assert {note.name for note in report.measures} == set(MEASURES) <= set(type(report.overall).model_fields)
    assert all(note.source and note.blind_to for note in report.measures)


def test_the_interval_covers_what_another_sample_gives():
    values = [diversity(*project(*texts_of(80, seed=seed)), PARAMS).overall for seed in range(12)]
    mean = np.mean([each.self_similarity for each in values])
    covered = sum(each.self_similarity_low <= mean <= each.self_similarity_high for each in values)
    assert covered >= 8


def test_rows_and_new_meanings_of_each_drop():
    clean, _, groups = project(*texts_of(10), groups=[0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    drops = pl.Series(["a.csv"] * 5 + ["b.csv"] * 5)
    changes = {"a.csv": AccuracyChange(0.1, 0.05, 0.15), "b.csv": AccuracyChange(reason="it is too small")}
    drops_found = drops_worth(clean.with_columns(drop=drops), groups, changes)
    assert [(each.drop, each.rows, each.new_meanings) for each in drops_found] == [
        ("a.csv", 5, 5),
        ("b.csv", 5, 0),
    ]
    assert "repeats what was there" in drops_found[1].verdict
    assert [each.accuracy_change for each in drops_found] == [0.1, None]
    assert "it is too small" in drops_found[1].verdict


def test_a_class_that_one_file_alone_holds_is_named_in_its_verdict_only():
    clean, _, groups = project(*texts_of(10))
    clean = clean.with_columns(
        drop=pl.Series(["a.csv"] * 5 + ["b.csv"] * 5), label=pl.Series(["price"] * 7 + ["late"] * 3)
    )
    changes = {name: AccuracyChange(0.0, -0.1, 0.1) for name in ("a.csv", "b.csv")}
    first, second = drops_worth(clean, groups, changes)
    assert "'late'" in second.verdict
    assert "'price'" not in second.verdict
    assert "no other file" not in first.verdict


def test_the_changes_of_the_files_are_found_by_their_names_whatever_the_order_of_the_tables():
    rng = np.random.default_rng(0)
    truth = np.arange(120) % 2
    vectors = (np.eye(16)[truth] + 0.5 * rng.standard_normal((120, 16))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    given = np.where(np.arange(120) >= 60, 1 - truth, truth)  # the second file's labels are wrong
    clean, embeddings, groups = project([f"text {row}" for row in range(120)], vectors)
    clean = clean.with_columns(label_id=pl.Series(given), drop=pl.Series(["b.csv"] * 60 + ["a.csv"] * 60))
    turned = labelled_vectors(clean, embeddings.reverse(), groups.reverse())
    changes = changes_by_drop(clean, turned, seed=1)
    assert changes == changes_by_drop(clean, labelled_vectors(clean, embeddings, groups), seed=1)
    assert list(changes) == ["a.csv", "b.csv"]
    assert changes["a.csv"].high < 0


@pytest.mark.parametrize(("turned", "drifted"), [(False, False), (True, True)])
def test_a_file_of_other_meanings_drifts_and_one_of_the_same_does_not(turned, drifted):
    texts, vectors = texts_of(120)
    if turned:
        vectors[80:] = np.roll(vectors[80:], 5, axis=1)
    clean, embeddings, _ = project(texts, vectors)
    clean = clean.with_columns(text="canonical", drop=pl.Series(["a.csv"] * 80 + ["b.csv"] * 40))
    (found,) = vector_drift(clean, embeddings, 0.15, 7)
    assert (found.drop, found.aspect, found.drifted) == ("b.csv", "meaning", drifted)
    assert (found.p_value < 0.01) == drifted
    assert vector_drift(clean.head(90), embeddings.head(90), 0.15, 7) == []  # 10 rows tell nothing
