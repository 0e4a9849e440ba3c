"""Why two texts are or are not the same: one line a person understands, and a word-level diff."""

from collections.abc import Sequence
from dataclasses import dataclass

from anechoic.text.diff import word_diff
from anechoic.text.repair import numbers_of
from anechoic.text.words import words_of

LONGEST_PASSAGE = 6  # words of a passage that a line still quotes
QUOTED = 3  # passages and shared words that a line quotes
SENTENCES = {
    "near": "the same words",
    "rephrase": "same facts, reworded",
    "opposite": "same words, other meaning",
    "neighbour": "alike, yet no echo",
}
COPY = "the same text"


@dataclass(frozen=True)
class Compared:
    """A text as it is explained: its canonical form and its numbers from before masking, never quoted."""

    canonical: str
    numbers: Sequence[str]


def explain_pair(kind: str, left: Compared, right: Compared) -> str:
    """The kind of a pair and its two texts -> one line: what changed, what is shared, whether the numbers agree."""
    changed = _changes(left.canonical, right.canonical)
    parts = [f"{SENTENCES[kind]}: {changed}" if changed else SENTENCES[kind]]
    both = set(words_of(left.canonical)) & set(words_of(right.canonical))
    shared = sorted(both, key=lambda word: (-len(word), word))
    if kind in {"rephrase", "neighbour"} and shared:
        parts.append(f"both say {', '.join(shared[:QUOTED])}")
    if left.numbers or right.numbers:
        agree = sorted(left.numbers) == sorted(right.numbers)
        parts.append("numbers agree" if agree else _differing(left, right))
    return "; ".join(parts)


def _changes(left: str, right: str) -> str:
    """The passages that differ: `crane rental = hire of the crane`, `+ please`, `- thanks`."""
    shown = []
    for what, one, other in word_diff(left, right):
        if what == "equal" or max(len(one.split()), len(other.split())) > LONGEST_PASSAGE:
            continue
        shown.append(f"{one} = {other}" if what == "replace" else f"+ {other}" if what == "insert" else f"- {one}")
    return ", ".join(shown[:QUOTED])


def _differing(left: Compared, right: Compared) -> str:
    """Which numbers differ; those of personal data are not told."""
    one, other = numbers_of(left.canonical), numbers_of(right.canonical)
    if sorted(one) == sorted(other):
        return "masked numbers differ"
    return f"numbers differ: {_listed(one)} | {_listed(other)}"


def _listed(numbers: Sequence[str]) -> str:
    return " ".join(numbers) or "none"
