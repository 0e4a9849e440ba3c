"""The models that are cheap enough to be tried first."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from anechoic.numeric.arrays import Indices, Vectors
from anechoic.numeric.linear_probe import fit_predict

NAMES = ("majority", "tfidf_svm", "probe")


def majority(labels: Indices, rows: int) -> Indices:
    """The commonest of the codes `labels` (m,), m > 0, for every row: (rows,); of equally common ones the first."""
    return np.full(rows, int(np.bincount(labels).argmax()))


def tfidf_svm(texts: list[str], labels: Indices, asked: list[str]) -> Indices:
    """Labels of the asked texts by a linear SVM on TF-IDF of words (1-2) and characters (2-4).

    labels: (texts,); returns (asked,). The strongest cheap model without vectors.
    """
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
    """What each cheap model, by its name, predicts for the asked rows: (n,).

    texts, vectors (m, d), labels (m,): the rows to learn from, m > 0; asked, asked_vectors (n, d): the others.
    """
    return {
        "majority": majority(labels, len(asked)),
        "tfidf_svm": tfidf_svm(texts, labels, asked),
        "probe": fit_predict(vectors, labels, asked_vectors),
    }
