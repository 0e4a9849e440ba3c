"""Two sentences -> one that shares much with the first and says something else.

By rules that read words, not grammar (English): what they make is often clumsy, as short messages are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from anechoic.text.words import WORD, stems

OPENS = frozenset(  # behind these stands what is spoken of
    "a an the this that these those my our your his her its their any some no another new with for of about on "
    "from at by into without".split()
)
JOINS = frozenset(
    "and but because so or when while if with for of about on from at by to in after before as".split()
)
EMPTY = (  # words that say little of the matter
    OPENS
    | JOINS
    | frozenset(
        "i me we us you he she it they them is are was were be been am do does did done has have had having will "
        "would could can may might shall should must not then than out up off over again here there where why how "
        "what which who all both each more most other such only same too very just now also still yet ever never "
        "please kindly hi hello hey dear sir madam thanks thank okay yes yeah want wants wanted need needs needed "
        "like know knew tell told help helped get got getting give gave given make made making let look looking "
        "try trying tried say said think really much many one thing things something anything good able right way "
        "go going see ask asking question cant dont i'm i'd i've i'll it's don't can't didn't doesn't won't isn't "
        "that's let's what's we're you're".split()
    )
)
LEAST_LETTERS = 3  # of a word that says something
LONGEST_TOPIC = 2  # words
LEAST_HALVED = 6  # words of a text that is cut in two
NEAR_MIDDLE = 2  # words from the middle, within which a text is rather cut before a joining word


@dataclass(frozen=True)
class Sentence:
    """A text and its words."""

    text: str
    spans: tuple[tuple[int, int], ...]  # of each word
    words: tuple[str, ...]  # case-folded

    @classmethod
    def of(cls, text: str) -> Self:
        """A text with its words found."""
        found = list(WORD.finditer(text))
        return cls(text, tuple(word.span() for word in found), tuple(word[0].casefold() for word in found))

    @cached_property
    def content(self) -> frozenset[str]:
        """The stems of the words that say something."""
        return frozenset(_stem(word) for word in self.words if _says(word))


def another_frame(a: Sentence, b: Sentence, rarity: Mapping[str, int]) -> str | None:
    """What b says, of what a speaks of: b with the rarest one or two words behind an article or preposition a's."""
    ours, theirs = _topic(a, rarity), _topic(b, rarity)
    if ours is None or theirs is None:
        return None
    return b.text[: theirs[0]] + a.text[slice(*ours)] + b.text[theirs[1] :]


def half_and_half(a: Sentence, b: Sentence, _: Mapping[str, int]) -> str | None:
    """The first half of a with the second half of b."""
    if min(len(a.words), len(b.words)) < LEAST_HALVED:
        return None
    return a.text[: a.spans[_cut(a)][0]] + b.text[b.spans[_cut(b)][0] :]


MAKERS: dict[str, Callable[[Sentence, Sentence, Mapping[str, int]], str | None]] = {
    "topic": another_frame,
    "half": half_and_half,
}


def says_something_else(made: Sentence, a: Sentence) -> bool:
    """Whether a text shares words that say something with a, and at least as many of either are not the other's.

    A beginning that holds most of what a says would say the same, whatever follows.
    """
    shared = len(made.content & a.content)
    return 0 < shared <= min(len(a.content), len(made.content)) - shared


def _topic(sentence: Sentence, rarity: Mapping[str, int]) -> tuple[int, int] | None:
    """Span of what is spoken of: of the runs of words that say something, behind an article or so, the rarest."""
    words, runs = sentence.words, []
    for place in range(1, len(words)):
        if words[place - 1] not in OPENS or not _says(words[place]):
            continue
        end = place
        while end < len(words) and _says(words[end]) and _touch(sentence, place, end):
            end += 1
        start = max(place, end - LONGEST_TOPIC)
        runs.append((min(rarity[_stem(word)] for word in words[start:end]), start, end))
    if not runs:
        return None
    _, start, end = min(runs)
    return sentence.spans[start][0], sentence.spans[end - 1][1]


def _touch(sentence: Sentence, start: int, end: int) -> bool:
    """Whether nothing but spaces stands between the words from start to end."""
    between = sentence.text[sentence.spans[start][0] : sentence.spans[end][1]]
    return "".join(between.split()).casefold() == "".join(sentence.words[start : end + 1])


def _cut(sentence: Sentence) -> int:
    """The word before which a text is cut: a joining word near the middle, else the middle one."""
    middle = len(sentence.words) / 2

    def worth(place: int) -> tuple[float, int]:
        return abs(place - middle) - NEAR_MIDDLE * (sentence.words[place] in JOINS), place

    return min(range(2, len(sentence.words) - 1), key=worth)


def _says(word: str) -> bool:
    return len(word) >= LEAST_LETTERS and word not in EMPTY and not word.isdigit()


def _stem(word: str) -> str:
    return stems(word)[0]
