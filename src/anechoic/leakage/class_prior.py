"""Class shares of unlabelled rows by EM, and the honest accuracy under them."""

import numpy as np
import polars as pl

from anechoic.leakage.schema import Inbox
from anechoic.leakage.similarity_bands import Bootstrap, ratio_interval
from anechoic.numeric.arrays import Floats, Vectors
from anechoic.numeric.linear_probe import LabelledVectors, probabilities

EM_STEPS = 200  # a fixed number, so that the shares hang on no tolerance


def reweighted(
    raw: pl.DataFrame, honest: Floats, inbox: Vectors, data: LabelledVectors, bootstrap: Bootstrap
) -> Inbox:
    """The honest accuracy with each class weighted by its estimated share of the inbox.

    raw: label_id and label of the rows; honest: (tested rows,) share of the repeats in which the row was predicted
    right; inbox: unit vectors (n, d); data: the rows, label codes in the order of label_id.
    """
    before = np.bincount(data.labels) / len(data.labels)
    shares = class_shares(probabilities(data.vectors, data.labels, inbox), before)
    tested = ~data.is_made()
    labels = data.labels[tested]
    asked = np.maximum(1, np.bincount(labels, minlength=len(shares))) / len(labels)
    weight = (shares / asked)[labels]
    units = np.unique(data.unit()[tested], return_inverse=True)[1]
    low, high = ratio_interval(honest * weight, weight, units, bootstrap)
    names = raw.unique("label_id").sort("label_id")["label"].to_list()
    return Inbox(
        rows=len(inbox),
        shares=dict(zip(names, map(float, shares), strict=True)),
        accuracy=float((honest * weight).sum() / weight.sum()),
        accuracy_low=low,
        accuracy_high=high,
    )


def class_shares(given: Floats, before: Floats) -> Floats:
    """Class shares of unlabelled rows (Saerens, Latinne and Decaestecker 2002), adding up to 1: (classes,).

    given: (rows, classes) probabilities of a model; before: (classes,) the shares it was trained with, above 0.
    """
    shares = before
    for _ in range(EM_STEPS):
        # what the model would say had it been trained with these shares; their mean is the next estimate
        posterior = given * (shares / before)  # (rows, classes)
        shares = (posterior / posterior.sum(1, keepdims=True)).mean(0)
    return shares
