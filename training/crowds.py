"""Scenes whose rows are reworded by rule: a few of them once, or some of them a dozen times."""

from itertools import combinations

import numpy as np

from anechoic.echoes.recall import STRENGTHS
from anechoic.text.repair import canonicalize
from training.scenes import Scene, build, corpus, original_of, texts_of, vectors


def planted(name: str, rows: int, amount: float, seed: int, model: str = "minilm") -> Scene:
    """A slice of a corpus in one file, a share of it reworded by rule (light, medium or strong)."""
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(min(900, len(corpus(name))))[:rows].tolist()
    kinds = [f"planted {name} {('light', 'medium', 'strong')[at % 3]}" for at in range(round(rows * amount))]
    again = [
        (kind, row)
        for kind, row in zip(kinds, drawn, strict=False)
        if texts_of(kind)[row].lower() != corpus(name)[row].lower()
    ]
    both = [(name, row) for row in drawn] + again
    reworded = {row for _, row in again}
    drops = [[both[at] for at in rng.permutation(len(both))]]
    key = lambda _, row: row if row in reworded else None  # noqa: E731
    return build(f"{name} planted {rows} {amount:.0%}", drops, key, model)


def crowded(name: str, groups: int, copies: int, alone: int, *, seed: int, model: str = "minilm") -> Scene:
    """One file: texts with up to that many rewordings each, and others without any. Keys as in the gold sets.

    name: a corpus, or cancellations or gsm8k, where the gold rewording is one of them and reworded as well.
    """
    rng = np.random.default_rng(seed)
    sources = _sources(name)
    drawn = rng.permutation(len(sources)).tolist()
    texts, keys = [], []
    for key in drawn[:groups]:
        members = _reworded(sources[key], copies, rng)
        texts += members
        keys += [key] * len(members)
    for key in drawn[groups : groups + alone]:
        texts.append(sources[key][0])
        keys.append(key)
    order = rng.permutation(len(texts)).tolist()
    texts, keys = [texts[at] for at in order], [keys[at] for at in order]
    rows = {key: [at for at, each in enumerate(keys) if each == key] for key in keys}
    gold = sorted(pair for members in rows.values() for pair in combinations(members, 2))
    return Scene(
        f"{name} crowded {groups} {copies} {alone}",
        texts,
        vectors(texts, model),
        np.zeros(len(texts), dtype=np.int64),
        np.array(gold, dtype=np.int64).reshape(-1, 2),
        list(keys),
    )


def _sources(name: str) -> list[list[str]]:
    """For each key the texts that rewordings are made of."""
    if name == "gsm8k":
        both = texts_of(name)
        return [[both[at], both[at + 1319]] for at in range(1319)]
    if name == "cancellations":
        first, again = texts_of("originals"), {row: at for at, row in original_of().items()}
        return [[text, texts_of("rephrased")[again[at]]] for at, text in enumerate(first)]
    return [[text] for text in corpus(name)]


def _reworded(sources: list[str], copies: int, rng: np.random.Generator) -> list[str]:
    """The sources and rewordings of them, all different."""
    members = {text.lower(): text for text in sources}
    for at in range(4 * copies):
        if len(members) > copies:
            break
        made = canonicalize(STRENGTHS[("light", "medium", "strong")[at % 3]](sources[at % len(sources)], rng))
        members.setdefault(made.lower(), made)
    return list(members.values())
