"""The judge: evidence about a pair of texts becomes the probability that one echoes the other.

Two small logistic regressions with readable coefficients (judge.json). The first looks at the pair alone; the
second lets the pair compete with the other candidates of its two rows. Competition is measured so that many
copies do not hide each other: a rival that is itself an echo of the pair's partner is a fellow, not a rival.
"""

from collections.abc import Mapping
from importlib.resources import files

import numpy as np
from pydantic import Field, ValidationError
from scipy import sparse
from scipy.special import expit

from anechoic.echoes.density import Spectrum
from anechoic.echoes.evidence import Doubles, Floats, Indices, dense_dot, sparse_dot
from anechoic.errors import DataError
from anechoic.params import Report

PAIR_FEATURES = ("cosine", "whitened", "rise", "words", "letters", "length")
RIVAL_FEATURES = ("alone", "rivals", "margin", "file")
SLACK = 0.03  # odds of "no echo at all" among the rivals of a row, where half the rows have one
KIN = 0.03  # odds at which a rival is as likely as not an echo of the partner


class Regression(Report):
    """A logistic regression on standardised features."""

    names: list[str] = Field(description="the features, in order")
    mean: list[float] = Field(description="subtracted from each feature")
    scale: list[float] = Field(description="then divided by")
    coefficients: list[float] = Field(description="log odds for one scale of each feature")
    intercept: float = Field(description="log odds where every feature is at its mean")

    def log_odds(self, matrix: Doubles) -> Doubles:
        """Features (p, len(names)) -> log odds (p,)."""
        standard = (matrix - np.array(self.mean)) / np.array(self.scale)
        odds: Doubles = standard @ np.array(self.coefficients) + self.intercept
        return odds


class Judge(Report):
    """A fitted judge and how good it was on gold pairs that it was not fitted on."""

    encoder: str = Field(description="the encoder it was fitted with")
    fitted_on: str = Field(description="the gold pairs it was fitted on, and how it was scored")
    alone: Regression = Field(description="judges a pair by itself")
    among: Regression = Field(description="judges it among its rivals")
    match: Regression = Field(description="ranks the partners of a row where drops are matched")
    threshold: float = Field(ge=0, le=1, description="probability from which a pair is an echo")
    precision: float = Field(ge=0, le=1, description="share of the found pairs that are gold pairs")
    precision_low: float = Field(ge=0, le=1, description="lower end, 95 % bootstrap over gold groups")
    precision_high: float = Field(ge=0, le=1, description="upper end, 95 % bootstrap over gold groups")
    recall: float = Field(ge=0, le=1, description="share of the gold pairs that are found")
    recall_low: float = Field(ge=0, le=1, description="lower end, 95 % bootstrap over gold groups")
    recall_high: float = Field(ge=0, le=1, description="upper end, 95 % bootstrap over gold groups")
    f1: float = Field(ge=0, le=1, description="harmonic mean of precision and recall")
    f1_low: float = Field(ge=0, le=1, description="lower end, 95 % bootstrap over gold groups")
    f1_high: float = Field(ge=0, le=1, description="upper end, 95 % bootstrap over gold groups")

    def probability(self, matrix: Doubles, left: Indices, right: Indices, seen: Spectrum) -> Doubles:
        """Features (p, 6) of pairs left, right among the rows of one table -> probabilities (p,)."""
        white = matrix[:, PAIR_FEATURES.index("whitened")]
        return np.asarray(expit(self.among.log_odds(rivals(left, right, self.alone.log_odds(matrix), white, seen))))


def shipped_judge() -> Judge:
    """The judge that comes with the package, made by benchmarks/fit_judge.py."""
    return Judge.model_validate_json(files("anechoic.echoes").joinpath("judge.json").read_text())


def read_judge(review: Mapping[str, bytes | OSError]) -> Judge:
    """The judge that somebody calibrated (data/review/judge.json), else the shipped one."""
    content = review.get("judge.json")
    if content is None:
        return shipped_judge()
    if isinstance(content, OSError):
        raise DataError(f"data/review/judge.json cannot be opened: {content.strerror}.")
    try:
        return Judge.model_validate_json(content)
    except ValidationError as error:
        raise DataError(f"data/review/judge.json is no judge: {error}. Make it anew or remove it.") from None


def features(
    left: Indices,
    right: Indices,
    lengths: Doubles,
    vectors: Floats,
    whitened: Floats,
    level: Floats,
    words: sparse.csr_matrix,
    letters: sparse.csr_matrix,
) -> Doubles:
    """What speaks for and against each pair: (p, 6) in the order of PAIR_FEATURES.

    lengths: (n,) characters; vectors, whitened: (n, d) unit; level: (n,) background; words, letters: (n, v) unit.
    """
    white = dense_dot(whitened, left, right)
    log_length = np.log1p(lengths)
    columns = [
        dense_dot(vectors, left, right),
        white,
        white - (level[left] + level[right]) / 2,
        sparse_dot(words, words, left, right),
        sparse_dot(letters, letters, left, right),
        np.abs(log_length[left] - log_length[right]),
    ]
    return np.column_stack(columns).reshape(len(left), len(PAIR_FEATURES))


def rivals(left: Indices, right: Indices, alone: Doubles, white: Doubles, seen: Spectrum) -> Doubles:
    """A pair among the others of its rows: (p, 4) in the order of RIVAL_FEATURES.

    alone: log odds (p,) of each pair by itself; white: whitened cosines (p,). `rivals` is the log of the odds of
    all other partners, summed over the two rows, for each copy that rows of this table have; a rival weighs by the
    chance that it is no echo of this pair's partner. `margin` is the cosine over both rows' first neighbour beyond
    the copies; `file` the log odds of the share of rows that echo at all.
    """
    n = len(seen.edge)
    odds = np.exp(np.clip(alone, -12, 12))
    both = (np.concatenate([left, right]), np.concatenate([right, left]))
    akin = odds / (KIN + odds)
    odds_of = sparse.csr_matrix((np.tile(odds, 2), both), shape=(n, n))
    akin_of = sparse.csr_matrix((np.tile(np.where(akin > 0.02, akin, 0.0), 2), both), shape=(n, n))
    akin_of.eliminate_zeros()
    total = np.asarray(odds_of.sum(axis=1)).ravel()
    there = np.maximum(total[left] - odds - sparse_dot(odds_of, akin_of, left, right), 0)
    back = np.maximum(total[right] - odds - sparse_dot(akin_of, odds_of, left, right), 0)
    slack = SLACK * float(np.clip((1 - seen.share) / max(seen.share, 1e-6), 0.1, 10))
    rest = (np.log(slack + there) + np.log(slack + back)) / seen.copies
    margin = white - (seen.edge[left] + seen.edge[right]) / 2
    file = np.full(len(left), np.log((seen.share + 0.02) / (1.02 - seen.share)))
    return np.column_stack([alone, rest, margin, file]).reshape(len(left), len(RIVAL_FEATURES))
