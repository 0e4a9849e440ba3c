"""Two texts -> the fact in which they contradict each other: same words, other meaning, never merged.

Slots are compared on the text before masking: numbers, negation, direction, names, one swapped word. A clash counts
when one text states what the other contradicts, not when it merely says less. English only; the words a rewording
changes freely are let be, so a clash of words is asked for where most other words agree.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from anechoic.echoes.contradictions.lexicon import (
    AFTER_NOUN,
    DETERMINERS,
    FAMILIES,
    LITTLE,
    OPPOSITES,
    PLAIN,
    SKIPPED,
)
from anechoic.echoes.contradictions.numbers import number_contradiction

WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?|\d+(?:[.,]\d+)*")
CAPITAL = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][A-Za-z]{2,}")
APART = re.compile(r"n ?' ?t\b")  # as tokenizers leave it: do n't, don 't
NO_NEGATION = re.compile(  # "no. of" is a number
    r"\bno ?\.(?= ?(?:of|\d))|\bnot (?:only|just|to mention)\b|\b(?:or|why) not\b"
    r"|\bno (?:doubt|matter|later|thanks|wonder)\b|\bcan(?:no|')t (?:wait|help)\b"
)
NEGATION = re.compile(  # also the verbs and adjectives that say "not": refused to pay, unable to come
    r"not?|never|none|nobody|nothing|neither|nor|nope|without|cannot|cant|dont|doesnt|didnt|wont|isnt|wasnt|\w*n't|non"
    r"|unable|impossible|hardly|barely|(?:refus|declin)(?:es?|ed|ing)|fail(?:s|ed)?|lack(?:s|ed|ing)?"
)
NEGATIVE = re.compile(  # words that carry a negation and so excuse a missing "not"
    r"\b(?:den(?:y|ied|ies)|reject\w*|stop\w*|withdr\w*|cancel\w*|un[a-z]{4,}|non\w*|dis[a-z]{4,}|miss(?:ed|ing)"
    r"|instead|off|void|drop\w*|(?:out|devoid) of|(?:other|rather) than|besides|except|excluding|absent|too \w+"
    r"|ignor\w*|silen\w*|froze\w*|block\w*|zero|gone|bust|fell|lost)\b"
)
DENIAL = re.compile(r"\b(?:no|not|never|nothing|none)\b|n't\b")
UNTIL = re.compile(r"\b(?:before|until|till)\b")
PREFIX = re.compile(r"(?:un|non|in|im|ir)(?=[a-z]{4})")
MOST_WORDS = 0.5  # share of the shorter text's words from which two texts mostly agree
NEARLY_ALL = 0.75  # and from which they all but agree


@dataclass(frozen=True)
class Contradiction:
    """What differs between two texts: the slot (number, negation, direction or name) and its two values."""

    slot: str
    left: str
    right: str


@dataclass(frozen=True)
class Polarity:
    """How often each stem is negated and how often not; whether any is; what else says no; (not) until."""

    negated: Counter[str]
    plain: Counter[str]
    negates: bool
    excuses: frozenset[str]
    delays: bool
    until: bool


def contradiction(left: str, right: str) -> Contradiction | None:
    """Two texts as dropped in -> the first slot in which they contradict each other; None where they do in none."""
    numbers = number_contradiction(left, right)
    if numbers:
        return Contradiction("number", *numbers)
    overlap = _overlap(left, right)
    return (
        _negations_clash(left, right, overlap)
        or _directions_clash(left, right, overlap)
        or _families_clash(left, right)
        or _names_clash(left, right)
        or _swap(left, right)
    )


@lru_cache(maxsize=1 << 16)
def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower().replace("’", "'") for word in WORD.findall(text))


@lru_cache(maxsize=1 << 16)
def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(_words(text))


def _overlap(left: str, right: str) -> float:
    """Share of the shorter text's words that the other holds, 0..1."""
    one, other = _vocabulary(left), _vocabulary(right)
    return len(one & other) / max(min(len(one), len(other)), 1)


def _stem(word: str) -> str:
    for suffix in ("ing", "ed", "es", "s", "d", "e"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


@lru_cache(maxsize=1 << 16)
def _polarity(text: str) -> Polarity:
    """A negation bears on the next content word of its clause: "not able to pay" negates `pay`."""
    lower = APART.sub("n't", text.lower().replace("’", "'")).replace("yet to ", "not ")
    words = re.findall(r"[a-z]+(?:'[a-z]+)?|[.,;:!?()]", NO_NEGATION.sub(" ", lower))
    plain = Counter(_stem(word) for word in words if word not in SKIPPED)
    negated: Counter[str] = Counter()
    cues = [place for place, word in enumerate(words) if NEGATION.fullmatch(word)]
    for place in cues:
        target = next((word for word in words[place + 1 : place + 5] if word not in SKIPPED), ".")
        if target.isalpha():
            negated[_stem(target)] += 1
            plain[_stem(target)] -= 1
    excuses = frozenset(NEGATIVE.findall(lower))
    return Polarity(negated, plain, bool(cues), excuses, _delays(lower), bool(UNTIL.search(lower)))


def _delays(text: str) -> bool:
    """Whether a clause denies something before or until a time: not before June."""
    for clause in re.split("[.;!?]", text):
        denial = DENIAL.search(clause)
        if denial and UNTIL.search(clause, denial.end()):
            return True
    return False


def _negations_clash(left: str, right: str, overlap: float) -> Contradiction | None:
    """One text negates and the other does not: a word that the other affirms, or anything where nearly all agrees.

    A rewording may carry the negation in a word (ignored, unpaid): such a word excuses the missing "not", unless
    the negated text holds it too, or nearly all words agree and the negated one is affirmed.
    """
    one, other = _polarity(left), _polarity(right)
    if one.negates == other.negates or overlap < MOST_WORDS:
        return None
    kept, bare = (one, other) if one.negates else (other, one)
    if kept.delays and not bare.until:  # "not before June" and "after June" are one
        return None
    affirmed = any(bare.plain[word] > kept.plain[word] for word in kept.negated)
    excused = bool(bare.excuses - kept.excuses)
    if (affirmed and not excused) or (overlap >= NEARLY_ALL and (affirmed or not excused)):
        return Contradiction("negation", *("negated" if each.negates else "plain" for each in (one, other)))
    return None


def _directions_clash(left: str, right: str, overlap: float) -> Contradiction | None:
    """Each text holds a word of one pole only, and they are opposite: cheaper and dearer, paid and unpaid.

    Little words (in, out, to, from) are free in a rewording: they count only where nearly all other words agree. An
    opposite under a negation may say the same again (not before, after), so both texts negate or neither does.
    """
    if overlap < MOST_WORDS or _polarity(left).negates != _polarity(right).negates:
        return None
    one, other = _vocabulary(left), _vocabulary(right)
    for first, second in OPPOSITES:
        if overlap < NEARLY_ALL and first & LITTLE:
            continue
        for x, y in ((first, second), (second, first)):
            if one & x and not one & y and other & y and not other & x:
                return Contradiction("direction", min(one & x), min(other & y))
    for word in sorted(one ^ other):
        plain = PREFIX.sub("", word, count=1)
        if plain != word and plain in one ^ other and (word in one) == (plain in other) and word != "unable":
            return Contradiction("direction", *((word, plain) if word in one else (plain, word)))
    return None


def _families_clash(left: str, right: str) -> Contradiction | None:
    """Two of one family (months, colours) stand against each other."""
    one, other = _vocabulary(left), _vocabulary(right)
    for family in FAMILIES:
        x, y = ({family[word] for word in words if word in family} for words in (one, other))
        if x - y and y - x:
            return Contradiction("direction", min(x - y), min(y - x))
    return None


@lru_cache(maxsize=1 << 16)
def _names(text: str) -> frozenset[str]:
    """Words with a capital inside a sentence; none where capitals are the style of the text, as in a headline."""
    found = CAPITAL.findall(text)
    style = 2 * len(found) > sum(len(word) > 2 for word in _words(text))
    return frozenset() if style else frozenset(word.lower() for word in found)


def _unmentioned(names: frozenset[str], text: str) -> list[str]:
    """Names that the text holds in no spelling (Morsi, Mursi), form (Italy, Italian) or as initials."""
    words = _words(text) if names else ()
    initials = "".join(word[0] for word in words)
    return sorted(
        name
        for name in names
        if name[:4] not in text.lower()
        and name not in initials
        and not any(name[0] == word[0] and fuzz.ratio(name, word) >= 65 for word in words)
    )


def _names_clash(left: str, right: str) -> Contradiction | None:
    """Each text names somebody or something that the other does not mention."""
    only_one, only_other = _unmentioned(_names(left), right), _unmentioned(_names(right), left)
    return Contradiction("name", only_one[0], only_other[0]) if only_one and only_other else None


def _swap(left: str, right: str) -> Contradiction | None:
    """Word for word the same but for the noun in one place, which is no typo of the other: another thing or person.

    Verbs and adjectives are swapped for synonyms far more often than for something else: they prove nothing.
    """
    one, other = _words(left), _words(right)
    places = (
        [place for place in range(len(one)) if one[place] != other[place]] if len(one) == len(other) >= 4 else []
    )
    if len(places) != 1 or not places[0]:
        return None
    place = places[0]
    first, second, after = one[place], other[place], one[place + 1] if place + 1 < len(one) else "of"
    if one[place - 1] not in DETERMINERS or after not in AFTER_NOUN or {first, second} & PLAIN:
        return None
    alike = min(len(first), len(second)) < 3 or fuzz.ratio(first, second) >= 70
    return None if alike else Contradiction("name", first, second)
