"""How much is missed: echoes of known strength are planted into the user's own rows and looked for.

The rewordings are made by rules (English), so they share more words with their source than a person's would: their
recall is no more than an upper bound for such. What they measure, and gold from elsewhere cannot, is how well an
echo stands out among these very rows.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.pairs import collect, decide, verdicts
from anechoic.echoes.schema import Missed
from anechoic.numeric.arrays import Indices, Vectors, matrix
from anechoic.numeric.intervals import share_interval
from anechoic.project.tables import ECHO_KINDS
from anechoic.text.repair import canonicalize, numbers_of

MOST = 40  # rows planted of each strength
SHARE = 0.04  # of the rows, at most, for each strength: more would change the surroundings they are looked for in
SYNONYMS = dict(
    pair.split("=")
    for pair in (
        "expensive=costly price=cost cancel=withdraw cancelled=withdrawn buy=purchase bought=purchased "
        "need=require needed=required get=receive got=received late=delayed wrong=incorrect quick=fast "
        "help=assist big=large "
        "begin=start answer=reply wait=hang show=display order=purchase found=discovered elsewhere=somewhere_else "
        "money=funds problem=issue error=mistake want=wish find=locate delivery=shipment supplier=vendor "
        "anymore=any_longer cheaper=less_costly too=overly please=kindly ask=request send=dispatch card=bank_card"
    ).split()
)
SPARE = frozenset(
    "a an the this that my our your i we is are was were be been am very just really also please".split()
)
WORD = re.compile(r"[A-Za-z]+")
CLAUSE = re.compile(r"^(.{8,}?)(?:, | and | because | so | but )(.{8,}?)([.!?]?)$")


@dataclass(frozen=True)
class Planted:
    """One planted row: the row_id that it echoes, how it was made, its canonical text."""

    source: str
    strength: str
    text: str


def _copy(text: str, rng: np.random.Generator) -> str:
    """Case and white space."""
    return f"  {text.upper() if rng.random() < 0.5 else text.capitalize()} "


def _typo(text: str, rng: np.random.Generator) -> str:
    """Two letters changed places in one word of four letters or more."""
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    if not long:
        return text
    at = long[int(rng.integers(len(long)))]
    cut = int(rng.integers(1, len(words[at]) - 2))
    word = words[at]
    return " ".join([*words[:at], word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :], *words[at + 1 :]])


def _light(text: str, rng: np.random.Generator) -> str:
    """A frame of politeness around the same words."""
    before = ("Hello, ", "Hi there: ", "Just so you know, ")[int(rng.integers(3))]
    return f"{before}{text.rstrip('.!')}, thank you."


def _medium(text: str, _: np.random.Generator) -> str:
    """Synonyms where there are any, and little words left out."""
    swapped = WORD.sub(lambda word: SYNONYMS.get(word[0].lower(), word[0]).replace("_", " "), text)
    return " ".join(word for word in swapped.split(" ") if word.lower() not in SPARE)


def _strong(text: str, rng: np.random.Generator) -> str:
    """Medium, with the two clauses turned round where there are two, inside a frame."""
    clauses = CLAUSE.match(text)
    return _light(_medium(f"{clauses[2]}, {clauses[1]}{clauses[3]}" if clauses else text, rng), rng)


STRENGTHS: dict[str, Callable[[str, np.random.Generator], str]] = {
    "copy": _copy,
    "typo": _typo,
    "light": _light,
    "medium": _medium,
    "strong": _strong,
}


def plant(clean: pl.DataFrame, seed: int = 0) -> list[Planted]:
    """Rows to plant, each of a source of its own: at most 40 and 4 % of the distinct raw texts of each strength."""
    rng = np.random.default_rng(seed)
    raw = _distinct(clean)
    sources = rng.permutation(raw.height).tolist()
    count = min(MOST, int(np.ceil(SHARE * raw.height)), raw.height // len(STRENGTHS))
    found, taken = [], {_key(text) for text in raw["canonical"]}
    for strength, make in STRENGTHS.items():
        left = count
        while left and sources:
            row_id, text = raw.select("row_id", "canonical").row(sources.pop())
            made = canonicalize(make(text, rng))
            if strength == "copy" or (made and _key(made) not in taken):
                taken.add(_key(made))
                found.append(Planted(row_id, strength, made))
                left -= 1
    return found


def look(
    clean: pl.DataFrame,
    embeddings: pl.DataFrame,
    planted: Sequence[Planted],
    vectors: Vectors,
    judge: Judge,
    near: float,
) -> list[Missed]:
    """Recall on the planted rows. vectors: (len(planted), d); near: similarity from which words are the same."""
    raw = _distinct(clean).join(embeddings, on="row_id", how="left", maintain_order="left")
    place = {row_id: at for at, row_id in enumerate(raw["row_id"])}
    key_of = {row_id: _key(text) for row_id, text in raw.select("row_id", "canonical").iter_rows()}
    others = [at for at, each in enumerate(planted) if _key(each.text) != key_of[each.source]]
    found = set(range(len(planted))) - set(others)  # copies need no judge
    if others:
        codes = raw["drop"].rank("dense").to_numpy().astype(np.int64) - 1
        sources = np.array([place[planted[at].source] for at in others], dtype=np.int64)
        texts = [planted[at].text for at in others]
        table = _appended(raw, texts, vectors[others])
        links = _links(table, np.concatenate([codes, codes[sources]]), judge, near)
        found |= {at for n, at in enumerate(others) if (int(sources[n]), raw.height + n) in links}
    return [
        _missed(name, [at in found for at, each in enumerate(planted) if each.strength == name])
        for name in STRENGTHS
    ]


def _distinct(clean: pl.DataFrame) -> pl.DataFrame:
    raw = clean.filter(pl.col("role") == "raw").select("row_id", "drop", "text", "canonical", "numbers")
    key = pl.struct(pl.col("canonical").str.to_lowercase(), "numbers")
    return raw.filter(pl.int_range(pl.len()).over(key) == 0)


def _key(text: str) -> tuple[str, tuple[str, ...]]:
    return text.lower(), tuple(numbers_of(text))


def _appended(raw: pl.DataFrame, texts: list[str], vectors: Vectors) -> pl.DataFrame:
    more = pl.DataFrame(
        {
            "text": texts,
            "canonical": texts,
            "numbers": [numbers_of(text) for text in texts],
            "vector": list(vectors),
        },
        schema=raw.select("text", "canonical", "numbers", "vector").schema,
    )
    return pl.concat([raw.select(more.columns), more])


def _links(table: pl.DataFrame, drops: Indices, judge: Judge, near: float) -> set[tuple[int, int]]:
    judged = decide(collect(matrix(table["vector"]), table["canonical"].to_list(), drops), judge)
    pairs = verdicts(table, judged, judge.threshold, near, neighbour_cosine=2)
    return set(pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).select("i", "j").iter_rows())


def _missed(strength: str, hits: list[bool]) -> Missed:
    low, high = share_interval(sum(hits), len(hits))
    recall = sum(hits) / len(hits) if hits else 1.0
    return Missed(
        strength=strength, planted=len(hits), found=sum(hits), recall=recall, recall_low=low, recall_high=high
    )
