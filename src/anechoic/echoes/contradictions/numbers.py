"""Amounts of an English text: digits and number words read as values, and whether two texts' amounts clash.

"Twenty-six", "two hundred and fifty", "3 and a half thousand", "1.8k", "75%", "three-fourths", "a day", "15:00".
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

from anechoic.echoes.contradictions.number_words import (
    COUNTING,
    DIGITS,
    HALVES,
    LOOSE,
    NO_NOUN,
    ONE,
    PARTS,
    RANKS,
    SCALES,
    SHORT,
    SIGNS,
    SMALL,
    SMALLER,
    SUFFIX,
    TENS,
    TIMES,
    UNITS,
)

PLAIN = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,]\d+)*)"
TOKEN = re.compile(  # 15:30, $2m, 1.8k, 3/4, words, signs
    rf"\d{{1,2}}:\d\d\b|[$€£]{PLAIN}(?:k|m|b|bn|mn)\b|[$€£]?{PLAIN}(?:/\d+\b|(?:k|K|M|B|bn|mn)\b)?"
    r"|[A-Za-z]+(?:['’][a-z]+)?|[%½¼¾.,;:!?()]",
    re.ASCII,
)
GROUPED = re.compile(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?")


VAGUE = frozenset((0.0, 0.5, 1.0, 2.0))  # English drops and adds these freely: none, half, a, one, both
COMPARED = re.compile(  # words that a difference comes with: 1.8k above, two weeks late
    r"\b(?:above|below|over|under|beyond|more|less|fewer|higher|lower|exceed\w*|extra|additional|another|difference"
    r"|gap|short|shy|late|later|early|earlier|longer|off|too|into|past|left|remaining|rest)\b",
    re.IGNORECASE,
)
MOST_DERIVED = 8  # numbers of a text that others may be derived from: more would derive anything


@dataclass(frozen=True)
class Amount:
    """A number as stated; `readings` are all values that state it; a loose one explains but never contradicts."""

    value: float
    readings: frozenset[float]
    noun: str  # what is counted, the word after it in the singular; empty where none follows
    loose: bool


def number_contradiction(left: str, right: str) -> tuple[str, str] | None:
    """The amounts that each text has and the other neither states nor implies; None where only one has any.

    What English drops freely (a, one, both) counts only where both texts count the same thing: 2 weeks, 3 weeks.
    """
    one, other = amounts(left), amounts(right)
    only_one, only_other = _unmatched(one, other), _unmatched(other, one)
    if not only_one or not only_other:
        return None
    only_one, only_other = _underived(only_one, one, other, left), _underived(only_other, other, one, right)
    for x in only_one:
        for y in only_other:
            if x.noun and (x.noun == y.noun or {x.noun, y.noun} <= TIMES):
                return f"{x.value:.15g} {x.noun}", f"{y.value:.15g} {y.noun}"
    sides = [sorted({each.value for each in only} - VAGUE) for only in (only_one, only_other)]
    if not all(sides):
        return None
    said = [", ".join(f"{value:.15g}" for value in side) for side in sides]
    return said[0], said[1]


def _unmatched(some: tuple[Amount, ...], others: tuple[Amount, ...]) -> list[Amount]:
    known = frozenset().union(*(other.readings for other in others))
    return [each for each in some if not each.loose and not each.readings & known]


def _underived(odd: list[Amount], own: tuple[Amount, ...], others: tuple[Amount, ...], text: str) -> list[Amount]:
    """Those that are no difference, sum or product of numbers the other text has and the own text leaves out.

    It is a difference only beside a word that compares, and with one of its two numbers left out.
    """
    if not COMPARED.search(text):
        return odd
    known = frozenset().union(*(each.readings for each in own))
    derived: set[float] = set()
    for x, y in combinations(others[:MOST_DERIVED], 2):
        missing = sum(not each.readings & known for each in (x, y))
        for a in x.readings:
            for b in y.readings:
                derived |= {abs(a - b)} if missing else set()
                derived |= {a + b, a * b} if missing == 2 else set()
    derived = {round(value, 6) for value in derived}
    return [each for each in odd if not each.readings & derived]


@lru_cache(maxsize=1 << 16)
def amounts(text: str) -> tuple[Amount, ...]:
    """The amounts of a text in order."""
    words = [match[0].lower().replace("’", "'") for match in TOKEN.finditer(text)]
    stated: list[Amount] = []
    ends, place = -1, 0  # where the last amount ended
    while place < len(words):
        end, value, loose = _phrase(words, place)
        if end > place and stated and _continues(stated[-1], words, ends, place, end):
            stated[-1] = _joined(stated[-1], value)
        elif end > place:
            stated.append(_amount(words, place, end, value=value, loose=loose))
        elif words[place] in ONE and place + 1 < len(words) and singular(words[place + 1]) in UNITS:
            stated.append(_amount(words, place, place + 1, value=1.0, loose=True))
        ends, place = (end if end > place else ends), max(end, place + 1)
    return tuple(stated)


def _continues(last: Amount, words: list[str], ends: int, place: int, end: int) -> bool:
    """Whether the number goes on counting in a smaller unit what the last one began: 1 hour and 30 minutes."""
    between = words[ends + 1 : place]
    unit = singular(words[end]) if end < len(words) else ""
    return SMALLER.get(last.noun) == unit != "" and between in ([], ["and"])


def _joined(last: Amount, more: float) -> Amount:
    readings = {last.value * factor + more for factor in UNITS[last.noun]}
    return replace(last, readings=frozenset(round(each, 6) for each in readings))


def singular(word: str) -> str:
    """A noun without its plural, a unit by its full name."""
    plain = word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 2 else word
    return SHORT.get(plain, plain)


def _phrase(words: list[str], place: int) -> tuple[int, float, bool]:
    """End, value and looseness of the number phrase that starts here; it ends where it starts if there is none."""
    word = words[place]
    if word in SIGNS or word in LOOSE:
        return place + 1, SIGNS.get(word) or LOOSE[word], word in LOOSE
    if word == "half" and words[place + 1 : place + 2] in (["a"], ["dozen"]):
        end, value = _cardinal(words, place + 2 if words[place + 1] == "a" else place + 1)
        if value > 2:  # half a dozen, half a million
            return end, value / 2, False
    if word in RANKS or singular(word) in PARTS:
        return place + 1, RANKS.get(word) or 1 / PARTS[singular(word)], True
    end, value = _cardinal(words, place)
    vague = (
        singular(word) in SCALES or singular(word) == "hundred"
    )  # hundreds, a few thousand; "a dozen" is a dozen
    if vague and words[place - 1 : place] not in (["a"], ["per"]):
        return end, value, True
    part = PARTS.get(singular(words[end]), 0.0) if place < end < len(words) else 0.0
    if 0 < value < part:  # three quarters
        return end + 1, value / part, False
    return end, value, False


def _cardinal(words: list[str], place: int) -> tuple[int, float]:
    """Two thousand three hundred and fifty, 3 and a half million."""
    total, end, start = 0.0, place, place
    while True:
        stop, value = _hundreds(words, start)
        if stop > start and words[stop : stop + 2] == ["and", "a"] and words[stop + 2 : stop + 3] in HALVES:
            stop, value = stop + 3, value + 1 / PARTS[words[stop + 2]]
        scale = SCALES.get(singular(words[stop])) if stop < len(words) else None
        if scale is None or (stop == start and end > place):
            return (stop, total + value) if stop > start else (end, total)
        end, total = stop + 1, total + (value if stop > start else 1.0) * scale
        goes_on = words[end : end + 1] == ["and"] and end + 1 < len(words) and words[end + 1] in COUNTING
        start = end + 1 if goes_on else end
        if scale < 1000:
            return end, total


def _hundreds(words: list[str], place: int) -> tuple[int, float]:
    """Seven, twenty-six, two hundred and fifty, 4.5."""
    end, value = _below_hundred(words, place)
    if words[end : end + 1] not in (["hundred"], ["hundreds"]):
        return end, value
    value = 100 * value if end > place else 100.0
    end += 1
    start = end + 1 if words[end : end + 1] == ["and"] else end
    stop, more = _below_hundred(words, start)
    return (stop, value + more) if stop > start and words[start] in COUNTING else (end, value)


def _below_hundred(words: list[str], place: int) -> tuple[int, float]:
    word = words[place] if place < len(words) else ""
    if word[:1] in DIGITS:
        return place + 1, literal(word)
    if word in TENS:
        ones = SMALL.get(words[place + 1], 0.0) if place + 1 < len(words) else 0.0
        return (place + 2, TENS[word] + ones) if 0 < ones < 10 else (place + 1, TENS[word])
    return (place + 1, SMALL[word]) if word in SMALL else (place, 0.0)


def literal(token: str) -> float:
    """The value of a number in digits: 14,500, 4,5, 1.8k, 3/4, 15:30."""
    token = token.lstrip("$€£")
    digits = token.rstrip("kmbn")
    scale = SUFFIX.get(token[len(digits) :], 1.0)
    if ":" in digits:
        hours, minutes = digits.split(":")
        return int(hours) + int(minutes) / 60
    if "/" in digits:
        top, bottom = digits.split("/")
        return literal(top) / float(bottom) if float(bottom) else literal(top)
    plain = re.sub("[, ]", "", digits) if GROUPED.fullmatch(digits) else digits.replace(",", ".")
    first, _, rest = plain.partition(".")
    return scale * float(f"{first}.{rest.replace('.', '')}")  # 1.2.3 is no number, but one text's is the other's


def _amount(words: list[str], start: int, end: int, *, value: float, loose: bool) -> Amount:
    """The amount at these words, with its unit, percent sign or half of the day read."""
    after = singular(words[end]) if end < len(words) else ""
    readings = {value}
    if after in {"%", "percent", "pct", "per"} or 0 < value < 1:
        readings |= {100 * value, value / 100}
    if 0 < value < 1:
        readings.add(1 / value)  # a sixth of: six times
    if after in {"pm", "p"} or ":" in words[start]:
        readings |= {value + 12, value - 12}
    readings |= {value * factor for factor in UNITS.get(after, ())}
    noun = after if after.isalpha() and after not in NO_NOUN else ""
    return Amount(value, frozenset(round(each, 6) for each in readings), noun, loose)
