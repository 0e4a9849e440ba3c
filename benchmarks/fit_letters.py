"""Counts letter triples in the words of the encoder's vocabulary; writes text/letters.json and scores it.

    python -m benchmarks.fit_letters

Scored on 3,000 words that are held out and on simulated keyboard noise: no text that the rules are judged by.
"""

import json
import random
import re
from collections import Counter
from pathlib import Path

from anechoic.project import model_store
from anechoic.text import gibberish as letters

TARGET = Path("src/anechoic/text/letters.json")
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def triples(words: list[str]) -> Counter[str]:
    return Counter(
        padded[at - 2 : at + 1] for word in words for padded in [f"^^{word}$"] for at in range(2, len(padded))
    )


def noise(rng: random.Random) -> str:
    """One to four runs on a row of the keyboard, or anywhere on it."""
    keys = [rng.choice([*ROWS, "".join(ROWS), "".join(ROWS)]) for _ in range(rng.randint(1, 4))]
    return " ".join("".join(rng.choices(row, k=rng.randint(3, 8))) for row in keys)


def main() -> None:
    vocabulary = Path(model_store.model_folder("minilm"), "vocab.txt").read_text(encoding="utf-8").split("\n")
    words = sorted(word for word in vocabulary if re.fullmatch("[a-z]{3,}", word))
    rng = random.Random(7)
    rng.shuffle(words)
    TARGET.write_text(json.dumps(dict(sorted(triples(words[3000:]).items())), indent=0) + "\n", encoding="utf-8")
    letters._counts.cache_clear()
    smashed = [noise(rng) for _ in range(3000)]
    for name, texts in (("keyboard noise", smashed), ("held-out words", [w for w in words[:3000] if len(w) > 3])):
        below = sum(letters.log_likelihood(text) < letters.LOG_LIKELIHOOD_LIMIT for text in texts) / len(texts)
        print(f"{name}: {below:.2%} of {len(texts)} below {letters.LOG_LIKELIHOOD_LIMIT}")


if __name__ == "__main__":
    main()
