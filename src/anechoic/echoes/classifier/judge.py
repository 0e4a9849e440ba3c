"""The judge: evidence about a pair of texts becomes the probability that one echoes the other.

The first stage, a logistic regression, looks at the pair alone. The second asks how the pair stands out: among the
other candidates of its two rows, in their surroundings, and in a table that echoes itself much, little or not at
all, for a cosine that means a copy among comments means nothing among bank questions. These depend on each other,
so the second stage is a few small trees (Friedman, 2001), monotone in each feature: more of it never counts against
an echo. Competition is measured so that many copies do not hide each other: a rival that is itself an echo of the
pair's partner is a fellow, not a rival.
"""

from collections.abc import Mapping
from importlib.resources import files

import numpy as np
from pydantic import Field, ValidationError
from scipy import sparse
from scipy.special import expit

from anechoic.echoes.classifier.trees import AMONG_FEATURES, Regression, Trees
from anechoic.echoes.evidence.features import PAIR_FEATURES
from anechoic.echoes.evidence.local_contrast import Spectrum, standing
from anechoic.numeric.arrays import Floats, Indices, sparse_dot
from anechoic.project.errors import DataError
from anechoic.project.schema import Report

SLACK = 0.03  # odds of "no echo at all" among the rivals of a row, where half the rows have one


TINY_COSINE = 0.75  # of a pair as likely an echo as not in a table of less than 16 texts (LOG.md)
TINY_SLOPE = 25.0  # log odds for one of cosine there
KIN = 0.03  # odds at which a rival is as likely as not an echo of the partner


class Judge(Report):
    """A fitted judge and how good it was on gold pairs that it was not fitted on."""

    encoder: str = Field(description="the encoder it was fitted with")
    fitted_on: str = Field(description="the gold pairs it was fitted on, and how it was scored")
    alone: Regression = Field(description="judges a pair by itself")
    among: Trees = Field(description="judges how it stands out")
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

    def probability(self, matrix: Floats, left: Indices, right: Indices, seen: Spectrum) -> Floats:
        """Features (p, 6) of pairs left, right among the rows of one table -> probabilities (p,)."""
        return np.asarray(expit(self.log_odds(matrix, left, right, seen)))

    def log_odds(self, matrix: Floats, left: Indices, right: Indices, seen: Spectrum) -> Floats:
        """The same as log odds (p,). In a table too small to have surroundings, the cosine alone decides."""
        if not seen.tells:
            return TINY_SLOPE * (matrix[:, PAIR_FEATURES.index("cosine")] - TINY_COSINE)
        return self.among.log_odds(among(left, right, self.alone.log_odds(matrix), matrix, seen))


def shipped_judge() -> Judge:
    """The judge that comes with the package, made by benchmarks/fit_judge.py."""
    return Judge.model_validate_json(files("anechoic.echoes.classifier").joinpath("judge.json").read_text())


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


def among(left: Indices, right: Indices, alone: Floats, matrix: Floats, seen: Spectrum) -> Floats:
    """A pair among the others: (p, 14) in the order of AMONG_FEATURES.

    alone: log odds (p,) of each pair by itself; matrix: (p, 6) in the order of PAIR_FEATURES. Rank, bump and
    height are those of `standing`, the lower and the higher of the two rows. The rest are logs of what the drops of
    the two rows show of each other, `excess` that of single over several: where people say alike things, twos are
    no more frequent than threes.
    """
    white, rise = (matrix[:, PAIR_FEATURES.index(name)] for name in ("whitened", "rise"))
    sides = zip(standing(seen, left, white), standing(seen, right, white), strict=True)
    stands = [each for one, other in sides for each in (np.minimum(one, other), np.maximum(one, other))]
    shown = np.log(seen.between[seen.drops[left], seen.drops[right]] + 0.02).T
    columns = [white, rise, _rivals(left, right, alone, seen), *stands, *shown, shown[0] - shown[1]]
    return np.column_stack(columns).reshape(len(left), len(AMONG_FEATURES))


def _rivals(left: Indices, right: Indices, alone: Floats, seen: Spectrum) -> Floats:
    """The log of the odds of all other partners, summed over the two rows, for each copy that rows have: (p,).

    A rival weighs by the chance that it is no echo of this pair's partner.
    """
    n = len(seen.drops)
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
    return np.asarray((np.log(slack + there) + np.log(slack + back)) / seen.copies)
