"""Scenes of texts whose echoes are known, built from the gold sets in ANECHOIC_DATA."""

import csv
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl

from anechoic.echoes.recall import STRENGTHS
from anechoic.embed.embed import embed
from anechoic.text.repair import canonicalize

Ref = tuple[str, int]  # a set's name and a row of it
DATA = Path(os.environ.get("ANECHOIC_DATA", "."))
OPPOSITES = Path("tests/data/cancellations/opposites.csv")
CORPORA = {
    "bank": ("banking77/train.csv", "text"),
    "nlupp": ("nlupp/nlupp.csv", "text"),
    "insurance": ("dstc11_insurance/utterances.csv", "text"),
    "shop": ("hint3/curekart_test.csv", "text"),
    "airline": ("airline_reasons/tweets.csv.gz", "text"),
    "trials": ("trial_stop_reasons/stop_reasons.csv.gz", "text"),
}


@dataclass(frozen=True)
class Scene:
    """Texts (n), their unit vectors (n, d), drop numbers (n,), gold pairs (p, 2), gold keys (n)."""

    name: str
    texts: list[str]
    vectors: np.ndarray
    drops: np.ndarray
    gold: np.ndarray
    keys: list[object]


def read_csv(path: str) -> list[dict[str, str]]:
    """Records of a CSV with a header, below ANECHOIC_DATA."""
    with (DATA / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@lru_cache(None)
def texts_of(name: str) -> list[str]:
    """The canonical texts of a set."""
    if name in {"originals", "rephrased", "fresh_test"}:
        with (DATA / f"cancellations/{name}.csv").open(encoding="utf-8", newline="") as stream:
            texts = [row[1] for row in csv.reader(stream)]
    elif name == "opposites":
        texts = [row["text"] for row in opposite_rows()]
    elif name == "gsm8k":
        rows = read_csv("gsm8k_rephrased/pairs.csv")
        texts = [row["original"] for row in rows] + [row["rephrased"] for row in rows]
    elif name == "advising":
        texts = [row["text"] for row in read_csv("advising_paraphrases/advising.csv")]
    elif name == "slots":
        texts = [row["text_with_slots"] for row in read_csv("advising_paraphrases/advising.csv")]
    elif name in CORPORA:
        return corpus(name)
    elif name.startswith("planted "):
        _, corpus_name, strength = name.split()
        rng = np.random.default_rng(5)
        return [canonicalize(STRENGTHS[strength](text, rng)) for text in corpus(corpus_name)]
    else:
        texts = [row["text"] for part in ("train", "test") for row in read_csv(f"banking77/{part}.csv")]
    return [canonicalize(text) for text in texts]


@lru_cache(None)
def corpus(name: str, most: int = 1500) -> list[str]:
    """Distinct canonical texts of a set that is known for no rephrasings, in an order drawn once."""
    path, column = CORPORA[name]
    table = pl.read_csv(DATA / path, infer_schema=False, truncate_ragged_lines=True)
    if name == "bank":  # the intents that `banking` calls parity 0
        table = table.filter(pl.col("label").is_in(table["label"].unique().sort().gather_every(2).to_list()))
    texts = sorted({canonicalize(text) for text in table[column].drop_nulls() if len(text) > 5})
    return [texts[at] for at in np.random.default_rng(0).permutation(len(texts))[:most]]


@lru_cache(None)
def vectors_of(name: str, model: str) -> np.ndarray:
    """Unit vectors of a set."""
    return vectors(texts_of(name), model)


def vectors(texts: list[str], model: str) -> np.ndarray:
    """Unit vectors of texts, from the cache where they are known."""
    return embed(texts, model)


def build(name: str, drops: Sequence[Sequence[Ref]], key: Callable[[str, int], object], model: str) -> Scene:
    """A scene of these drops; rows of one key are echoes of each other, a row of key None of nothing."""
    refs = [(set_name, row, number) for number, drop in enumerate(drops) for set_name, row in drop]
    keys = [key(set_name, row) for set_name, row, _ in refs]
    members: dict[object, list[int]] = {}
    for at, each in enumerate(keys):
        if each is not None:
            members.setdefault(each, []).append(at)
    gold = [pair for group in members.values() for pair in combinations(group, 2)]
    return Scene(
        name,
        [texts_of(set_name)[row] for set_name, row, _ in refs],
        np.stack([vectors_of(set_name, model)[row] for set_name, row, _ in refs]),
        np.array([number for _, _, number in refs]),
        np.array(gold, dtype=np.int64).reshape(-1, 2),
        keys,
    )


@lru_cache(None)
def original_of() -> dict[int, int]:
    """The original row of each rephrased row."""
    pairs = read_csv("cancellations/gold_pairs.csv")
    return {int(row["rephrased_row"]) - 1: int(row["original_row"]) - 1 for row in pairs}


@lru_cache(None)
def opposite_rows() -> list[dict[str, str]]:
    """Rewordings with one fact turned round: original_row, rephrased_row, strength, slot, text."""
    with OPPOSITES.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def opposites(kind: str, model: str = "minilm") -> Scene:
    """Originals and turned rewordings, as two drops or in one file; `gold` are pairs NOT to be merged."""
    originals = [("originals", row) for row in range(400)]
    turned = [("opposites", row) for row in range(len(opposite_rows()))]
    both = originals + turned
    order = np.random.default_rng(0).permutation(len(both))
    drops = {"two": [originals, turned], "one": [[both[at] for at in order]]}[kind]

    def key(name: str, row: int) -> int:
        return row if name == "originals" else int(opposite_rows()[row]["original_row"]) - 1

    return build(f"cancellations opposites {kind}", drops, key, model)


def cancellation_key(name: str, row: int) -> int | None:
    """Originals and their rephrasings share a key; fresh rows have none."""
    return {"originals": row, "rephrased": original_of().get(row)}.get(name)


def cancellations(kind: str, model: str = "minilm", seed: int = 0, amount: float = 1.0) -> Scene:
    """The demo's texts as two drops, as months, half fresh, or shuffled into one file."""
    rng = np.random.default_rng(seed)
    back = {original: row for row, original in original_of().items()}
    permuted = rng.permutation(400)
    half, rest = sorted(permuted[:200]), sorted(permuted[200:])
    originals = [("originals", row) for row in range(400)]
    rephrased = [("rephrased", row) for row in range(400)]
    fresh = [("fresh_test", row) for row in range(160)]
    some = sorted(rng.choice(400, int(400 * amount), replace=False))

    def first(rows: Sequence[int]) -> list[Ref]:
        return [("originals", int(row)) for row in rows]

    def again(rows: Sequence[int]) -> list[Ref]:
        return [("rephrased", row) for row in sorted(back[int(row)] for row in rows)]

    def mixed(rows: Sequence[Ref]) -> list[Ref]:
        return [rows[at] for at in rng.permutation(len(rows))]

    drops = {
        "two": lambda: [originals, rephrased],
        "months": lambda: [first(half), again(half), first(rest), again(rest)],
        "half fresh": lambda: [originals, mixed(again(permuted[:160]) + fresh)],
        "shuffled": lambda: [mixed(originals + rephrased)],
        "shuffled with fresh": lambda: [mixed(originals + rephrased + fresh)],
        "amount in one": lambda: [mixed(originals + again(some))],
        "amount as drops": lambda: [originals, again(some)],
        "none": lambda: [originals, fresh],
    }[kind]()
    name = f"cancellations {kind}" + (f" {amount:.0%}" if "amount" in kind else "")
    return build(name, drops, cancellation_key, model)


def gsm8k(kind: str, model: str = "minilm", share: float = 1.0) -> Scene:
    """The questions and a share of their rephrasings, in one file or as two drops."""
    rng = np.random.default_rng(0)
    first = [("gsm8k", row) for row in range(1319)]
    again = [("gsm8k", 1319 + int(row)) for row in rng.permutation(1319)[: round(1319 * share)]]
    both = first + again
    drops = {"one": [[both[at] for at in rng.permutation(len(both))]], "drops": [first, again]}[kind]
    return build(f"gsm8k {kind} {share:.0%}", drops, lambda _, row: row % 1319, model)


def advising(most: int | None, name: str = "advising", model: str = "minilm", seed: int = 0) -> Scene:
    """Questions to study advisers; groups of one meaning, cut to `most` members. `slots` leaves names out."""
    rows = read_csv("advising_paraphrases/advising.csv")
    rng = np.random.default_rng(seed)
    groups: dict[str, list[int]] = {}
    for row in rng.permutation(len(rows)):
        groups.setdefault(rows[row]["group"], []).append(int(row))
    kept = [(name, row) for group in groups.values() for row in group[:most]]
    drops = [[kept[at] for at in rng.permutation(len(kept))]]
    return build(f"{name} {most or 'all'}", drops, lambda _, row: rows[row]["group"], model)


def banking(kind: str, seed: int, parity: int, model: str = "minilm") -> Scene:
    """Two unrelated slices of every second intent: random, narrow and wide, small and large, few intents."""
    labels = np.array([row["label"] for part in ("train", "test") for row in read_csv(f"banking77/{part}.csv")])
    rng = np.random.default_rng(seed)
    first = np.unique(np.array([text.casefold() for text in texts_of("banking")]), return_index=True)[1]
    intents = np.unique(labels)[parity::2]
    rows = first[np.isin(labels[first], intents)]
    rows = rows[rng.permutation(len(rows))]
    if kind == "classes":
        few = rng.choice(intents, int(rng.integers(2, 6)), replace=False)
        rows = np.concatenate([rows[labels[rows] == name][:25] for name in few])
        parts = [rows[::2], rows[1::2]]
    elif kind == "narrow":
        narrow = rows[np.isin(labels[rows], rng.choice(intents, 3, replace=False))][:60]
        wide = np.setdiff1d(rows, narrow)
        parts = [wide[rng.permutation(len(wide))][:300], narrow]
    else:
        parts = {"random": [rows[:200], rows[200:400]], "small": [rows[:40], rows[40:640]]}[kind]
    drops = [[("banking", int(row)) for row in part] for part in parts]
    return build(f"banking77 {kind} {seed}", drops, lambda *_: None, model)


def unrelated(name: str, seed: int, rows: int = 400, model: str = "minilm") -> Scene:
    """Two halves of a slice of a corpus."""
    drawn = [(name, int(row)) for row in np.random.default_rng(seed).permutation(len(texts_of(name)))[:rows]]
    half = len(drawn) // 2
    return build(f"{name} {seed}", [drawn[:half], drawn[half:]], lambda *_: None, model)


def part(scene: Scene, keys: int, seed: int) -> Scene:
    """The rows of some gold keys of a scene of one file; rows without a key go."""
    names = sorted({str(key) for key in scene.keys if key is not None})
    kept = {names[at] for at in np.random.default_rng(seed).permutation(len(names))[:keys]}
    rows = [at for at, key in enumerate(scene.keys) if str(key) in kept]
    place = {row: at for at, row in enumerate(rows)}
    gold = [(place[a], place[b]) for a, b in scene.gold.tolist() if a in place and b in place]
    return Scene(
        f"{scene.name} part {keys}",
        [scene.texts[row] for row in rows],
        scene.vectors[rows],
        scene.drops[rows],
        np.array(gold, dtype=np.int64).reshape(-1, 2),
        [scene.keys[row] for row in rows],
    )
