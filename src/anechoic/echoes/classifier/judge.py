"""The judge: evidence about a pair of texts becomes the probability that one echoes the other.

The pair model, a logistic regression, looks at the pair alone. The context model asks how the pair stands out:
among the other candidates of its two rows, in their surroundings, and in a table that echoes itself much, little or
not at all, for a cosine that means a copy among comments means nothing among bank questions. These depend on each
other, so it is a few small boosted trees (Friedman, 2001), monotone in each feature: more of it never counts
against an echo. Competition is measured so that many copies do not hide each other: a rival that is itself an echo
of the pair's partner is a fellow, not a rival.
"""

from collections.abc import Mapping
from importlib.resources import files

import numpy as np
from pydantic import Field, ValidationError
from scipy import sparse
from scipy.special import expit

from anechoic.echoes.classifier.trees import CONTEXT_FEATURES, Regression, Trees
from anechoic.echoes.evidence.features import PAIR_FEATURES
from anechoic.echoes.evidence.local_contrast import TableProfile, neighbour_contrast
from anechoic.numeric.arrays import Floats, Indices, sparse_dot
from anechoic.project.errors import DataError
from anechoic.project.schema import Report

CALIBRATION = "judge.json"  # in data/review/
NO_ECHO_ODDS = 0.03  # odds of "no echo at all" among the rivals of a row, where half the rows have one
FELLOW_ODDS = 0.03  # odds at which a rival is as likely as not an echo of the pair's partner
LEAST_FELLOW = 0.02  # chance of being a fellow that is still counted; keeps the matrices sparse
ODDS_LIMIT = 12.0  # log odds beyond which a pair is as sure as it can be
CAUTION_ROWS = 150  # rows of a table in which one log odd more is asked, two in half of it, half in twice (LOG.md)
TINY_COSINE = 0.75  # of a pair as likely an echo as not in a table without surroundings (LOG.md)
TINY_SLOPE = 25.0  # log odds for one of cosine there


class Scores(Report):
    """How good a judge is on pairs whose truth is known."""

    precision: float = Field(ge=0, le=1, description="share of the found pairs that are gold pairs")
    precision_low: float = Field(ge=0, le=1, description="lower end, 95 % bootstrap over gold groups")
    precision_high: float = Field(ge=0, le=1, description="upper end, 95 % bootstrap over gold groups")
    recall: float = Field(ge=0, le=1, description="share of the gold pairs that are found")
    recall_low: float = Field(ge=0, le=1, description="lower end, 95 % bootstrap over gold groups")
    recall_high: float = Field(ge=0, le=1, description="upper end, 95 % bootstrap over gold groups")
    f1: float = Field(ge=0, le=1, description="harmonic mean of precision and recall")
    f1_low: float = Field(ge=0, le=1, description="lower end, 95 % bootstrap over gold groups")
    f1_high: float = Field(ge=0, le=1, description="upper end, 95 % bootstrap over gold groups")


class Calibration(Scores):
    """What a person's own pairs change about the shipped judge: its working point and what is known of it."""

    encoder: str = Field(description="the encoder the pairs were read with, as params.yaml embed.model names it")
    fitted_on: str = Field(description="the pairs it was fitted on, and how it was scored")
    scale: float = Field(gt=0, description="the context model's log odds are multiplied by this")
    shift: float = Field(description="and this is added")


class Judge(Scores):
    """A fitted judge and how good it was on gold pairs that it was not fitted on."""

    encoder: str = Field(description="the encoder it was fitted with")
    fitted_on: str = Field(description="the gold pairs it was fitted on, and how it was scored")
    pair_model: Regression = Field(description="judges a pair by itself")
    context_model: Trees = Field(description="judges how it stands out")
    match_model: Regression = Field(description="ranks the partners of a row where drops are matched")
    threshold: float = Field(ge=0, le=1, description="probability from which a pair is an echo")

    def probability(self, features: Floats, left: Indices, right: Indices, profile: TableProfile) -> Floats:
        """Features (p, 6) of the pairs left, right (p,) of one table -> probabilities that they are echoes (p,)."""
        return np.asarray(expit(self.log_odds(features, left, right, profile)))

    def log_odds(self, features: Floats, left: Indices, right: Indices, profile: TableProfile) -> Floats:
        """The same as log odds (p,). In a table too small to have surroundings, the cosine alone decides.

        The fewer rows a table has, the less they tell of what is alike by chance there, and the more is asked.
        """
        if not profile.has_context:
            return TINY_SLOPE * (features[:, PAIR_FEATURES.index("cosine")] - TINY_COSINE)
        alone = self.pair_model.log_odds(features)
        odds = self.context_model.log_odds(context_features(left, right, alone, features, profile))
        return np.asarray(odds - self.context_model.scale * CAUTION_ROWS / len(profile.drops))

    def calibrated(self, delta: Calibration) -> "Judge":
        """The judge at the working point that somebody's own pairs gave it."""
        moved = self.context_model.model_copy(
            update={
                "scale": delta.scale * self.context_model.scale,
                "shift": delta.scale * self.context_model.shift + delta.shift,
            }
        )
        known = delta.model_dump(include={"encoder", "fitted_on", *Scores.model_fields})
        return self.model_copy(update={"context_model": moved} | known)


def shipped_judge() -> Judge:
    """The judge that comes with the package, made by training/judge.py."""
    return Judge.model_validate_json(files("anechoic.echoes.classifier").joinpath("judge.json").read_text())


def judge_in_force(review: Mapping[str, bytes | OSError], encoder: str) -> Judge:
    """The files of data/review/ and the name of the encoder -> the judge: calibrated where judge.json is there.

    Raises DataError where judge.json cannot be read, is none, or was made with another encoder.
    """
    content = review.get(CALIBRATION)
    if content is None:
        return shipped_judge()
    if isinstance(content, OSError):
        raise DataError(f"data/review/{CALIBRATION} cannot be opened: {content.strerror}.")
    try:
        delta = Calibration.model_validate_json(content)
    except ValidationError as error:
        problem = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:3])
        raise DataError(
            f"data/review/{CALIBRATION} is no calibration of this version ({problem}). Run `anechoic calibrate` "
            "again or remove the file."
        ) from None
    if delta.encoder != encoder:
        raise DataError(
            f"data/review/{CALIBRATION} was calibrated with the encoder {delta.encoder!r}, params.yaml embed.model "
            f"is {encoder!r}. Run `anechoic calibrate` again or remove the file."
        )
    return shipped_judge().calibrated(delta)


def context_features(
    left: Indices, right: Indices, alone: Floats, features: Floats, profile: TableProfile
) -> Floats:
    """Pairs left, right (p,) -> how each stands out among the others: (p, 14), columns CONTEXT_FEATURES.

    alone: (p,) log odds of each pair by itself; features: (p, 6), columns PAIR_FEATURES. Rank, spacing ratio and
    z-score are those of `neighbour_contrast`, the lower and the higher of the two rows. The rest are logs of what
    the drops of the two rows show of each other, `excess` that of single over several: where people say alike
    things, twos are no more frequent than threes.
    """
    whitened, rise = (features[:, PAIR_FEATURES.index(name)] for name in ("whitened", "rise"))
    contrasts = zip(
        neighbour_contrast(profile, left, whitened), neighbour_contrast(profile, right, whitened), strict=True
    )
    extremes = [each for one, other in contrasts for each in (np.minimum(one, other), np.maximum(one, other))]
    shown = np.log(profile.between[profile.drops[left], profile.drops[right]] + 0.02).T  # (4, p)
    rivals = _rivals(left, right, alone, profile)
    columns = [whitened, rise, rivals, *extremes, *shown, shown[0] - shown[1]]
    return np.column_stack(columns).reshape(len(left), len(CONTEXT_FEATURES))


def _rivals(left: Indices, right: Indices, alone: Floats, profile: TableProfile) -> Floats:
    """The log of the odds of all other partners, summed over the two rows, for each copy that rows have: (p,).

    For the pair (a, b): the odds of a with every c that is no fellow of b, and of b with every c that is none of a.
    A rival c weighs by the chance that it is no echo of the pair's partner, so that copies do not compete.
    """
    n = len(profile.drops)
    odds = np.exp(np.clip(alone, -ODDS_LIMIT, ODDS_LIMIT))
    ends = (np.concatenate([left, right]), np.concatenate([right, left]))  # every pair in both directions
    fellow = odds / (FELLOW_ODDS + odds)  # chance that the two ends of a pair are copies of each other
    odds_of = sparse.csr_matrix((np.tile(odds, 2), ends), shape=(n, n))
    fellow_of = sparse.csr_matrix((np.tile(np.where(fellow > LEAST_FELLOW, fellow, 0.0), 2), ends), shape=(n, n))
    fellow_of.eliminate_zeros()
    total = np.asarray(odds_of.sum(axis=1)).ravel()  # (n,) odds of a row with all its candidates
    # Row a of odds_of times row b of fellow_of: the odds of a with those that are likely b's copies.
    of_left = np.maximum(total[left] - odds - sparse_dot(odds_of, fellow_of, left, right), 0)
    of_right = np.maximum(total[right] - odds - sparse_dot(fellow_of, odds_of, left, right), 0)
    # "None of them" is likelier the fewer rows of the table have an echo; bounded, for the share is an estimate.
    none = NO_ECHO_ODDS * float(np.clip((1 - profile.share) / max(profile.share, 1e-6), 0.1, 10))
    return np.asarray((np.log(none + of_left) + np.log(none + of_right)) / profile.copies)
