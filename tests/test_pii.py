"""Check digits decide what is an account or a card; other long numbers are left alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn

from anechoic.text.pii import mask, spans_of

ACCOUNTS = [
    *("DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "NL91ABNA0417164300"),
    *("ES9121000418450200051332", "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "BE68539007547034"),
]


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("separator", ["", " ", "-"])
def test_accounts_of_any_country_are_masked_and_a_wrong_digit_is_none(account, separator):
    written = separator.join(account[start : start + 4] for start in range(0, len(account), 4))
    assert mask(f"pay to {written} today") == ("pay to [iban] today", ["pii_iban"])
    wrong = account[:2] + str((int(account[2]) + 1) % 10) + account[3:]
    assert "pii_iban" not in mask(f"pay to {wrong} today")[1]
    assert mask(f"my IBAN: {wrong} today")[1] == ["pii_iban"]


@given(st.text("0123456789", min_size=18, max_size=18))
def test_every_german_account_with_right_check_digits_is_masked(number):
    account = f"DE{iban.calc_check_digits(f'DE00{number}')}{number}"
    assert mask(f"pay to {account} today") == ("pay to [iban] today", ["pii_iban"])


@given(st.sampled_from("3456"), st.text("0123456789", min_size=14, max_size=14), st.integers(0, 9))
def test_a_card_is_masked_where_its_check_digit_is_right_and_nowhere_else(first, middle, last):
    number = f"{first}{middle}{last}"
    masked, codes = mask(f"it was {number} again")
    right = luhn.calc_check_digit(f"{first}{middle}") == str(last)
    assert ("pii_card" in codes) == right
    assert (masked == "it was [card] again") == right


def test_spans_do_not_overlap_and_the_surest_kind_wins():
    text = "order 4111111111111111 by a@b.co, call +49 30 901820, DE89370400440532013000"
    spans = sorted(spans_of(text))
    assert [code for _, code in spans] == ["pii_card", "pii_email", "pii_phone", "pii_iban"]
    assert all(end <= start for ((_, end), _), ((start, _), _) in pairwise(spans))
    assert mask(text)[0] == "order [card] by [email], call [phone], [iban]"


@pytest.mark.parametrize(
    "text",
    [
        "we need 4111111111111112 of them",
        "code AB12CDEF3456GHIJ78 is on the box",
        "1.234.567,89 is too much",
        "in 2023-2024 or 12/05/2023",
        "order of 12000 screws",
        "[email] and [iban] stand here already",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert mask(text) == (text, [])
