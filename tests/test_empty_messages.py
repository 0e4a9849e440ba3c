"""Texts that say nothing are told from short ones that say why an order was cancelled."""

import pytest

from anechoic.text.empty_messages import nothing_to_read


@pytest.mark.parametrize(
    "text", ["no answer", "no message from you", "none left", "no", "never answered", "too dear", "test failed"]
)
def test_a_short_reason_is_read(text):
    assert nothing_to_read(text, text) == ""


@pytest.mark.parametrize("text", ["", "...", "n/a", "k. A.", "#N/A", "(blank)", "no comment", "4411", "see above"])
def test_what_says_nothing_is_named(text):
    assert nothing_to_read(text, text) != ""
