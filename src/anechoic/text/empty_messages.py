"""Texts that say nothing: no word at all, what stands for "no answer", a try of the form, a signature alone."""

import re

from anechoic.text.patterns import MASK, URL, WORD

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
# What forms, spreadsheets and programs put where nobody answered, as its letters alone (`N/A`, `#n/a`, `k. A.`).
STAND_INS = frozenset(
    "na nan null none nil undefined blank empty notapplicable noanswer nocomment nocomments nomessage notext ka "
    "keineangabe keineangaben sansobjet sincomentarios geenopmerkingen nessuncommento semcomentarios brak".split()
)


def nothing_to_read(text: str, canonical: str) -> str:
    """A text -> why no class can be told from it, or empty where it can be read.

    text: as it came; canonical: its canonical form, where masks stand for personal data. A text without a letter
    outside masks and links (white space, punctuation, numbers, emoji) holds no word; else see `empty_message`.
    """
    if not any(map(str.isalpha, URL.sub(" ", MASK.sub(" ", canonical)))):
        return "no word in it" if canonical else "empty"
    return empty_message(text, canonical)


def empty_message(text: str, repaired: str) -> str:
    """A text -> why it says nothing, or empty where it says something.

    `stands for no answer`, `only a test`, `only a signature`. text: as it came, with its line breaks, which tell a
    signature; repaired: the same on one line.
    """
    words = [word.casefold() for word in WORD.findall(repaired)]
    if "".join(words) in STAND_INS and not any(map(str.isdigit, repaired)):
        return "stands for no answer"
    if TRIAL.intersection(words) and TRIAL.union(AROUND).issuperset(words):
        return "only a test"
    closing = CLOSING.fullmatch(text)
    below = closing["below"].split() if closing else []
    return "only a signature" if below and all(map(SIGNED.fullmatch, below)) else ""
