from hypothesis import given
from hypothesis import strategies as st

from anechoic.project.progress import run_shards, shards


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_shards_are_the_items_in_order_and_all_but_the_last_are_full(items, size):
    parts = list(shards(items, size))
    assert [item for part in parts for item in part] == items
    assert all(len(part) == size for part in parts[:-1])
    assert all(0 < len(part) <= size for part in parts)


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_results_come_in_the_order_of_the_shards(items, size):
    assert run_shards(list, items, size, "copying") == list(shards(items, size))
