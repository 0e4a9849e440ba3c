"""How many false echoes are called: texts that share much with a user's row and say something else are judged.

Each keeps a part of row A, the rest is of row B, which has another label where labels differ and lies far from A.
It takes B's place in the table, and an echo between it and A is a false call.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.pairs import PairLimits, judge_pairs
from anechoic.echoes.schema import NearMiss, NearMisses
from anechoic.echoes.something_else import MAKERS, Sentence, says_something_else
from anechoic.numeric.arrays import Flags, Indices, Vectors, matrix, vector_column
from anechoic.numeric.intervals import share_interval
from anechoic.project.kinds import ECHO_KINDS
from anechoic.text.repair import canonicalize, numbers_of, repair
from anechoic.text.same_text import same_text_key, same_text_key_of

MOST_PLANTED = 60  # texts: enough for an interval of 0 to 6 % where none is called
SHARE = 0.08  # of the rows are replaced at a time: more would change the surroundings they are judged in
ROUNDS = 8  # times that a small table is judged, each time with others of them
TRIES = 12  # rows B that are tried for a row A, and rows A for each text that is wanted
SHOWN = 5  # examples in the report
JUDGED = ("text", "canonical", "numbers", "drop", "vector")


@dataclass(frozen=True)
class Planted:
    """One text to plant: the row_id that it shares much with, the one whose place it takes, how it was made."""

    made_from: str
    replaces: str
    kind: str
    text: str

    @property
    def canonical(self) -> str:
        """The text as it is compared and embedded."""
        return canonicalize(self.text)


def plant_near_misses(clean: pl.DataFrame, embeddings: pl.DataFrame, seed: int = 0) -> list[Planted]:
    """Tables clean and embeddings -> at most 60 texts, each of two raw rows of its own, whatever the rows' order.

    In a table of fewer than 100 texts they are fewer, for at most 8 rounds of 8 % are judged.
    """
    raw = _distinct(clean, embeddings)
    sentences = [Sentence.of(repair(text)) for text in raw["text"]]
    rarity = Counter(stem for each in sentences for stem in each.content)
    vectors, labels, row_ids = matrix(raw["vector"]), raw["label_id"].to_numpy(), raw["row_id"].to_list()
    rng = np.random.default_rng(seed)
    free, taken = np.ones(raw.height, dtype=bool), set(raw["key"])
    planted: list[Planted] = []
    wanted = min(MOST_PLANTED, ROUNDS * _at_a_time(raw.height))
    for a in rng.permutation(raw.height)[: TRIES * wanted].tolist():
        if not free[a] or len(planted) == wanted:
            continue
        others = rng.permutation(np.flatnonzero(free & _far(vectors, labels, a)))[:TRIES]
        for kind, b in product(_in_turn(len(planted)), others.tolist()):
            text = MAKERS[kind](sentences[a], sentences[b], rarity)
            key = same_text_key_of(text or "")
            if text and key not in taken and says_something_else(Sentence.of(text), sentences[a]):
                planted.append(Planted(row_ids[a], row_ids[b], kind, text))
                taken.add(key)
                free[[a, b]] = False
                break
    return planted


def near_misses(
    clean: pl.DataFrame,
    embeddings: pl.DataFrame,
    planted: Sequence[Planted],
    vectors: Vectors,
    *,
    judge: Judge,
    near_lexical: float,
) -> NearMisses | None:
    """Tables clean and embeddings, planted texts and their vectors (planted, d) -> how many are called echoes.

    None where nothing was planted.
    """
    if not planted:
        return None
    raw = _distinct(clean, embeddings)
    place = {row_id: row for row, row_id in enumerate(raw["row_id"])}
    step, limits = _at_a_time(raw.height), PairLimits(near_lexical)
    called: list[Planted] = []
    for start in range(0, len(planted), step):
        part = planted[start : start + step]
        rows = _replaced(raw, part, [place[each.replaces] for each in part], vectors[start : start + step])
        judged = judge_pairs(rows, judge, limits)
        echoes = judged.pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).select("i", "j")
        linked = set(echoes.iter_rows())
        ends = [sorted((place[each.made_from], place[each.replaces])) for each in part]
        called += [each for each, (i, j) in zip(part, ends, strict=True) if (i, j) in linked]
    examples = [
        NearMiss(text=each.text, made_from=repair(raw["text"][place[each.made_from]]), kind=each.kind)
        for each in called[:SHOWN]
    ]
    low, high = share_interval(len(called), len(planted))
    return NearMisses(
        planted=len(planted),
        called=len(called),
        share=len(called) / len(planted),
        share_low=low,
        share_high=high,
        examples=examples,
    )


def _distinct(clean: pl.DataFrame, embeddings: pl.DataFrame) -> pl.DataFrame:
    """The raw rows, one for each text, in an order of their own, with key, vector, drop number."""
    raw = clean.filter(pl.col("role") == "raw").join(embeddings, on="row_id", how="left")
    keys = [same_text_key(*row) for row in raw.select("canonical", "numbers").iter_rows()]
    drops = pl.col("drop").rank("dense").cast(pl.Int64) - 1
    raw = raw.with_columns(key=pl.Series(keys, dtype=pl.String), drop=drops)
    return raw.sort("key", "drop", "text", "row_id").unique("key", keep="first", maintain_order=True)


def _at_a_time(rows: int) -> int:
    return int(np.ceil(SHARE * rows))


def _in_turn(number: int) -> list[str]:
    """The kinds, the one whose turn it is first."""
    kinds = list(MAKERS)
    return kinds[number % len(kinds) :] + kinds[: number % len(kinds)]


def _far(vectors: Vectors, labels: Indices, a: int) -> Flags:
    """Which rows say something else than row a for sure: another label where labels differ, and in the far half."""
    cosines, other = vectors @ vectors[a], labels != labels[a]
    far: Flags = (cosines <= np.median(cosines)) & (other if other.any() else np.arange(len(labels)) != a)
    return far


def _replaced(raw: pl.DataFrame, part: Sequence[Planted], places: list[int], vectors: Vectors) -> pl.DataFrame:
    """The rows as judge_pairs reads them, the planted texts in the places of those they replace."""
    new = pl.DataFrame(
        {
            "place": places,
            "text": [each.text for each in part],
            "canonical": [each.canonical for each in part],
            "numbers": [numbers_of(each.text) for each in part],
            "vector": vector_column(vectors),
        },
        schema_overrides={"numbers": pl.List(pl.String)},
    )
    return raw.select(*JUDGED).with_row_index("place").update(new, on="place").drop("place")
