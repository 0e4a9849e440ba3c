"""The models that are cheap enough to be tried first."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from anechoic.numeric.arrays import Indices, Vectors
from anechoic.numeric.linear_probe import fit_predict


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
