"""The guard: same words, other meaning. A pair whose facts clash is `opposite` and never merged.

Slots are compared on the text before masking: numbers, negation, direction, names, one swapped word. A clash counts
when one text states what the other contradicts, not when it merely says less. English only; the words a rewording
changes freely are let be, so a clash is asked for where most other words agree.
"""

import re
from collections import Counter
from dataclasses import dataclass

from rapidfuzz import fuzz

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?|\d+(?:[.,]\d+)*")
CAPITAL = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][A-Za-z]{2,}")
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|cant|dont|doesnt|didnt|wont|isnt|wasnt|nope"
    r"|no longer)\b|n['’]t\b",
    re.IGNORECASE,
)
NEGATIVE = re.compile(  # words that carry a negation and so excuse a missing "not"
    r"\b(?:refus\w*|declin\w*|den(?:y|ied|ies)|reject\w*|fail\w*|unable|impossible|lack\w*|stop\w*|withdr\w*"
    r"|cancel\w*|un(?:paid|available|answered|able|wanted|needed)\w*|miss(?:ed|ing)|hardly|barely|instead|off|void"
    r"|drop\w*|out of|too \w+|ignor\w*|silen\w*|froze\w*|block\w*|zero|gone|bust|fell|lost)\b",
    re.IGNORECASE,
)
COUNTING = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
NUMBER_WORDS = {word: str(value) for value, word in enumerate(COUNTING.split())} | dict(
    pair.split("=")
    for pair in (
        "thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 hundred=100 dozen=12 both=2 "
        "twice=2 double=2 half=0.5"
    ).split()
)
VAGUE = frozenset({"0", "1", "2", "0.5"})  # numbers that English drops freely: a, one, both, half
OPPOSITES = [
    tuple(pair.split("/"))
    for pair in (
        "cheaper/dearer cheap/expensive more/less higher/lower high/low early/late earlier/later before/after "
        "large/small bigger/smaller fast/slow faster/slower increase/decrease increased/decreased from/to "
        "buy/sell bought/sold up/down in/out first/last accepted/rejected accept/reject approved/declined "
        "open/closed old/new long/short longer/shorter above/below over/under won/lost minimum/maximum "
        "paid/unpaid always/never everyone/nobody raise/lower with/without morning/evening big/small many/few "
        "much/little"
    ).split()
]
LITTLE = frozenset(("from up in over with open always old first much many").split())
FAMILIES = [
    frozenset(family.split())
    for family in (
        "january february march april may june july august september october november december",
        "monday tuesday wednesday thursday friday saturday sunday",
        "spring summer autumn winter",
        "yesterday today tomorrow",
        "north south east west",
        "red blue green yellow black white grey orange purple",
    )
]
PLAIN = frozenset(
    (
        "a an the this that these those my our your his her its their i we you he she it they me us him them "
        "and or but so is are was were be been has have had do does did will would can could may of in on at "
        "by for with as to from please just also very really order ordered cancel cancelled"
    ).split()
)


@dataclass(frozen=True)
class Clash:
    """What differs between two texts: the slot (number, negation, direction or name) and its two values."""

    slot: str
    left: str
    right: str


def guard(left: str, right: str) -> Clash | None:
    """What two texts that seem to be echoes contradict each other in; None where nothing does."""
    overlap = _overlap(left, right)
    return (
        _numbers_clash(left, right)
        or _negations_clash(left, right, overlap)
        or _directions_clash(left, right, overlap)
        or _names_clash(left, right)
        or _swap(left, right)
    )


def numbers(text: str) -> list[str]:
    """The numbers of a text in order, digits or English words, without grouping commas: 8, 30, 4.5."""
    found = []
    for word in WORD.findall(text):
        if NUMBER.fullmatch(word):
            plain = word.replace(",", "") if GROUPED.fullmatch(word) else word.replace(",", ".")
            found.append(plain.rstrip("0").rstrip(".") if "." in plain else plain)
        elif word.lower() in NUMBER_WORDS:
            found.append(NUMBER_WORDS[word.lower()])
    return found


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in WORD.findall(text)]


def _overlap(left: str, right: str) -> float:
    """Share of the shorter text's words that the other holds, 0..1."""
    one, other = set(_words(left)), set(_words(right))
    return len(one & other) / max(min(len(one), len(other)), 1)


def _numbers_clash(left: str, right: str) -> Clash | None:
    """Each text holds a number that the other lacks."""
    one, other = Counter(numbers(left)), Counter(numbers(right))
    only_one = sorted(set(one) - set(other) - VAGUE)
    only_other = sorted(set(other) - set(one) - VAGUE)
    if only_one and only_other:
        return Clash("number", ", ".join(only_one), ", ".join(only_other))
    return None


def _negations_clash(left: str, right: str, overlap: float) -> Clash | None:
    """One text negates and the other does not, though the words agree.

    A rewording may carry the negation in a word (refused, without): such a word excuses the missing "not", unless
    the negated text holds it too or nearly all words agree.
    """
    negated = bool(NEGATION.search(left)), bool(NEGATION.search(right))
    if negated[0] == negated[1]:
        return None
    kept, bare = (left, right) if negated[0] else (right, left)
    carried = {word.lower() for word in NEGATIVE.findall(bare)}
    excused = bool(carried - {word.lower() for word in NEGATIVE.findall(kept)})
    if overlap >= 0.75 or (overlap >= 0.6 and not excused):
        return Clash("negation", *("negated" if each else "plain" for each in negated))
    return None


def _directions_clash(left: str, right: str, overlap: float) -> Clash | None:
    """Opposite words, or two of one family (months, colours), stand against each other.

    Little words (in, out, to, from) are free in a rewording: they count only where nearly all other words agree.
    """
    one, other = set(_words(left)), set(_words(right))
    only_one, only_other = one - other, other - one
    for first, second in OPPOSITES:
        if overlap < (0.75 if first in LITTLE else 0.5):
            continue
        for x, y in ((first, second), (second, first)):
            if x in only_one and y in only_other:
                return Clash("direction", x, y)
    for family in FAMILIES:
        x_set, y_set = only_one & family, only_other & family
        if x_set and y_set:
            return Clash("direction", min(x_set), min(y_set))
    return None


def _names_clash(left: str, right: str) -> Clash | None:
    """Each text names somebody or something that the other does not mention in any spelling."""
    one, other = ({word.lower() for word in CAPITAL.findall(text)} for text in (left, right))
    only_one = {word for word in one if word[:4] not in right.lower()}
    only_other = {word for word in other if word[:4] not in left.lower()}
    return Clash("name", min(only_one), min(only_other)) if only_one and only_other else None


def _swap(left: str, right: str) -> Clash | None:
    """Word for word the same but for one content word that is no typo of the other: another thing or person."""
    one, other = Counter(_words(left)), Counter(_words(right))
    only_one = [word for word in one - other if word not in PLAIN]
    only_other = [word for word in other - one if word not in PLAIN]
    common = (one & other).total()
    if len(only_one) != 1 or len(only_other) != 1 or common < max(3, 0.75 * max(one.total(), other.total())):
        return None
    first, second = only_one[0], only_other[0]
    if min(len(first), len(second)) < 3 or fuzz.ratio(first, second) >= 70:
        return None
    return Clash("name", first, second)
