"""Accuracies with intervals, and the models that are cheap enough to be tried first."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from anechoic.numeric.arrays import Flags, Indices, Vectors
from anechoic.numeric.intervals import group_interval
from anechoic.numeric.linear_probe import fit_predict
from anechoic.project.schema import Score


def score(truth: Indices, predicted: Indices, groups: Indices, bootstraps: int, seed: int) -> Score:
    """Accuracy with its interval, groups resampled, and macro F1 over the classes there are. Not for no rows."""
    right = (truth == predicted).astype(np.float64)[:, None]
    low, high = group_interval(right, groups, bootstraps, seed)
    return Score(
        accuracy=float(right.mean()),
        accuracy_low=float(low[0]),
        accuracy_high=float(high[0]),
        macro_f1=float(f1_score(truth, predicted, labels=np.unique(truth), average="macro", zero_division=0)),
        rows=len(truth),
    )


def difference(
    first: Flags, second: Flags, groups: Indices, bootstraps: int, seed: int
) -> tuple[float, float, float]:
    """Difference of two accuracies on the same rows and its 95 % interval: paired, groups resampled."""
    values = (first.astype(np.float64) - second)[:, None]
    low, high = group_interval(values, groups, bootstraps, seed)
    return float(values.mean()), float(low[0]), float(high[0])


def gap(first: Flags, second: Flags, bootstraps: int, seed: int) -> tuple[float, float, float]:
    """Difference of two accuracies on different rows and its 95 % interval: both sides resampled on their own."""
    rng = np.random.default_rng(seed)
    drawn = rng.binomial(len(first), first.mean(), bootstraps) / len(first)
    drawn -= rng.binomial(len(second), second.mean(), bootstraps) / len(second)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(first.mean() - second.mean()), float(low), float(high)


def majority(labels: Indices, rows: int) -> Indices:
    """The commonest class for every row; of equally common ones the first of the taxonomy."""
    return np.full(rows, int(np.bincount(labels).argmax()))


def tfidf_svm(texts: list[str], labels: Indices, asked: list[str]) -> Indices:
    """A linear SVM on TF-IDF of words (1-2) and characters (2-4): the strongest cheap model without vectors."""
    if len(np.unique(labels)) < 2:
        return np.full(len(asked), labels[0])
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    model = make_pipeline(make_union(words, characters), LinearSVC()).fit(texts, labels)
    predicted: Indices = model.predict(asked)
    return predicted


def baselines(
    texts: list[str], vectors: Vectors, labels: Indices, asked: list[str], asked_vectors: Vectors
) -> dict[str, Indices]:
    """What each cheap model predicts for the asked rows, trained on the same rows as the fine-tuned one."""
    return {
        "majority": majority(labels, len(asked)),
        "tfidf_svm": tfidf_svm(texts, labels, asked),
        "probe": fit_predict(vectors, labels, asked_vectors),
    }
