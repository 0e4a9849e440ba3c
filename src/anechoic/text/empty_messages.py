"""Texts that say nothing: a try of the form, or a signature whose message is missing."""

import re

from anechoic.text.patterns import WORD

# A try of the form by somebody who has nothing to say, and the words that may stand around it.
TRIAL = frozenset("test tests testing tested dummy placeholder lorem ipsum".split())
AROUND = frozenset("this it is was just only a an my the please ignore".split())
# A closing line, and below it nothing but names, titles and ways to call: a signature whose message is missing.
CLOSING = re.compile(
    r"\s*(?:(?:with\s)?(?:kind(?:est)?|best|warm)\s(?:regards|wishes)|regards|sincerely|cheers|(?:many\s)?thanks"
    r"|yours\s(?:sincerely|faithfully|truly)|thank\syou)[ ,.!-]*\n(?P<below>.*)",
    re.IGNORECASE | re.DOTALL,
)
SIGNED = re.compile(
    r"[^\w\s]*|[^\W\d_a-z].*|.*[\d@].*|(?:of|and|the|for|de|von|van|tel|phone|fax|ext|mobile|e-?mail)[.,:]?"
)


def empty_message(text: str, repaired: str) -> str:
    """A text -> why it says nothing: `only a test`, `only a signature`, or empty where it says something.

    text: as it came, with its line breaks, which tell a signature; repaired: the same on one line.
    """
    words = [word.casefold() for word in WORD.findall(repaired)]
    if TRIAL.intersection(words) and TRIAL.union(AROUND).issuperset(words):
        return "only a test"
    closing = CLOSING.fullmatch(text)
    below = closing["below"].split() if closing else []
    return "only a signature" if below and all(map(SIGNED.fullmatch, below)) else ""
