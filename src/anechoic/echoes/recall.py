"""How many echoes are missed: rewordings of known strength are injected into the user's own rows and looked for.

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
from anechoic.echoes.pairs import PairLimits, judge_pairs
from anechoic.echoes.schema import Missed
from anechoic.numeric.arrays import Vectors, vector_column
from anechoic.numeric.intervals import share_interval
from anechoic.project.kinds import ECHO_KINDS
from anechoic.text.repair import canonicalize, numbers_of, repair
from anechoic.text.same_text import same_text_key, same_text_key_of

MOST_INJECTED = 40  # rows of each strength: enough for an interval of +- 15 points
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
class Injected:
    """One injected row: the row_id that it echoes, how it was made, its text as if it had been dropped in."""

    source: str
    strength: str
    text: str

    @property
    def canonical(self) -> str:
        """The text as it is compared and embedded."""
        return canonicalize(self.text)


def _copy(text: str, rng: np.random.Generator) -> str:
    """Case and white space."""
    return f"  {text.upper() if rng.random() < 0.5 else text.capitalize()} "


def _typo(text: str, rng: np.random.Generator) -> str:
    """Two letters changed places in one word of four letters or more."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    if not long:
        return text
    place = long[int(rng.integers(len(long)))]
    word = words[place]
    cut = int(rng.integers(1, len(word) - 2))
    words[place] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    return " ".join(words)


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


def inject(clean: pl.DataFrame, seed: int = 0) -> list[Injected]:
    """Clean rows -> rows to inject, each of a source of its own.

    At most 40 and 4 % of the distinct raw texts of each strength; a rewording that is itself a text of the table,
    or no other text than its source, is left out.
    """
    rng = np.random.default_rng(seed)
    raw = _distinct(clean)
    sources = rng.permutation(raw.height).tolist()
    count = min(MOST_INJECTED, int(np.ceil(SHARE * raw.height)), raw.height // len(STRENGTHS))
    injected, taken = [], set(raw["key"])
    for strength, make in STRENGTHS.items():
        wanted = count
        while wanted and sources:
            row_id, text = raw.select("row_id", "repaired").row(sources.pop())
            made = make(text, rng)
            key = same_text_key_of(made)
            if strength == "copy" or (canonicalize(made) and key not in taken):
                taken.add(key)
                injected.append(Injected(row_id, strength, made))
                wanted -= 1
    return injected


def recall_on_injected(
    clean: pl.DataFrame,
    embeddings: pl.DataFrame,
    injected: Sequence[Injected],
    vectors: Vectors,
    *,
    judge: Judge,
    near_lexical: float,
) -> list[Missed]:
    """Tables clean and embeddings, injected rows and their vectors (injected, d) -> recall for each strength.

    An injected row counts as found where its pair with its source is an echo. It comes in the drop of its source.
    """
    raw = _distinct(clean).join(embeddings, on="row_id", how="left", maintain_order="left")
    place = {row_id: row for row, row_id in enumerate(raw["row_id"])}
    sources = np.array([place[each.source] for each in injected], dtype=np.int64)
    drops = raw["drop"].rank("dense").cast(pl.Int64) - 1
    more = pl.DataFrame(
        {
            "text": [each.text for each in injected],
            "canonical": [each.canonical for each in injected],
            "numbers": [numbers_of(each.text) for each in injected],
            "vector": vector_column(vectors),
        },
        schema=raw.select("text", "canonical", "numbers", "vector").schema,
    )
    rows = pl.concat([raw.select(more.columns), more]).with_columns(drop=pl.concat([drops, drops.gather(sources)]))
    judged = judge_pairs(rows, judge, PairLimits(near_lexical))
    echoes = judged.pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).select("i", "j")
    linked = set(echoes.iter_rows())
    first = judged.first.tolist()

    def found(number: int) -> bool:
        one, other = first[sources[number]], first[raw.height + number]
        return one == other or (min(one, other), max(one, other)) in linked

    hits = [found(number) for number in range(len(injected))]
    return [
        _recall(name, [hit for hit, each in zip(hits, injected, strict=True) if each.strength == name])
        for name in STRENGTHS
    ]


def _distinct(clean: pl.DataFrame) -> pl.DataFrame:
    """The raw rows, one for each text, with the key copies share and the repaired text rewordings are made of."""
    raw = clean.filter(pl.col("role") == "raw").select("row_id", "drop", "text", "canonical", "numbers")
    keys = [same_text_key(*row) for row in raw.select("canonical", "numbers").iter_rows()]
    raw = raw.with_columns(key=pl.Series(keys, dtype=pl.String)).unique("key", keep="first", maintain_order=True)
    return raw.with_columns(repaired=pl.Series([repair(text) for text in raw["text"]], dtype=pl.String))


def _recall(strength: str, hits: list[bool]) -> Missed:
    low, high = share_interval(sum(hits), len(hits))
    recall = sum(hits) / len(hits) if hits else 1.0
    return Missed(
        strength=strength, planted=len(hits), found=sum(hits), recall=recall, recall_low=low, recall_high=high
    )
