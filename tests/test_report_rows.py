"""The rows that the page lists: which, in which order, with what beside them."""

from dataclasses import replace

import polars as pl
import pytest
from report_builder import FILES, tables

from anechoic.report.rows.groups import MEMBERS, groups, opposites
from anechoic.report.rows.odd import quarantined, questions
from anechoic.report.rows.points import COLOURED, MOST, OTHERS, UNLABELLED, points
from anechoic.report.rows.predicted import predicted
from anechoic.report.rows.tables import MOST_CHARACTERS, Listed, listed


def test_a_list_ends_at_its_rows_or_where_its_texts_would_be_too_much_and_tells_that_it_is_cut():
    assert listed(iter("abcd"), 4, 4, len) == Listed(list("abcd"), 4)
    assert not listed(iter("abcd"), 4, 4, len).cut
    assert listed(iter("abcd"), 4, 2, len) == Listed(["a", "b"], 4)
    assert listed(iter("abcd"), 4, 2, len).cut
    long = "x" * (MOST_CHARACTERS // 2)
    assert listed(iter([long] * 5), 5, 5, len).rows == [long, long]
    assert listed(iter([long * 3]), 1, 5, len).rows == [long * 3]
    assert listed(iter(""), 0, 5, len) == Listed([], 0)


def test_the_groups_show_what_changed_word_for_word_and_why():
    (group,) = groups(tables(), 5).rows
    (other,) = group.others
    assert (group.first.diff, group.first.why) == ([], "")
    assert other.diff == [("equal", "too dear", "too dear!")]
    assert (other.why, other.score) == ("the same words", pytest.approx(0.97))
    assert group.score == other.score
    assert (other.cells["split"], other.cells["weight"]) == ("train", 0)
    assert (group.files, group.labels) == ([FILES[0]], ["lead time", "price"])


def test_a_group_shows_its_representative_first_and_rows_never_judged_as_a_pair_without_a_reason():
    made = tables()
    swapped = made.groups.with_columns(pl.col("row_id").eq("r2").alias("representative"))
    (group,) = groups(replace(made, groups=swapped, pairs=made.pairs.clear()), 5).rows
    assert [row.cells["row_id"] for row in (group.first, *group.others)] == ["r2", "r1"]
    assert (group.size, group.conflict, group.agreement) == (2, True, "labels differ, may not be the same")
    assert (group.others[0].why, group.others[0].score, group.score) == ("", None, None)


def of_sizes(sizes: dict[str, int]):
    """Tables with a group of each name and size; the name tells what it is."""
    ids = [f"{name}{i}" for name, size in sizes.items() for i in range(size)]
    group_ids = [f"{name}0" for name, size in sizes.items() for _ in range(size)]
    clean = pl.DataFrame(
        {"row_id": ids, "text": ids, "canonical": ids, "drop": "a.csv", "label": "price", "line": 1}
    )
    made = pl.DataFrame(
        {
            "row_id": ids,
            "group_id": group_ids,
            "group_size": [sizes[group_id[:-1]] for group_id in group_ids],
            "representative": [row_id in group_ids for row_id in ids],
            "conflict": [row_id.startswith(("conflict", "asked")) for row_id in ids],
            "contradiction": [row_id.startswith("asked") for row_id in ids],
        }
    )
    pairs = pl.DataFrame(
        {
            "left": ["unsure0", "sure0"],
            "right": ["unsure1", "sure1"],
            "kind": ["near", "near"],
            "score": [0.6, 0.9],
            "evidence": ["", ""],
        }
    )
    split = clean.select("row_id", split=pl.lit("train"), weight=pl.lit(1.0))
    return replace(tables(), clean=clean, groups=made, split=split, pairs=pairs)


def test_conflicts_come_first_then_the_largest_then_the_surest():
    made = of_sizes({"sure": 2, "unsure": 2, "large": 3, "conflict": 2, "asked": 2})
    shown = groups(made, 5).rows
    assert [group.first.cells["group_id"] for group in shown] == [
        "asked0",
        "conflict0",
        "large0",
        "sure0",
        "unsure0",
    ]
    said = ["labels differ", "labels differ, may not be the same", "one label"]
    assert [group.agreement for group in shown[:3]] == said
    assert len(groups(made, 2).rows) == 2
    assert groups(made, 2).total == 5
    assert groups(made, 0).rows == []


def test_of_a_huge_group_the_first_rows_are_listed_and_the_others_counted():
    (group,) = groups(of_sizes({"huge": MEMBERS + 21}), 5).rows
    assert (group.size, len(group.others), group.untold) == (MEMBERS + 21, MEMBERS, 20)


def test_of_a_huge_group_in_conflict_a_row_of_each_label_is_listed():
    made = of_sizes({"huge": 100})
    label = pl.when(pl.col("row_id") == "huge90").then(pl.lit("late")).otherwise("label")
    (group,) = groups(replace(made, clean=made.clean.with_columns(label=label)), 5).rows
    assert "huge90" in {member.cells["row_id"] for member in group.others}
    assert group.labels == ["late", "price"]


def test_endless_texts_count_as_long_as_they_are_shown():
    made = of_sizes({"one": 2, "two": 2, "three": 2})
    endless = made.clean.with_columns(canonical=pl.lit("x" * MOST_CHARACTERS))
    assert len(groups(replace(made, clean=endless), 5).rows) == 3


def test_opposites_are_shown_the_most_alike_first():
    made = tables()
    second = made.pairs.filter(pl.col("kind") == "opposite").with_columns(
        left=pl.lit("r1"), lexical=pl.lit(0.8, dtype=pl.Float32)
    )
    both = replace(made, pairs=pl.concat([made.pairs, second]))
    shown = opposites(both, 5).rows
    assert [(each.diff, each.why) for each in shown] == [
        ([("replace", "too dear", "came early")], "same words, other meaning"),
        ([("equal", "came", "came"), ("replace", "late", "early")], "same words, other meaning"),
    ]
    assert [each.left["row_id"] for each in shown] == ["r1", "r3"]
    assert opposites(both, 1).rows == shown[:1]
    assert opposites(both, 1).cut


def test_the_rows_that_examine_are_listed_mistakes_first_with_the_training_row_they_are_like():
    made = tables()
    exam = made.split.with_columns(split=pl.Series(["test", "test", "test", "exam"]), weight=1.0)
    shown = predicted(replace(made, split=made.split.with_columns(exam["split"], exam["weight"])), 9).rows
    assert [(row["row_id"], row["right"]) for row in shown] == [
        ("r2", False),
        ("r3", False),
        ("r4", True),
        ("r1", True),
    ]
    assert (shown[1]["label"], shown[1]["predicted"], shown[1]["side"]) == ("lead time", "price", "test")
    assert (shown[1]["near_text"], shown[1]["near_label"]) == ("too dear", "price")
    assert (shown[1]["drop"], shown[1]["line"]) == (FILES[0], 4)


def test_rows_that_do_not_count_or_train_are_no_examiners():
    assert [row["row_id"] for row in predicted(tables(), 9).rows] == ["r3"]
    idle = tables().split.with_columns(weight=pl.lit(0.0))
    assert predicted(replace(tables(), split=idle), 9) == Listed([], 0)


def test_records_set_aside_are_listed_with_personal_data_masked():
    made = tables()
    record = '7,"write to anna.smith@example.com"'
    found = quarantined(replace(made, quarantine=made.quarantine.with_columns(raw=pl.lit(record))), 5)
    assert "anna" not in found.rows[0]["record"]
    assert "[email]" in found.rows[0]["record"]
    assert (found.rows[0]["drop"], found.rows[0]["line"], found.total) == (FILES[1], 10, 1)


def test_open_questions_are_listed_with_the_places_of_their_rows():
    (asked,) = questions(tables(), 5).rows
    assert (asked["left_place"], asked["right_place"]) == (f"{FILES[0]}:4", f"{FILES[0]}:5")
    answered = tables().questions.with_columns(decision=pl.lit("same"))
    assert questions(replace(tables(), questions=answered), 5) == Listed([], 0)


# --- the map ---------------------------------------------------------------------------------------------


def test_each_point_of_the_map_says_what_it_is():
    shown = {point["where"]: point for point in points(tables()).rows}
    assert shown[f"{FILES[0]}:4"] == {
        "x": pytest.approx(0.8),
        "y": pytest.approx(0.4),
        "label": "lead time",
        "file": FILES[0],
        "side": "test",
        "echo": "single",
        "mistake": "wrong",
        "text": "came late",
        "where": f"{FILES[0]}:4",
        "class": "lead time",
    }
    unlabelled = shown["july.csv:2"]
    assert (unlabelled["side"], unlabelled["class"], unlabelled["text"]) == ("inbox", UNLABELLED, "came late")
    assert (shown[f"{FILES[0]}:2"]["echo"], shown[f"{FILES[0]}:2"]["mistake"]) == ("echo", "not examined")


def many(rows: int, classes: int):
    """Tables of so many rows, each with a place of its own."""
    made, ids = tables(), [f"{at:06}" for at in range(rows)]

    def filled(frame: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([frame.head(1)] * rows).with_columns(row_id=pl.Series(ids))

    labels = pl.Series([f"class {min(at % classes, classes)}" for at in range(rows)])
    return replace(
        made,
        clean=filled(made.clean).with_columns(label=labels),
        groups=filled(made.groups),
        split=filled(made.split),
        predictions=filled(made.predictions),
        projection=filled(made.projection),
    )


def test_of_many_rows_the_map_shows_some_and_only_the_commonest_classes_have_colours():
    shown = points(many(MOST + 10, COLOURED + 3))
    assert (len(shown.rows), shown.total, shown.cut) == (MOST, MOST + 10, True)
    assert len({point["label"] for point in shown.rows}) == COLOURED
    assert OTHERS in {point["label"] for point in shown.rows}
    assert len({point["class"] for point in shown.rows}) == COLOURED + 3
