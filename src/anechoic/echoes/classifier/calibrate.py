"""Calibration: a person's own pairs move the judge's working point; its shape stays as it was fitted."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import numpy as np
from scipy.optimize import minimize

from anechoic.echoes.classifier.judge import Calibration, Judge
from anechoic.echoes.groups import components
from anechoic.echoes.pairs import collect
from anechoic.numeric.arrays import Flags, Floats, Indices, Vectors
from anechoic.numeric.intervals import resampled_means
from anechoic.project.errors import DataError
from anechoic.text.repair import canonicalize

COLUMNS = ("text_a", "text_b", "same")
YES, NO = {"1", "yes", "true", "same"}, {"0", "no", "false", "different"}
LEAST_PAIRS = 20  # of each kind: fewer leave precision and recall unknown to +- 20 points
FOLDS = 5
PRIOR_PAIRS = 4.0  # weight, in pairs, of the shipped judge's own working point


@dataclass(frozen=True)
class GivenPairs:
    """Pairs that somebody judged."""

    texts: list[str]  # the distinct canonical texts of all pairs, sorted
    left: Indices  # (p,) places in texts, left < right
    right: Indices
    same: Floats  # (p,) 1 or 0
    copies: int  # pairs left out because their texts are the same


def read_pairs(name: str, content: bytes) -> GivenPairs:
    """The pairs of a CSV with the columns text_a, text_b, same.

    Raises DataError naming file, line and value for a missing column, an empty text, an answer that is neither yes
    nor no, one pair answered both ways, or fewer than 20 pairs of a kind.
    """
    answers: dict[tuple[str, str], tuple[int, bool]] = {}
    copies = 0
    for line, row in _records(name, content):
        one, other = sorted(canonicalize(row[key] or "") for key in COLUMNS[:2])
        answer = (row["same"] or "").strip().casefold()
        if not one:
            raise DataError(f"{name} line {line}: a text is empty. Fill it in or remove the line.")
        if answer not in YES | NO:
            raise DataError(f"{name} line {line}: same is {row['same']!r}. Write 1 or 0 (yes, no, true, false).")
        if one.casefold() == other.casefold():
            copies += 1
            continue
        before = answers.setdefault((one, other), (line, answer in YES))
        if before[1] != (answer in YES):
            raise DataError(f"{name} line {line} contradicts line {before[0]}: {one!r} and {other!r}. Keep one.")
    yes = sum(same for _, same in answers.values())
    if min(yes, len(answers) - yes) < LEAST_PAIRS:
        raise DataError(
            f"{name}: {yes} pairs that are the same and {len(answers) - yes} that are not (copies and repeats left "
            f"out): at least {LEAST_PAIRS} of both are needed. Answer more rows of reports/review.csv."
        )
    texts = sorted({text for pair in answers for text in pair})
    place = {text: number for number, text in enumerate(texts)}
    ends = np.array([[place[one], place[other]] for one, other in answers], dtype=np.int64)
    same = np.array([float(same) for _, same in answers.values()])
    return GivenPairs(texts, ends[:, 0], ends[:, 1], same, copies)


def _records(name: str, content: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        reader = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""))
        if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
            raise DataError(f"{name} line 1: columns missing: {', '.join(missing)}. Want {','.join(COLUMNS)}.")
        return [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{name} cannot be read: {error}. Save it as UTF-8 CSV.") from error


def calibrate(pairs: GivenPairs, vectors: Vectors, judge: Judge, *, encoder: str, name: str) -> Calibration:
    """Judged pairs and the unit vectors (n, d) of their texts -> the judge's working point refitted, its scores.

    The log odds of the context model are scaled and shifted (Platt, 1999) with both kinds of pairs weighing the
    same, and pulled towards the judge as it was, so that few pairs move it little. Scores: 5 folds, pairs that
    share texts in one fold; intervals: 95 %, bootstrap over those clusters. encoder: its name in params.yaml; name:
    the file of the pairs, for messages. Raises DataError where nothing is left to score on.
    """
    odds = _log_odds(pairs, vectors, judge)
    clusters = _clusters(pairs)
    count = min(FOLDS, int(clusters.max()) + 1)
    if count < 2:
        raise DataError(
            f"{name}: all pairs hang together by shared texts, nothing is left to score on. Add others."
        )
    believed = np.zeros(len(odds), dtype=bool)
    for fitted, held in _folds(clusters, count):
        slope, shift = _platt(odds[fitted], pairs.same[fitted])
        believed[held] = slope * odds[held] + shift >= _logit(judge.threshold)
    slope, shift = _platt(odds, pairs.same)
    fitted_on = (
        f"{judge.fitted_on}; its working point on {len(odds)} pairs of {name}, {int(pairs.same.sum())} of them the "
        "same, and scored on those pairs alone, cross-fitted (5 folds, pairs that share texts in one fold)"
    )
    scores = _scores(believed, pairs.same, clusters)
    return Calibration(encoder=encoder, fitted_on=fitted_on, scale=round(slope, 6), shift=round(shift, 6), **scores)


def _folds(clusters: Indices, count: int) -> Iterator[tuple[Indices, Indices]]:
    """Fitted and held-out pairs of each fold, whole clusters in one."""
    from sklearn.model_selection import GroupKFold  # takes a second to import

    yield from GroupKFold(count).split(clusters, groups=clusters)


def _log_odds(pairs: GivenPairs, vectors: Vectors, judge: Judge) -> Floats:
    """The judge's log odds of each pair, among all that is alike in the union of the texts: (p,)."""
    n = len(pairs.texts)
    asked = pairs.left * n + pairs.right
    evidence = collect(vectors, pairs.texts, np.zeros(n, dtype=np.int64), asked)
    odds = judge.log_odds(evidence.features, evidence.left, evidence.right, evidence.profile)
    return np.asarray(odds[np.searchsorted(evidence.left * n + evidence.right, asked)])


def _clusters(pairs: GivenPairs) -> Indices:
    """For each pair the connected component of its texts, codes from 0: (p,)."""
    whole = components(len(pairs.texts), zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    return np.unique(whole[pairs.left], return_inverse=True)[1].astype(np.int64)


def _platt(odds: Floats, same: Floats) -> tuple[float, float]:
    """Slope (at least 0.05) and shift of log odds that fit the answers best."""
    weights = np.where(same == 1, 0.5 / max(same.mean(), 1e-9), 0.5 / max(1 - same.mean(), 1e-9))
    sign = 2 * same - 1

    def loss(v: Floats) -> float:
        fit = float((weights * np.logaddexp(0, -sign * (v[0] * odds + v[1]))).sum())
        return float(fit + PRIOR_PAIRS * ((v[0] - 1) ** 2 + 0.05 * v[1] ** 2))

    found = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.05, None), (None, None)])
    return float(found.x[0]), float(found.x[1])


def _logit(chance: float) -> float:
    clipped = float(np.clip(chance, 1e-6, 1 - 1e-6))
    return float(np.log(clipped / (1 - clipped)))


def _scores(believed: Flags, same: Floats, clusters: Indices) -> dict[str, float]:
    """Precision, recall and F1 with their intervals, as a Judge names them."""
    columns = np.column_stack([np.where(believed, same, 0), believed, same]).astype(np.float64)
    sums = np.vstack([columns.mean(axis=0), resampled_means(columns, clusters, 2000, seed=1)])
    both, said, gold = sums.T
    values = {
        "precision": both / np.maximum(said, 1e-9),
        "recall": both / np.maximum(gold, 1e-9),
        "f1": 2 * both / np.maximum(said + gold, 1e-9),
    }
    scored: dict[str, float] = {}
    for name, each in values.items():
        low, high = np.quantile(each[1:], [0.025, 0.975])
        scored |= {name: float(each[0]), f"{name}_low": float(low), f"{name}_high": float(high)}
    return {name: round(min(value, 1.0), 4) for name, value in scored.items()}
