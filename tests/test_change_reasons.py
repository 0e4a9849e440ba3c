"""Why groups and sides changed: planted pairs and rows, and what is told of them."""

import polars as pl
import pytest
from test_changes import A, state

from anechoic.changes.changes import changes
from anechoic.echoes.explanations import COPY

SCHEMA = {"left": pl.String, "right": pl.String, "kind": pl.String, "score": pl.Float64, "evidence": pl.String}
WORDS = "other words"


def row_id(name):
    text, nth = name[0], name[1:] or "0"
    return f"a.csv|{text}|price|{nth}"


def pairs(*judged):
    """`s t kind evidence` -> the table pairs; a name is a text of a.csv, with a digit its how manyth copy."""
    lines = [(row_id(one), row_id(other), kind, 0.9, evidence) for one, other, kind, evidence in judged]
    return pl.DataFrame(lines, schema=SCHEMA, orient="row")


def rows(texts, groups):
    return state(*[("a.csv", text, "price", "train", group) for text, group in zip(texts, groups, strict=True)])


ECHO = ("s", "t", "rephrase", WORDS)
TOGETHER, APART = rows("stuv", "1134"), rows("stuv", "1234")
BOTH = "a.csv:1 and a.csv:2"


@pytest.mark.parametrize(
    ("echo", "none", "parted", "joined"),
    [
        (ECHO, ("s", "t", "neighbour", "x"), f"{BOTH} are no longer judged an echo",
         f"{BOTH} are judged an echo now"),
        (ECHO, None, f"{BOTH} are no longer judged an echo", f"{BOTH} are judged an echo now"),
        (ECHO, ("s", "t", "neighbour", "review: different"), f"an answer in data/review/ says that {BOTH} differ",
         f"the answer in data/review/ that {BOTH} differ no longer holds"),
        (("s", "t", "rephrase", "review: same"), None,
         f"the answer in data/review/ that {BOTH} are the same no longer holds",
         f"an answer in data/review/ says that {BOTH} are the same"),
        (ECHO, ("s", "t", "neighbour", "x; chain broken here"),
         f"{BOTH} are alike, but the chain of echoes between their groups is broken there",
         f"{BOTH} were alike before, but the chain of echoes between their groups was broken there"),
        (ECHO, ECHO, f"{BOTH} are still judged an echo, but stand in two groups, as where two sides are remembered",
         f"{BOTH} were judged an echo before, but stood in two groups, as where two sides are remembered"),
    ],
)  # fmt: skip
def test_the_pair_that_parted_or_joined_two_rows_is_named_with_what_became_of_it(echo, none, parted, joined):
    tied, apart = pairs(echo), pairs(*[none] if none else [])
    found = changes(TOGETHER, APART, (tied, apart)).of("group")
    assert found["reason"].to_list() == [f"parted from a.csv:{line}: {parted}" for line in (2, 1)]
    found = changes(APART, TOGETHER, (apart, tied)).of("group")
    assert found["reason"].to_list() == [f"joined by a.csv:{line}: {joined}" for line in (2, 1)]


def test_a_row_between_that_is_gone_or_new_is_named():
    chain = pairs(ECHO, ("t", "u", "rephrase", WORDS))
    with_it, without = rows("stuv", "1114"), rows("suv", "134")
    told = changes(with_it, without, (chain, pairs())).of("group")["reason"].to_list()
    assert told == [f"parted from a.csv:{line}: a.csv:2, an echo of both, is gone or set aside" for line in (2, 1)]
    told = changes(without, with_it, (pairs(), chain)).of("group")["reason"].to_list()
    assert told == [
        f"joined by a.csv:{line}: a.csv:2, an echo of both, is new or no longer set aside" for line in (3, 1)
    ]


def test_a_pair_is_told_by_its_text_where_the_first_copy_is_another_now():
    """The first copy of `s` is gone; its second one, now first, is still judged an echo of `t`."""
    before, after = rows("sstu", "1113"), rows("sstu", "9123").slice(1)
    copies = ("s", "s1", "exact", COPY)
    tied, still = pairs(copies, ECHO), pairs(("s1", "t", "rephrase", WORDS))
    told = changes(before, after, (tied, still)).of("group")["reason"].to_list()
    assert all("are still judged an echo" in reason for reason in told)
    assert len(told) == 2


def test_where_the_pairs_do_not_tell_nothing_is_said():
    told = changes(TOGETHER, APART, (pairs(), pairs())).of("group")["reason"].to_list()
    assert told == ["parted from a.csv:2", "parted from a.csv:1"]


def sided(**sides):
    """Rows of A's file by text: outcome, reason, group."""
    records = state(*[("a.csv", text, "price", each[0], each[2]) for text, each in sides.items()])
    return records.with_columns(reason=pl.Series([each[1] for each in sides.values()]))


LOCK = "data/split.lock remembers this side for its text, or for what it is tied to"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"s": ("test", "balanced", "1"), "t": ("echo", "echo", "1")}, {"t": ("test", "remembered", "1")},
         f"a.csv:1, of which it was an echo, is gone; {LOCK}"),
        ({"s": ("test", "balanced", "1"), "t": ("echo", "echo", "1")},
         {"s": ("test", "balanced", "1"), "t": ("test", "remembered", "2")},
         f"a.csv:1, of which it was an echo, is now in another group; {LOCK}"),
        ({"t": ("test", "balanced", "1")}, {"s": ("test", "remembered", "1"), "t": ("echo", "echo", "1")},
         "an echo of a.csv:1, which counts for both"),
        ({"t": ("test", "balanced", "1")}, {"t": ("train", "balanced", "1")},
         "placed so that the classes stand in even shares (balanced)"),
        ({"t": ("test", "balanced", "1")}, {"t": ("excluded", "junk", "1")}, "junk"),
        ({"t": ("test", "balanced", "1")}, {"t": ("excluded", "exam_echo", "1")},
         "exam_echo: raw rows that echo an exam row; excluded, so that no training sees the exam"),
    ],
)  # fmt: skip
def test_a_side_tells_whom_a_row_echoes_or_echoed_and_why_it_stands_there(before, after, told):
    found = changes(sided(**before), sided(**after)).of("side").filter(text="t")
    assert found["reason"].to_list() == [told]


def test_unchanged_rows_need_no_reason():
    one = state(*A)
    assert changes(one, one, (pairs(), pairs())).table.is_empty()
