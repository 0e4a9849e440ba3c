"""The cheap model: logistic regression on frozen vectors, and its out-of-fold predictions."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from anechoic.numeric.arrays import Flags, Floats, Indices, Vectors

# Inverse strength of the L2 penalty: a convention, fixed so that no number of the report depends on a search.
C = 10.0
MAX_ITERATIONS = 1000  # of L-BFGS; a few dozen do on unit vectors


@dataclass(frozen=True)
class LabelledVectors:
    """Rows to train and test a probe on: unit vectors (n, d), label codes (n,), echo group codes (n,).

    made: (n,) whether a row was made from others: such a row trains and is never tested; None where none was.
    units: (n,) codes of what must not stand on two sides of a test; None where these are the groups.
    """

    vectors: Vectors
    labels: Indices
    groups: Indices
    made: Flags | None = None
    units: Indices | None = None

    def is_made(self) -> Flags:
        """Whether each row was made from others: (n,)."""
        return np.zeros(len(self.labels), dtype=np.bool_) if self.made is None else self.made

    def unit(self) -> Indices:
        """Codes of what must stand on one side: (n,)."""
        return self.groups if self.units is None else self.units

    def of(self, rows: Flags) -> "LabelledVectors":
        """These rows of them."""
        return LabelledVectors(
            self.vectors[rows], self.labels[rows], self.groups[rows], self.is_made()[rows], self.unit()[rows]
        )


def fit_predict(train: Vectors, labels: Indices, test: Vectors, weights: Floats | None = None) -> Indices:
    """Labels (n,) of `test` (n, d) by a probe trained on `train` (m, d) with labels (m,), m > 0.

    One class alone predicts itself. weights: (m,), what each row counts; None: all the same.
    """
    present = np.unique(labels)
    predicted: Indices = present[probabilities(train, labels, test, weights).argmax(1)]
    return predicted


def probabilities(train: Vectors, labels: Indices, test: Vectors, weights: Floats | None = None) -> Floats:
    """Probability of each label of `labels`, in sorted order, for the rows of `test`: (n, labels)."""
    if len(np.unique(labels)) == 1:
        return np.ones((len(test), 1))
    from sklearn.linear_model import LogisticRegression  # takes two seconds to import
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # products this small lose up to fifty times to threads that wait for each other
        model = LogisticRegression(C=C, max_iter=MAX_ITERATIONS).fit(train, labels, sample_weight=weights)
        given: Floats = model.predict_proba(test).astype(np.float64)
    return given


def fit_probabilities(train: Vectors, labels: Indices, test: Vectors, classes: int) -> Floats:
    """Probabilities (n, classes) of `test` (n, d), labels (m,) being codes from 0; classes training lacks get 0."""
    filled = np.zeros((len(test), classes))
    if len(labels):
        filled[:, np.unique(labels)] = probabilities(train, labels, test)
    return filled


def fold_parts(fold: Indices, made: Flags | None = None) -> Iterator[tuple[Indices, Indices]]:
    """Training and test row numbers of each fold that holds a row to test.

    made: (n,) rows that are in no test: one of the fold neither trains nor is tested there, and one of fold -1
    always trains.
    """
    tested = np.ones(len(fold), dtype=np.bool_) if made is None else ~made
    for part in np.unique(fold[tested]):
        yield np.flatnonzero(fold != part), np.flatnonzero((fold == part) & tested)


def out_of_fold(vectors: Vectors, labels: Indices, fold: Indices, made: Flags | None = None) -> Indices:
    """The label (n,) predicted for each row of `vectors` (n, d) by a probe that saw none of its fold (n,).

    It is -1 for rows that are in no test, see `fold_parts`.
    """
    predicted = np.full(len(labels), -1, dtype=np.int64)
    for train, test in fold_parts(fold, made):
        predicted[test] = fit_predict(vectors[train], labels[train], vectors[test])
    return predicted


def out_of_fold_probabilities(vectors: Vectors, labels: Indices, fold: Indices) -> Floats:
    """Probabilities (n, classes) for each row by a probe that saw none of its fold (n,); labels (n,) from 0."""
    classes = int(labels.max()) + 1
    filled = np.empty((len(labels), classes))
    for train, test in fold_parts(fold):
        filled[test] = fit_probabilities(vectors[train], labels[train], vectors[test], classes)
    return filled
