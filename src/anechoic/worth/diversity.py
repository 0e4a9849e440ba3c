"""Stage diversity: how much there is to learn from, by class; and what each drop brought.

A measure is one decorated function from the rows of a class (or of all) to a number, with the paper it comes from
and what it cannot see. Rows that say the same are collapsed first, so that copies and rephrasings change no number
but
`rows`, `self_similarity` and `compression_ratio`, which are there to show the repetition.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import Field

from anechoic.numeric.arrays import Vectors, matrix
from anechoic.project.schema import Params, Report
from anechoic.text.words import words_of


class DiversityParams(Params):
    """Knobs of the stage diversity."""

    draws: int = Field(ge=20, le=10_000, description="half-samples behind each interval [times]")
    most: int = Field(
        ge=50, le=20_000, description="rows of a class that are compared with each other at most [rows]"
    )
    drift_size: float = Field(
        ge=0, le=1, description="size from which a sure difference between files' meanings is called drift [0..1]"
    )
    seed: int = Field(ge=0, description="redraws the half-samples [number]")


@dataclass(frozen=True)
class Texts:
    """Rows of a class: texts, unit vectors of shape (rows, dimension), group codes, one representative a group."""

    texts: list[str]
    vectors: Vectors
    first: NDArray[np.bool_]

    def collapsed(self) -> "Texts":
        """One row a group."""
        kept = np.flatnonzero(self.first)
        return Texts([self.texts[at] for at in kept], self.vectors[kept], np.ones(len(kept), dtype=bool))

    def some(self, rows: NDArray[np.int64]) -> "Texts":
        """Those rows."""
        return Texts([self.texts[at] for at in rows], self.vectors[rows], self.first[rows])


@dataclass(frozen=True)
class Measure:
    """A registered measure: what it computes, where it comes from, what it cannot see."""

    compute: Callable[[Texts], float]
    collapse: bool
    source: str
    blind_to: str


MEASURES: dict[str, Measure] = {}


def measure(source: str, blind_to: str, *, collapse: bool = True) -> Callable[..., Callable[[Texts], float]]:
    """Register a measure under its function's name; `collapse`: it sees one row a group."""

    def register(compute: Callable[[Texts], float]) -> Callable[[Texts], float]:
        MEASURES[compute.__name__] = Measure(compute, collapse, source, blind_to)
        return compute

    return register


@measure("echo groups, single rows included", "how far apart the groups are")
def effective_rows(texts: Texts) -> float:
    """Things said, however often."""
    return float(len(texts.texts))


@measure("Friedman and Dieng 2023, cosine kernel", "facts and style the encoder does not see; grows with the rows")
def vendi_score(texts: Texts) -> float:
    """Effective number of unlike rows: exponential of the entropy of the cosine matrix's eigenvalues over its size.

    At d dimensions the eigenvalues are those of the (d, d) matrix of second moments, so memory is d squared.
    """
    vectors = texts.vectors.astype(np.float64)
    gram = vectors @ vectors.T if len(vectors) < vectors.shape[1] else vectors.T @ vectors
    values = np.linalg.eigvalsh(gram / len(vectors))
    values = values[values > 1e-12]
    return float(np.exp(-(values * np.log(values)).sum()))


def _distinct(texts: Texts, size: int) -> float:
    grams: list[tuple[str, ...]] = []
    for text in texts.texts:
        words = words_of(text)
        grams += [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]
    return len(set(grams)) / max(1, len(grams))


@measure("Li et al. 2016", "meaning; falls as texts are added, so compare only sets of like size")
def distinct_1(texts: Texts) -> float:
    """Different words as a share of all."""
    return _distinct(texts, 1)


@measure("Li et al. 2016", "meaning; falls as texts are added, so compare only sets of like size")
def distinct_2(texts: Texts) -> float:
    """Different word pairs as a share of all."""
    return _distinct(texts, 2)


@measure("Li et al. 2016", "meaning; falls as texts are added, so compare only sets of like size")
def distinct_3(texts: Texts) -> float:
    """Different word triples as a share of all."""
    return _distinct(texts, 3)


@measure("mean pairwise cosine", "single clusters: the mean hides them", collapse=False)
def self_similarity(texts: Texts) -> float:
    """Mean cosine of two different rows, from the length of the sum of the vectors; 0 for one row."""
    rows = len(texts.texts)
    if rows < 2:
        return 0.0
    total = texts.vectors.astype(np.float64).sum(0)
    return float((total @ total - rows) / (rows * (rows - 1)))


@measure("Shaib et al. 2024, zlib", "repeats further apart than 32 kB; other words for the same", collapse=False)
def compression_ratio(texts: Texts) -> float:
    """Bytes over compressed bytes: higher is more repetitive."""
    whole = "\n".join(sorted(texts.texts)).encode()
    return len(whole) / len(zlib.compress(whole, 9))


class Diversity(Report):
    """One class, or all."""

    rows: int = Field(description="valid raw rows")
    effective_rows: float = Field(description="echo groups among them")
    vendi_score: float = Field(description="effective number of unlike rows, by meaning (Friedman and Dieng 2023)")
    vendi_score_low: float = Field(description="lower end, 95 %, half-samples")
    vendi_score_high: float = Field(description="upper end, 95 %, half-samples")
    distinct_1: float = Field(description="different words as a share of all, echoes collapsed")
    distinct_1_low: float = Field(description="lower end, 95 %, half-samples")
    distinct_1_high: float = Field(description="upper end, 95 %, half-samples")
    distinct_2: float = Field(description="different word pairs as a share of all, echoes collapsed")
    distinct_2_low: float = Field(description="lower end, 95 %, half-samples")
    distinct_2_high: float = Field(description="upper end, 95 %, half-samples")
    distinct_3: float = Field(description="different word triples as a share of all, echoes collapsed")
    distinct_3_low: float = Field(description="lower end, 95 %, half-samples")
    distinct_3_high: float = Field(description="upper end, 95 %, half-samples")
    self_similarity: float = Field(description="mean cosine of two rows, echoes kept")
    self_similarity_low: float = Field(description="lower end, 95 %, half-samples")
    self_similarity_high: float = Field(description="upper end, 95 %, half-samples")
    compression_ratio: float = Field(
        description="bytes over zlib-compressed bytes, echoes kept: higher is more alike"
    )
    compression_ratio_low: float = Field(description="lower end, 95 %, half-samples")
    compression_ratio_high: float = Field(description="upper end, 95 %, half-samples")


class MeasureNote(Report):
    """Where a measure comes from."""

    name: str = Field(description="the measure")
    source: str = Field(description="the paper or the formula")
    blind_to: str = Field(description="what it cannot see")


class DiversityReport(Report):
    """reports/diversity.json: raw rows only."""

    overall: Diversity = Field(description="all raw rows")
    per_label: dict[str, Diversity] = Field(description="each class")
    measures: list[MeasureNote] = Field(description="what each measure is, and what it cannot see")


def diversity(
    clean: pl.DataFrame, embeddings: pl.DataFrame, groups: pl.DataFrame, params: DiversityParams
) -> DiversityReport:
    """Every measure on all raw rows and on each class; a group of two labels counts in both."""
    rows = clean.filter(pl.col("role") == "raw").join(embeddings, on="row_id", maintain_order="left")
    rows = rows.join(groups.select("row_id", "group_id"), on="row_id", maintain_order="left")
    labels = rows["label"].unique(maintain_order=True).sort()
    return DiversityReport(
        overall=_measured(rows, params),
        per_label={label: _measured(rows.filter(pl.col("label") == label), params) for label in labels},
        measures=[
            MeasureNote(name=name, source=each.source, blind_to=each.blind_to) for name, each in MEASURES.items()
        ],
    )


def _measured(rows: pl.DataFrame, params: DiversityParams) -> Diversity:
    first = rows.select(pl.col("group_id").is_first_distinct())["group_id"].to_numpy()
    whole = Texts(rows["canonical"].to_list(), matrix(rows["vector"]), first)
    collapsed = whole.collapsed()
    found: dict[str, float] = {"rows": rows.height}
    for name, each in MEASURES.items():
        seen = collapsed if each.collapse else whole
        rng = np.random.default_rng(params.seed)
        if len(seen.texts) > params.most and name != "effective_rows":
            seen = seen.some(np.sort(rng.permutation(len(seen.texts))[: params.most]))
        found[name] = each.compute(seen)
        if f"{name}_low" in Diversity.model_fields:
            found |= dict(
                zip(
                    (f"{name}_low", f"{name}_high"),
                    _interval(each.compute, seen, found[name], rng, params),
                    strict=True,
                )
            )
    return Diversity.model_validate(found)


def _interval(
    compute: Callable[[Texts], float], texts: Texts, value: float, rng: np.random.Generator, params: DiversityParams
) -> tuple[float, float]:
    """95 % interval from random halves (Politis and Romano 1994): drawing with replacement would plant copies.

    Half as many rows also lower or raise most measures; only the spread of the halves is used, which for half the
    rows, drawn without replacement, is that of the whole.
    """
    half = len(texts.texts) // 2
    if half < 2:
        return value, value
    drawn = np.array(
        [compute(texts.some(np.sort(rng.permutation(len(texts.texts))[:half]))) for _ in range(params.draws)]
    )
    spread = 1.96 * drawn.std() * value / max(abs(drawn.mean()), 1e-12)
    return value - spread, value + spread
