"""How likely a text's letters are to follow each other in words: what tells keyboard noise from language."""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LATIN_WORD = re.compile(r"[a-z]+")
# Nats a letter. 96 % of simulated keyboard noise lies below, 0.5 % of words held out of the fit (fit_letters).
LOG_LIKELIHOOD_LIMIT = -4.3
BACKOFF_COUNT = 3.0  # how many observations the shorter context counts as
SMOOTHING = 0.1  # added to the count of each letter after a context of one letter
LETTERS = 27  # a to z and the end of a word
START, END = "^^", "$"  # around a word, so that its first and last letters have contexts


def log_likelihood(text: str) -> float:
    """Mean log probability of a letter given the two before it, in nats, at most 0; 0 without a Latin letter.

    Over the words of the text, each weighted by its letters; accents are taken off. Counts from words of the
    encoder's vocabulary (letters.json), interpolated with the one letter before (Jelinek and Mercer 1980).
    """
    folded = "".join(
        char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char)
    )
    words = LATIN_WORD.findall(folded)
    letters = sum(map(len, words))
    return sum(_word_log_likelihood(word) * len(word) for word in words) / letters if letters else 0.0


@cache
def _word_log_likelihood(word: str) -> float:
    """Mean log probability of the word's letters and of its end."""
    counts = _counts()
    padded = f"{START}{word}{END}"
    total = 0.0
    for end in range(len(START) + 1, len(padded) + 1):
        triple, pair = padded[end - 3 : end], padded[end - 2 : end]
        # P(letter | one before), then P(letter | two before) with the former as a prior of BACKOFF_COUNT cases.
        shorter = (counts.pairs[pair] + SMOOTHING) / (counts.before_pairs[pair[:1]] + SMOOTHING * LETTERS)
        total += math.log(
            (counts.triples[triple] + BACKOFF_COUNT * shorter) / (counts.before_triples[triple[:2]] + BACKOFF_COUNT)
        )
    return total / (len(word) + 1)


class _Counts:
    """How often letters follow each other: triples, pairs, and how often each context has any letter after it."""

    def __init__(self, triples: Mapping[str, int]) -> None:
        self.triples = Counter(triples)
        self.pairs = _summed(triples, slice(1, None))
        self.before_triples = _summed(triples, slice(None, -1))
        self.before_pairs = _summed(self.pairs, slice(None, -1))


def _summed(counts: Mapping[str, int], part: slice) -> Counter[str]:
    total = Counter[str]()
    for gram, count in counts.items():
        total[gram[part]] += count
    return total


@cache
def _counts() -> _Counts:
    """The shipped counts, read once."""
    text = files("anechoic.text").joinpath("letters.json").read_text(encoding="utf-8")
    return _Counts(json.loads(text))
