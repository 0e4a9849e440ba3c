"""data/split.lock: what it remembers, how it is read, and that a second run tells the same."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_split_sides import clean_of, customer_metas, shares_group, split_of

from anechoic.project.errors import DataError
from anechoic.project.kinds import SIDES
from anechoic.split.lock import MERGED, Place, read_lock, write_lock
from anechoic.text.same_text import text_key

KEYS = st.sampled_from([text_key(f"text {row}") for row in range(6)])
LINES = st.lists(st.tuples(KEYS, st.sampled_from(SIDES), st.sampled_from(["", " balanced", " in_time", " merged"])))


@settings(deadline=None)
@given(st.dictionaries(KEYS, st.builds(Place, st.sampled_from(SIDES), st.sampled_from(["balanced", "remembered"]))))
def test_what_is_written_is_read(known):
    assert read_lock(write_lock(known)) == known
    assert write_lock(read_lock(write_lock(known))) == write_lock(known)


@settings(deadline=None)
@given(LINES, st.randoms(use_true_random=False), st.sampled_from(["\n", "\r\n", "\n\n", " \r\n\r\n"]))
def test_order_copies_headers_and_line_ends_mean_nothing(lines, random, end):
    written = [f"{key} {side}{why}" for key, side, why in lines]
    shuffled = ["# head", *written, *written, "# head"]
    random.shuffle(shuffled)
    known = read_lock("\n".join(written))
    assert read_lock("\ufeff" + end.join(shuffled) + end) == known
    half = len(lines) // 2
    stepwise = write_lock(read_lock("\n".join(written[half:]))) + write_lock(read_lock("\n".join(written[:half])))
    assert read_lock(stepwise) == known
    for key in known:
        sides = {side for each, side, _ in lines if each == key}
        assert known[key].side == max(sides, key=SIDES.index)
        assert known[key].why == MERGED or len(sides) == 1


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "|||||||", "=======", ">>>>>>> theirs"])
def test_a_mark_of_a_conflict_is_refused_with_its_line_and_what_to_do(mark):
    with pytest.raises(DataError, match=r"data/split.lock line 3: .* merge conflict. Delete the lines .*dvc repro"):
        read_lock(f"# head\n{text_key('one')} train\n{mark}\n{text_key('two')} test\n")


@pytest.mark.parametrize("line", ["abc train", f"{'a' * 16} trian", f"{'a' * 16} test why", "a" * 16])
def test_a_line_that_says_no_place_is_named(line):
    with pytest.raises(DataError, match=f"line 2: '{line}' is no `key side`"):
        read_lock(f"{text_key('b')} test\n{line}\n")


def test_a_side_keeps_the_reason_it_was_given_for():
    clean = clean_of([f"text {row}" for row in range(12)])
    first = split_of(clean)
    assert set(first.split["reason"]) == {"balanced"}
    grown = split_of(clean_of([f"text {row}" for row in range(13)]), [(3, 12)], lock=first.lock)
    assert grown.split["reason"].to_list()[:12] == ["balanced"] * 12
    assert read_lock(grown.lock)[text_key("text 12")] == Place(read_lock(first.lock)[text_key("text 3")].side)
    assert set(first.lock.splitlines()) < set(grown.lock.splitlines())


def test_a_lock_without_reasons_moves_nothing_and_says_remembered():
    clean = clean_of([f"text {row}" for row in range(9)])
    first = split_of(clean)
    old = "# head\n" + "".join(f"{key} {place.side}\n" for key, place in read_lock(first.lock).items())
    again = split_of(clean, lock=old)
    assert again.split["split"].equals(first.split["split"])
    assert set(again.split["reason"]) == {"remembered"}
    assert split_of(clean, lock=again.lock).split.equals(again.split)


def test_a_text_moved_by_hand_takes_the_rows_it_echoes_out_of_training():
    clean, echoes = clean_of([f"text {row}" for row in range(4)]), [(0, 1)]
    lock = "".join(f"{text_key(f'text {row}')} train balanced\n" for row in range(4))
    moved = split_of(clean, echoes, lock=lock.replace("train balanced", "test", 1))
    assert moved.split["split"].to_list() == ["test", "excluded", "train", "train"]
    assert read_lock(moved.lock)[text_key("text 0")] == Place("test")


@st.composite
def remembered_projects(draw):
    """Rows in groups around a centre or a chain, customers, texts that stand in several groups, and a lock."""
    count = draw(st.integers(3, 14))
    texts = [f"text {draw(st.integers(0, count)) if draw(st.booleans()) else row + 100}" for row in range(count)]
    centres = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    customers = draw(st.lists(st.sampled_from(["", "", "x", "y", "z"]), min_size=count, max_size=count))
    labels = draw(st.lists(st.integers(0, 1), min_size=count, max_size=count))
    exams = draw(st.sampled_from([0, 0, 1]))
    clean = clean_of(texts, labels, ["exam"] * exams + ["raw"] * (count - exams), customer_metas(customers))
    known = draw(st.dictionaries(st.sampled_from(texts), st.sampled_from(SIDES)))
    lock = "".join(f"{text_key(text)} {side}\n" for text, side in known.items())
    return clean, shares_group(centres), lock, ["customer"] if draw(st.booleans()) else []


@settings(max_examples=60, deadline=None)
@given(remembered_projects())
def test_a_second_run_changes_nothing_and_no_group_stands_on_two_sides(project):
    clean, echoes, lock, columns = project
    first = split_of(clean, echoes, lock=lock, group_columns=columns)
    again = split_of(clean, echoes, lock=first.lock, group_columns=columns)
    assert again.split.equals(first.split)
    assert again.ledger.equals(first.ledger)
    assert (again.report, again.lock) == (first.report, first.lock)
    assert all(read_lock(first.lock)[key].side == place.side for key, place in read_lock(lock).items())
    live = clean.join(first.split, on="row_id").filter(pl.col("split").is_in([*SIDES, "exam"]))
    for bond in ("group_id", "canonical"):
        sides = live.filter(pl.col("split") != "exam").group_by(bond).agg(pl.col("split").n_unique())
        assert (sides["split"] == 1).all()
    counted = live.filter(pl.col("weight") > 0).group_by("group_id", "split").len()
    assert counted.height == live.select("group_id", "split").unique().height


def lock_lines(**sides):
    return "".join(f"{text_key(text)} {side}\n" for text, side in sides.items())


def run_twice(*project, **knobs):
    first = split_of(*project, **knobs)
    assert split_of(*project, **knobs | {"lock": first.lock}).split.equals(first.split)
    return first.split.select("split", "reason").rows()


def test_a_row_that_is_kept_out_itself_takes_no_other_out():
    clean = clean_of(["one", "two", "three", "four"], metas=[{"customer": "x"}, {}, {"customer": "x"}, {}])
    lock = lock_lines(one="validation", two="test", four="train")
    rows = run_twice(clean, [(0, 1), (2, 3)], lock=lock, group_columns=["customer"])
    assert rows[0] == ("excluded", "collision")  # of "two"; so the customer stands nowhere, and "three" may train
    assert [side for side, _ in rows[1:]] == ["test", "train", "train"]


def test_tied_labels_still_bind_the_rows_beside_them():
    metas = [{"customer": "x"}, {}, {"customer": "x"}, {}]
    clean = clean_of(["one", "two", "three", "four"], [0, 1, 0, 0], metas=metas)
    lock = lock_lines(one="test")
    rows = run_twice(clean, [(0, 1)], lock=lock, group_columns=["customer"])
    assert rows[:2] == [("excluded", "conflict_tie")] * 2
    assert rows[2] == ("test", "remembered")  # where its customer's row stands once the labels are decided
    decided = clean.with_columns(label_id=pl.lit(0, pl.Int64))
    assert run_twice(decided, [(0, 1)], lock=lock, group_columns=["customer"])[0] == ("test", "remembered")


def test_rows_of_one_text_are_bridges_together():
    clean = clean_of(["one", "the same", "two", "The same", "three"])
    rows = run_twice(clean, [(1, 0, 2)], lock=lock_lines(one="train", two="test"))
    assert [reason for _, reason in rows[:4]] == ["remembered", "bridge", "remembered", "bridge"]
