"""Texts and fields that say nothing: no word, no value, tries of the form, pointers, bare signatures."""

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
# What people and forms put where nobody answered, as its letters alone (`k. A.`), in the languages of forms. Not
# `no answer`: it is one, where somebody never called back.
STAND_INS = frozenset(
    "nocomment nocomments ka keineangabe keineangaben sansobjet sincomentarios "
    "geenopmerkingen nessuncommento semcomentarios brak".split()
)
# What programs write where there is no value: pandas' STR_NA_VALUES, JSON, SQL, JavaScript.
NO_VALUES = frozenset("nan na n/a n.a null none nil nat undefined".split()) | {
    *("not available", "not applicable", "no value", "object object"),
}
IN_BRACKETS = frozenset("blank empty missing leer vide vacío vacio vuoto unset".split())  # words, but for brackets
SHEET_ERROR = re.compile(r"#[^\W\d_a-z][^\W_a-z]*[/0-9]*[!?]|#(?:N/?A|NV)|\\N|-?1\.#(?:IND|QNAN)")
BRACKETS = re.compile(r"[(<\[{]+(?P<inside>[^()<>\[\]{}]*)[)>\]}]+")
FRAME = " \t-\u2010\u2011\u2012\u2013\u2014\u2015_.?!*\"'`"  # around a value, or alone in its place
# A pointer to something that is not in the text.
ELSEWHERE = re.compile(
    r"(?:(?:please|pls|kindly)\s)?(?:(?:see|refer\sto|cf)\s(?:the\s|my\s)?(?:above|below|attached|attachments?"
    r"|previous(?:\s\w+)?|subject(?:\sline)?|title|e-?mail)|(?:same\s)?as\s(?:above|before|stated\sabove)|ditto|idem"
    r"|siehe\s(?:oben|unten|anhang|betreff)|wie\soben|ver\s(?:arriba|abajo)|voir\s(?:ci-dessus|plus\shaut)|vedi\ssopra"
    r"|zie\sboven)",
    re.IGNORECASE,
)


def is_no_value(field: str) -> bool:
    """Whether a field that is not blank holds what stands for none: `nan`, `N/A`, `(blank)`, `#REF!`, `-`."""
    given = field.strip()
    if SHEET_ERROR.fullmatch(given):
        return True
    inside = BRACKETS.fullmatch(given)
    key = (inside["inside"] if inside else given).strip(FRAME).casefold()
    return bool(given) and (not key or key in NO_VALUES or bool(inside and key in IN_BRACKETS))


def nothing_to_read(text: str, canonical: str) -> str:
    """A text -> why no class can be told from it, or empty where it can be read.

    text: as it came; canonical: its canonical form, where masks stand for personal data. A text without a letter
    outside masks and links (white space, punctuation, numbers, emoji) holds no word; else see `empty_message`.
    """
    if not any(map(str.isalpha, URL.sub(" ", MASK.sub(" ", canonical)))):
        return "no word in it" if canonical else "empty"
    return empty_message(text, canonical)


def empty_message(text: str, repaired: str) -> str:
    """A text -> why it says nothing, as `no value` or `only a test`, or empty where it says something.

    text: as it came, with its line breaks, which tell a
    signature; repaired: the same on one line.
    """
    if is_no_value(repaired):
        return "no value"
    if ELSEWHERE.fullmatch(repaired.strip(FRAME)):
        return "only a pointer to something else"
    words = [word.casefold() for word in WORD.findall(repaired)]
    if "".join(words) in STAND_INS and not any(map(str.isdigit, repaired)):
        return "stands for no answer"
    if TRIAL.intersection(words) and TRIAL.union(AROUND).issuperset(words):
        return "only a test"
    closing = CLOSING.fullmatch(text)
    below = closing["below"].split() if closing else []
    return "only a signature" if below and all(map(SIGNED.fullmatch, below)) else ""
