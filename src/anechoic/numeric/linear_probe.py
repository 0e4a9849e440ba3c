"""The cheap model: logistic regression on frozen vectors, and its out-of-fold predictions."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from anechoic.numeric.arrays import Floats, Indices, Vectors

C = 10.0  # fixed, so that no number of the report depends on a search


@dataclass(frozen=True)
class LabelledVectors:
    """Rows to train and test a probe on: unit vectors (n, d), label codes (n,), echo group codes (n,)."""

    vectors: Vectors
    labels: Indices
    groups: Indices


def fit_predict(train: Vectors, labels: Indices, test: Vectors) -> Indices:
    """Labels of `test` (n, d) by a probe trained on `train` (m, d), m > 0; one class alone predicts itself."""
    present = np.unique(labels)
    predicted: Indices = present[probabilities(train, labels, test).argmax(1)]
    return predicted


def probabilities(train: Vectors, labels: Indices, test: Vectors) -> NDArray[np.float64]:
    """Probability of each label of `labels`, in sorted order, for the rows of `test`: (n, labels)."""
    if len(np.unique(labels)) == 1:
        return np.ones((len(test), 1))
    with threadpool_limits(1):  # products this small lose up to fifty times to threads that wait for each other
        model = LogisticRegression(C=C, max_iter=1000).fit(train, labels)
        given: NDArray[np.float64] = model.predict_proba(test).astype(np.float64)
    return given


def fit_probabilities(train: Vectors, labels: Indices, test: Vectors, classes: int) -> Floats:
    """Probabilities (n, classes) of `test` (n, d); classes that training lacks get 0."""
    found = np.zeros((len(test), classes))
    present = np.unique(labels)
    if len(present) < 2:
        found[:, present] = 1
        return found
    with threadpool_limits(1):
        model = LogisticRegression(C=C, max_iter=1000).fit(train, labels)
        found[:, model.classes_] = model.predict_proba(test)
    return found


def fold_parts(fold: Indices) -> Iterator[tuple[Indices, Indices]]:
    """Training and test row numbers of each fold that holds a row."""
    for at in np.unique(fold):
        yield np.flatnonzero(fold != at), np.flatnonzero(fold == at)


def out_of_fold(vectors: Vectors, labels: Indices, fold: Indices) -> Indices:
    """The label predicted for each row by a probe that saw none of its fold."""
    predicted = np.empty(len(labels), dtype=np.int64)
    for train, test in fold_parts(fold):
        predicted[test] = fit_predict(vectors[train], labels[train], vectors[test])
    return predicted


def out_of_fold_probabilities(vectors: Vectors, labels: Indices, fold: Indices) -> Floats:
    """Probabilities (n, classes) for each row by a probe that saw none of its fold; labels coded from 0."""
    found = np.empty((len(labels), int(labels.max()) + 1))
    for train, test in fold_parts(fold):
        found[test] = fit_probabilities(vectors[train], labels[train], vectors[test], found.shape[1])
    return found
