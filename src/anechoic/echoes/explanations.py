"""Why two texts are or are not the same: one line a person understands, and a word-level diff."""

from anechoic.text.diff import word_diff
from anechoic.text.words import words_of

LONGEST = 6  # words of a passage that a line still quotes
MOST = 3  # passages that a line quotes


def why(kind: str, left: str, right: str, left_numbers: list[str], right_numbers: list[str]) -> str:
    """The evidence for a pair in words: what changed, what is shared, whether the numbers agree."""
    if kind == "exact":
        return "the same text"
    changed = _changes(left, right)
    said = {
        "near": "the same words",
        "rephrase": "same facts, reworded",
        "opposite": "same words, other meaning",
        "neighbour": "alike, yet no echo",
    }[kind]
    parts = [f"{said}: {changed}" if changed else said]
    shared = sorted(set(words_of(left)) & set(words_of(right)), key=lambda word: (-len(word), word))
    if kind in {"rephrase", "neighbour"} and shared:
        parts.append(f"both say {', '.join(shared[:MOST])}")
    if left_numbers or right_numbers:
        agree = sorted(left_numbers) == sorted(right_numbers)
        parts.append(
            "numbers agree" if agree else f"numbers differ: {_listed(left_numbers)} | {_listed(right_numbers)}"
        )
    return "; ".join(parts)


def _changes(left: str, right: str) -> str:
    """The passages that differ: `crane rental = hire of the crane`, `+ please`, `- thanks`."""
    shown = []
    for what, one, other in word_diff(left, right):
        if what == "equal" or max(len(one.split()), len(other.split())) > LONGEST:
            continue
        shown.append(f"{one} = {other}" if what == "replace" else f"+ {other}" if what == "insert" else f"- {one}")
    return ", ".join(shown[:MOST])


def _listed(numbers: list[str]) -> str:
    return " ".join(numbers) or "none"
