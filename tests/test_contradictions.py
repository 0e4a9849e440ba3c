"""The guard: facts that are turned round are seen, rewordings are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anechoic.echoes.contradictions.check import contradiction
from anechoic.echoes.contradictions.numbers import amounts

WORDS = (
    "we not never the price is 25 twenty-six two hundred and fifty half a dozen weeks week days before after no "
    "cheaper dearer blue red Bosch Makita refused paid unpaid can't ship 1.8k 15:00 3/4 $2M 14,500 third more , ."
).split()
SENTENCES = st.one_of(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), st.text(max_size=40))


@given(SENTENCES, SENTENCES)
def test_an_objection_has_no_sides(left, right):
    there, back = contradiction(left, right), contradiction(right, left)
    assert (there is None) == (back is None)
    if there and back:
        assert there.slot == back.slot


@given(SENTENCES)
def test_a_text_never_contradicts_itself(text):
    assert contradiction(text, text) is None


@given(st.integers(3, 999_999))
def test_a_number_is_one_number_however_it_is_grouped(number):
    assert contradiction(f"our limit is {number} euros", f"our limit is {number:,} euros") is None
    assert contradiction(f"our limit is {number} euros", f"our limit is {number + 1:,} euros").slot == "number"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty-six", 26),
        ("two hundred and fifty", 250),
        ("three and a half thousand", 3500),
        ("one thousand two hundred and thirty-four", 1234),
        ("fifteen hundred", 1500),
        ("half a million", 500_000),
        ("half a dozen", 6),
        ("twenty dozen", 240),
        ("four decades", 40),
        ("1.8k", 1800),
        ("$2M", 2_000_000),
        ("$55B", 55e9),
        ("€400 000", 400_000),
        ("14,500", 14_500),
        ("4,5", 4.5),
        ("three quarters", 0.75),
        ("3/4", 0.75),
        ("15:30", 15.5),
    ],
)
def test_a_number_is_read_as_one_value(text, value):
    assert [amount.value for amount in amounts(text)] == [value]


@pytest.mark.parametrize(
    ("left", "right", "slot"),
    [
        ("twenty-six drums were ordered", "we ordered 25 drums", "number"),
        ("it would take two weeks", "it would take three weeks", "number"),
        ("half a dozen chairs were asked for", "we asked for 12 chairs", "number"),
        ("the hall is booked from 3 pm", "the hall is booked from 17:00", "number"),
        ("lead time is 24 hours", "lead time is two days", "number"),
        ("the parcel was delivered on time", "the parcel was not delivered on time", "negation"),
        ("they refused to ship to Malta", "they agreed to ship to Malta", "negation"),
        ("the invoice is still unpaid", "the invoice is already paid", "direction"),
        ("the form was incomplete when we sent it", "the form was complete when we sent it", "direction"),
        ("you quoted fewer tiles than we need", "you quoted more tiles than we need", "direction"),
        ("a gift for my mum, she has one", "it was for my dad, he has one", "direction"),
        ("the table should be oak", "the table should have been pine", "direction"),
        ("it comes on Tuesday", "it is here by Thursday", "direction"),
        ("i no longer want the kettle", "i no longer want the carpet", "name"),
        ("please do cancel my order", "please do not cancel my order", "negation"),
        ("we ordered 25 drums of paint", "we ordered 26 drums of paint", "number"),
        ("14,500 is our ceiling", "our ceiling is 16200", "number"),
        ("it comes three weeks after the fair", "it comes five weeks after the fair", "number"),
        ("delivery was too early for us", "delivery was too late for us", "direction"),
        ("it should arrive in June", "it should come in October", "direction"),
        ("bought the blue tent elsewhere", "bought the red tent elsewhere", "direction"),
        ("a quote from Bosch was lower", "a lower quote came from Makita", "name"),
        ("please cancel the saddle today", "please cancel the kayak today", "name"),
    ],
)
def test_a_turned_fact_is_seen(left, right, slot):
    assert contradiction(left, right).slot == slot
    assert contradiction(right, left).slot == slot


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("14,500 is our ceiling", "our ceiling is 14500"),
        ("it takes three weeks", "three weeks is what it takes"),
        ("nobody answered my mail", "my mail was ignored"),
        ("way too expensive for us", "way too expensiv for us"),
        ("I want one saddle", "I want a saddle"),
        ("we need twenty-six of them", "26 are what we need"),
        ("the quote is three and a half thousand", "you quote 3,500"),
        ("budget is 14.5k, the quote 16.3k", "your quote is 1.8k above our 14.5k"),
        ("75% of the staff voted against", "three-fourths of the staff voted against"),
        ("it arrives in a day", "it arrives in 24 hours"),
        ("it took 1 hour and 30 minutes", "it took 90 minutes"),
        ("we close at 3 pm", "we close at 15:00"),
        ("he worked here for four decades", "he worked here for 40 years"),
        ("a sixth of the price", "the price is 6 times that"),
        ("your driver was unable to find us", "your driver couldn't find us"),
        ("the bank won't lend us the money", "the bank refuses to lend us the money"),
        ("the invoice was not paid", "the invoice was unpaid"),
        ("it will not come before the fair", "it will come after the fair"),
        ("no one answered my question", "my question was not answered by anyone"),
        ("what is the total no. of seats", "what is the total number of seats"),
        ("30% less than planned", "30% fewer than planned"),
        ("the fee of 60 euro is a joke", "the fee of 60 euro is laughable"),
        ("a small shop like mine", "a small shop such as mine"),
        ("which course must I take for this", "which course should I take for this"),
        ("we buy from Hizbullah now", "we now buy from Hezbollah"),
        ("the dispute with the Bank of England", "the dispute with the BoE"),
        ("it was my mother's wish, mum insisted", "it was the wish of my mum"),
    ],
)
def test_a_rewording_is_left_alone(left, right):
    assert contradiction(left, right) is None
    assert contradiction(right, left) is None


@pytest.mark.parametrize("text", ["not " * 20_000, "9" * 100_000, "1 000 " * 20_000, "twenty and a half " * 5_000])
def test_a_text_of_thousands_of_words_is_compared(text):
    assert contradiction(text, text) is None
    assert (contradiction(text, "Delivered on Monday.") is None) == (
        contradiction("Delivered on Monday.", text) is None
    )
