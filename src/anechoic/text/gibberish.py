"""How likely a text's letters are to follow each other in words: what tells keyboard noise from language."""

import json
import math
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

WORD = re.compile(r"[a-z]+")
FLOOR = -4.3  # nats a letter: 96 % of simulated keyboard noise lies below, 0.5 % of words held out of the fit
PRIOR = 3.0  # how many observations the shorter context counts as


def likelihood(text: str) -> float:
    """Mean log probability of a letter given the two before it, over the words of Latin letters; 0 without any.

    Counts from words of the encoder's vocabulary (training/letters.py), backed off to the one letter before.
    """
    folded = "".join(
        char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char)
    )
    found = WORD.findall(folded)
    letters = sum(map(len, found))
    return sum(_word(word) * len(word) for word in found) / letters if letters else 0.0


@cache
def _word(word: str) -> float:
    triples, pairs = _counts()
    padded = f"^^{word}$"
    total = 0.0
    for at in range(2, len(padded)):
        context = padded[at - 2 : at]
        shorter = (pairs[1].get(padded[at - 1 : at + 1], 0) + 0.1) / (pairs[0].get(padded[at - 1], 0) + 2.7)
        total += math.log(
            (triples[1].get(padded[at - 2 : at + 1], 0) + PRIOR * shorter) / (triples[0].get(context, 0) + PRIOR)
        )
    return total / (len(word) + 1)


Counts = tuple[dict[str, int], dict[str, int]]  # of contexts, and of contexts with the letter that follows


@cache
def _counts() -> tuple[Counts, Counts]:
    text = files("anechoic.text").joinpath("letters.json").read_text(encoding="utf-8")
    triples: dict[str, int] = json.loads(text)
    return (_contexts(triples), triples), (_contexts(_shorter(triples)), _shorter(triples))


def _shorter(counts: dict[str, int]) -> dict[str, int]:
    """Counts of the last two letters of each triple."""
    return _summed((triple[1:], count) for triple, count in counts.items())


def _contexts(counts: dict[str, int]) -> dict[str, int]:
    return _summed((gram[:-1], count) for gram, count in counts.items())


def _summed(items: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for key, count in items:
        total[key] = total.get(key, 0) + count
    return total
