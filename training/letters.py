"""Counts letter triples in the words of the encoder's vocabulary; writes the package's letters.json and scores it.

    python -m training.letters            # or: dvc repro training/dvc.yaml

Scored on 3,000 words that are held out and on simulated keyboard noise: no text that the rules are judged by.
"""

import json
import random
import re
from collections import Counter
from pathlib import Path

from anechoic.project import io, model_store
from anechoic.text import gibberish

TARGET = Path("src/anechoic/text/letters.json")
SCORES = "training/letters_scores.json"
HELD_OUT = 3000  # words that are scored, not counted
NOISE = 3000  # simulated texts
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SEED = 7


def vocabulary() -> list[str]:
    """The words of three letters or more in the encoder's vocabulary, in an order drawn once."""
    lines = Path(model_store.model_folder("minilm"), "vocab.txt").read_text(encoding="utf-8").split("\n")
    words = sorted(word for word in lines if re.fullmatch("[a-z]{3,}", word))
    random.Random(SEED).shuffle(words)
    return words


def letter_counts(words: list[str]) -> dict[str, int]:
    """How often each letter follows each two others in the words: triples, `^^` before a word and `$` behind it."""
    padded = (f"^^{word}$" for word in words)
    return dict(sorted(Counter(word[end - 2 : end + 1] for word in padded for end in range(2, len(word))).items()))


def noise(rng: random.Random) -> str:
    """One to four runs on a row of the keyboard, or anywhere on it."""
    keys = [rng.choice([*ROWS, "".join(ROWS), "".join(ROWS)]) for _ in range(rng.randint(1, 4))]
    return " ".join("".join(rng.choices(row, k=rng.randint(3, 8))) for row in keys)


def shares_called_noise(words: list[str]) -> dict[str, float]:
    """The share of keyboard noise and of held-out words that the shipped limit calls gibberish."""
    rng = random.Random(SEED)
    texts = {
        "keyboard noise": [noise(rng) for _ in range(NOISE)],
        "held-out words": [w for w in words if len(w) > 3],
    }
    return {
        name: round(
            sum(gibberish.log_likelihood(text) < gibberish.LOG_LIKELIHOOD_LIMIT for text in some) / len(some), 4
        )
        for name, some in texts.items()
    }


def main() -> None:
    """Count, write, score."""
    words = vocabulary()
    io.write_text(str(TARGET), json.dumps(letter_counts(words[HELD_OUT:]), indent=0) + "\n")
    io.write_text(SCORES, json.dumps(shares_called_noise(words[:HELD_OUT]), indent=1) + "\n")


if __name__ == "__main__":
    main()
