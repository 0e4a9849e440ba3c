from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_split_sides import KNOBS

from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.echoes import echoes
from anechoic.echoes.schema import EchoesParams
from anechoic.leakage.leakage import leakage
from anechoic.leakage.schema import LeakageParams
from anechoic.project.errors import DataError, ParamsError
from anechoic.project.io import read_params
from anechoic.project.kinds import SIDES
from anechoic.project.tables import LEDGER, SPLIT, Quarantine
from anechoic.split.lock import Place, read_lock, write_lock
from anechoic.split.schema import SplitParams
from anechoic.split.split import SplitTables, split
from anechoic.stratify.folds import folds
from anechoic.stratify.stratify import stratify
from anechoic.text.same_text import text_key

NONE_SET_ASIDE = Quarantine.create_empty()
ECHOES = EchoesParams(near_lexical=0.9, neighbour_cosine=0.6, representative="first", review_rows=50)
JUDGE = shipped_judge()


def echoes_of(prepared):
    return echoes(*prepared, ECHOES, JUDGE)


def split_of(prepared, lock="", **knobs):
    result = echoes_of(prepared)
    tables = SplitTables(prepared[0], result.groups, result.pairs, NONE_SET_ASIDE)
    return split(tables, SplitParams(**KNOBS | knobs), lock=lock)


def sides(assignment):
    return dict(assignment.split.select("row_id", "split").iter_rows())


THINGS = "oven saddle kayak lathe piano tractor tent drill violin ladder carpet lamp boiler helmet canoe"


def rows(labels):
    return "".join(
        f"{label},the {thing} is {label * 7} too something\n" for label in labels for thing in THINGS.split()
    )


def test_no_echo_crosses_and_shares_are_kept(demo):
    result = split_of(demo)
    assert result.report.cross_split_echoes == 0
    assert result.report.size_error < 0.01
    assert result.report.class_deviation < 0.1
    assert all(set(result.report.counts[side]) == set(result.report.counts["train"]) for side in SIDES)
    SPLIT.schema.validate(result.split, cast=True)
    LEDGER.schema.validate(result.ledger, cast=True)


@pytest.mark.parametrize("policy", ["keep_one", "weight", "keep_all"])
def test_policies_for_echoes_in_training(demo, policy):
    table = split_of(demo, echoes_in_training=policy).split
    train = table.filter(pl.col("split") == "train").group_by("group_id").agg(pl.col("weight").sum(), pl.len())
    if policy == "keep_all":
        assert train["weight"].sum() > train.height
    else:
        assert np.allclose(train["weight"], 1)
    test = table.filter(pl.col("split") == "test").group_by("group_id").agg(pl.col("weight").sum())
    assert (test["weight"] == 1).all()


def test_every_record_has_one_line_in_the_ledger(demo):
    clean, _ = demo
    ledger = split_of(demo).ledger
    assert sorted(ledger["row_id"]) == sorted(clean["row_id"])
    assert set(ledger.filter(pl.col("outcome") == "echo")["reason"]) <= {"echo", "label_conflict"}


def test_the_lock_remembers_and_a_second_run_changes_nothing(demo):
    first = split_of(demo)
    again = split_of(demo, lock=first.lock, seed=99)
    assert sides(again) == sides(first)
    assert again.lock == first.lock


def test_growth_moves_no_row(prepare):
    grown, lock, before = "", "", {}
    for labels in ([7, 6], [5], [4, 3]):
        grown += rows(labels)
        result = split_of(prepare({"a.csv": grown}), lock=lock)
        now = sides(result)
        assert all(now[row] in (side, "excluded") for row, side in before.items())
        lock, before = result.lock, now


def test_renaming_a_file_forgets_nothing(prepare):
    text = rows([7, 6])
    first = split_of(prepare({"a.csv": text}))
    renamed = split_of(prepare({"z.csv": text}), lock=first.lock, seed=1)
    assert sorted(first.split["split"]) == sorted(renamed.split["split"])
    assert renamed.lock == first.lock


def test_a_bridge_between_two_sides_is_excluded(prepare):
    text = "7,the saddle was far too expensive\n7,the kayak costs a fortune\n7,both are dear\n" + rows([5, 4])
    prepared = prepare({"a.csv": text})
    found = echoes_of(prepared)
    first, second, third = prepared[0]["row_id"].to_list()[:3]
    one, other = (text_key(text) for text in prepared[0]["canonical"].to_list()[:2])
    joined = found.groups.with_columns(
        group_id=pl.when(pl.col("row_id").is_in([first, second, third])).then(pl.lit(first)).otherwise("group_id")
    )
    lock = write_lock({one: Place("train"), other: Place("test")})
    tables = SplitTables(prepared[0], joined, found.pairs, NONE_SET_ASIDE)
    result = split(tables, SplitParams(**KNOBS), lock=lock)
    assert result.split.select("split", "reason").rows()[:3] == [
        ("train", "remembered"),
        ("test", "remembered"),
        ("excluded", "bridge"),
    ]
    assert "bridge" in {event.event for event in result.report.events}


def test_a_new_echo_between_remembered_sides_takes_the_training_row_out(prepare):
    prepared = prepare({"a.csv": "7,way too expensive for me\n7,way too expensiv for me\n" + rows([5, 4])})
    first, second = prepared[0]["canonical"].to_list()[:2]
    lock = write_lock({text_key(first): Place("test"), text_key(second): Place("train")})
    result = split_of(prepared, lock=lock)
    got = result.split.select("split", "reason").rows()
    assert got[0][0] == "test"
    assert got[1] == ("excluded", "collision")
    assert result.report.cross_split_echoes == 0


def test_the_exam_is_sealed(prepare):
    text = "7,way too expensive for me\n7,Way too expensive for me\n" + rows([5, 4])
    prepared = prepare({"a.csv": text}, {"e.csv": "7,way too expensive for me\n6,never arrives in time\n"})
    result = split_of(prepared)
    got = prepared[0].join(result.split, on="row_id", maintain_order="left")
    assert got.filter(pl.col("role") == "exam")["split"].to_list() == ["exam", "exam"]
    assert got["reason"].to_list()[:2] == ["exam_echo", "exam_echo"]


def test_an_exam_equal_to_the_raw_data_leaves_nothing_to_train_on_and_says_so(prepare):
    text = rows([7, 6])
    result = split_of(prepare({"a.csv": text}, {"e.csv": text}))
    assert {event.event: event.rows for event in result.report.events}["exam_echo"] == 2 * len(THINGS.split())


def test_tied_conflicts_wait_for_a_decision_and_majorities_win(prepare):
    tie = "7,way too expensive\n1,way too expensive\n"
    vote = "7,the sofa is too dear\n7,The sofa is too dear\n1,the sofa is too  dear\n"
    prepared = prepare({"a.csv": tie + vote + rows([5, 4])})
    got = prepared[0].join(split_of(prepared).split, on="row_id", maintain_order="left")
    assert got["reason"].to_list()[:2] == ["conflict_tie", "conflict_tie"]
    used = got[2:5].filter(pl.col("weight") > 0)
    assert used["label"].to_list() == ["price"]


def test_two_labels_that_no_question_asks_about_wait_for_nobody(prepare):
    doubtful = "7,no answer\n5,after some thought our answer has to be no\n"
    stated = "7,way too expensive\n1,way too expensive\n"
    prepared = prepare({"a.csv": doubtful + stated + rows([5, 4])})
    found = echoes_of(prepared)
    first, second, *others = prepared[0]["row_id"].to_list()
    together = pl.when(pl.col("row_id") == second).then(pl.lit(first)).otherwise("group_id")
    groups = found.groups.with_columns(group_id=together, representative=pl.col("row_id") != second)
    pair = found.pairs[:1].with_columns(left=pl.lit(first), right=pl.lit(second), kind=pl.lit("rephrase"))
    pairs = pl.concat([found.pairs, pair.with_columns(pl.col("score") * 0 + 0.8).select(found.pairs.columns)])
    for represented, label in ((first, "price"), (second, "returns")):
        known = prepared[0].filter(pl.col("row_id").is_in([first, second]))
        label = known.filter(pl.col("row_id") == represented)["label"][0]
        stands = pl.when(pl.col("row_id").is_in([first, second])).then(pl.col("row_id") == represented)
        tables = SplitTables(
            prepared[0],
            groups.with_columns(representative=stands.otherwise("representative")),
            pairs,
            NONE_SET_ASIDE,
        )
        result = split(tables, SplitParams(**KNOBS))
        got = prepared[0].join(result.split, on="row_id", maintain_order="left")
        assert got[:2]["split"].n_unique() == 1
        assert got["split"][0] in SIDES
        assert got[:2].filter(pl.col("weight") > 0)["label"].to_list() == [label]
        assert got.filter(pl.col("split") == "excluded")["row_id"].to_list() == others[:2]
    asked = found.review.filter(pl.col("kind") == "conflict")
    assert set(asked["left"]) | set(asked["right"]) == set(others[:2])
    assert found.groups.filter("contradiction")["row_id"].to_list() == others[:2]


def test_a_class_too_thin_for_every_side_is_said(prepare):
    result = split_of(prepare({"a.csv": rows([5, 4]) + "7,one of a kind\n"}))
    thin = [event for event in result.report.events if event.event == "thin_class"]
    assert "'price' has 1 effective rows" in thin[0].detail


def test_a_broken_lock_is_named():
    with pytest.raises(DataError, match="line 2: 'abc nowhere'"):
        read_lock("# head\nabc nowhere\n")


def test_shares_that_do_not_add_up(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text("split: {train: 0.8, validation: 0.1, test: 0.2, seed: 1, typo: 3}\n")
    with pytest.raises(ParamsError, match=r"split.echoes_in_training: Field required\n(.*\n)+.*split.typo"):
        read_params("split", SplitParams)
    text = "split: {train: 0.8, validation: 0.1, test: 0.2, echoes_in_training: keep_one, seed: 1, "
    text += "group_columns: [], augmented: [], source_column: '', date_column: '', excluded_flags: []}\n"
    (tmp_path / "params.yaml").write_text(text)
    with pytest.raises(ParamsError, match=r"train \+ validation \+ test is 1.1, must be 1"):
        read_params("split", SplitParams)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 2), min_size=1, max_size=40),
    st.integers(0, 5),
)
def test_balance_places_every_group_and_depends_on_the_seed_alone(classes, seed):
    counts = np.eye(3)[classes]
    side = stratify(counts, np.array([0.7, 0.1, 0.2]), seed)
    assert side.min() >= 0
    assert np.array_equal(side, stratify(counts, np.array([0.7, 0.1, 0.2]), seed))


def test_balance_takes_skewed_groups_better_than_chance():
    rng = np.random.default_rng(0)
    sizes = np.minimum(rng.zipf(1.7, 200), 80)
    counts = np.zeros((200, 4))
    counts[np.arange(200), rng.integers(0, 4, 200)] = sizes
    side = stratify(counts, np.array([0.8, 0.2]), 0)
    share = counts[side == 1].sum(0) / counts.sum(0)
    assert np.abs(share - 0.2).max() < 0.05


def test_folds_keep_groups_whole():
    groups = np.repeat(np.arange(30), 3)
    labels = np.tile([0, 1, 2], 30)
    fold = folds(labels, groups, 5, seed=1)
    assert all(len(set(fold[groups == at])) == 1 for at in range(30))
    assert len(set(fold)) == 5


LEAKAGE = LeakageParams(
    folds=5, repeats=2, most_rows=20_000, bootstraps=200, bands=[0.6, 0.8], stress=[0.8], seed=1
)


def priced(prepared):
    result = split_of(prepared)
    return leakage(*prepared, echoes_of(prepared).groups, result.split, LEAKAGE)


def test_planted_copies_are_priced_and_a_clean_control_is_not(prepare):
    originals = Path("data/raw/2023-06.csv").read_text()
    clean = priced(prepare({"a.csv": originals}))
    copied = priced(prepare({"a.csv": originals, "b.csv": originals.replace(",", ", ").upper()}))
    assert copied.inflation_low > 0.1
    assert copied.honest_accuracy == pytest.approx(clean.honest_accuracy, abs=0.03)
    assert abs(clean.inflation) < 0.03


def test_the_demo_tells_the_story(demo):
    report = priced(demo)
    assert report.naive_accuracy - report.honest_accuracy == pytest.approx(report.inflation)
    assert report.inflation_low > 0.05
    assert report.honest_accuracy_low < report.honest_accuracy < report.honest_accuracy_high
    assert sum(band.rows for band in report.bands) == pytest.approx(800)
    assert report.exam is None
