"""Fitted models as plain data: a logistic regression and boosted trees."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from anechoic.numeric.arrays import Floats
from anechoic.project.schema import Report

CONTEXT_FEATURES = (
    *("whitened", "rise", "rivals", "rank_low", "rank_high", "spacing_ratio_low", "spacing_ratio_high"),
    *("z_score_low", "z_score_high", "single", "several", "mutual", "many", "excess"),
)
PAIRS_A_WALK = 20_000  # pairs that walk the trees at a time: they stay in the cache


class Regression(Report):
    """A logistic regression on standardised features."""

    names: list[str] = Field(description="the features, in order")
    mean: list[float] = Field(description="subtracted from each feature")
    scale: list[float] = Field(description="then divided by")
    coefficients: list[float] = Field(description="log odds for one scale of each feature")
    intercept: float = Field(description="log odds where every feature is at its mean")

    def log_odds(self, matrix: Floats) -> Floats:
        """Features (p, len(names)) -> log odds (p,)."""
        standard = (matrix - np.array(self.mean)) / np.array(self.scale)
        odds: Floats = standard @ np.array(self.coefficients) + self.intercept
        return odds


class Tree(Report):
    """A regression tree as parallel lists, one entry a node, the root first."""

    feature: list[int] = Field(description="place of the feature that a node asks for, -1 in a leaf")
    most: list[float] = Field(description="a value up to this goes left")
    left: list[int] = Field(description="the node to the left")
    right: list[int] = Field(description="the node to the right")
    value: list[float] = Field(description="log odds that a leaf adds")

    @model_validator(mode="after")
    def _leads_down(self) -> Self:
        """Every node leads to later ones, so that every walk ends."""
        lists = (self.most, self.left, self.right, self.value)
        if {len(each) for each in lists} != {len(self.feature)} or not self.feature:
            raise ValueError("the lists of a tree must have the same length, at least 1")
        for node, (feature, left, right) in enumerate(zip(self.feature, self.left, self.right, strict=True)):
            inside = (
                feature < len(CONTEXT_FEATURES) and node < min(left, right) and max(left, right) < len(self.feature)
            )
            if feature >= 0 and not inside:
                raise ValueError(f"node {node} of a tree asks for feature {feature} and leads to {left}, {right}")
        return self

    def log_odds(self, matrix: Floats) -> Floats:
        """Features (p, f) -> what the leaf of each row adds (p,)."""
        feature, most = np.array(self.feature), np.array(self.most)
        left, right = np.array(self.left), np.array(self.right)
        node = np.zeros(len(matrix), dtype=np.int64)
        while (open_ := np.flatnonzero(feature[node] >= 0)).size:
            asks = node[open_]  # the inner nodes that some rows still stand at
            node[open_] = np.where(matrix[open_, feature[asks]] <= most[asks], left[asks], right[asks])
        return np.asarray(np.array(self.value)[node])


class Trees(Report):
    """Gradient-boosted trees whose log odds add up, then scaled and shifted by a calibration."""

    names: list[str] = Field(description="the features, in order")
    intercept: float = Field(description="log odds before any tree")
    trees: list[Tree] = Field(description="the trees")
    scale: float = Field(description="the sum is multiplied by this; 1 as shipped")
    shift: float = Field(description="and this is added; 0 as shipped")

    def log_odds(self, matrix: Floats) -> Floats:
        """Features (p, len(names)) -> log odds (p,)."""
        total = np.full(len(matrix), self.intercept)
        for start in range(0, len(matrix), PAIRS_A_WALK):
            for tree in self.trees:
                total[start : start + PAIRS_A_WALK] += tree.log_odds(matrix[start : start + PAIRS_A_WALK])
        return np.asarray(self.scale * total + self.shift)
