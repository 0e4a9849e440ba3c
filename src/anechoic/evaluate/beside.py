"""The classifier beside models that cost nothing, trained on the same rows, and whether fine-tuning pays."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from anechoic.evaluate.baselines import NAMES, baselines
from anechoic.evaluate.breakdown import Side
from anechoic.evaluate.schema import Baseline, EvaluateParams, Worth
from anechoic.numeric.arrays import Flags, Indices, matrix
from anechoic.numeric.scores import difference, score

BOTH = "test and exam"


def with_baselines(
    sides: Mapping[str, Side], params: EvaluateParams, learned_from: Sequence[str]
) -> tuple[dict[str, Baseline], list[Worth]]:
    """Scores of the cheap models, and the fine-tuned model against the best of them.

    learned_from: the sides that the shipped model learned from. Cheap models learn from the same rows as the model
    they stand beside: train for the test, those sides for the exam. The best is the one with the most rows right on
    test and exam together; where both hold rows, the last comparison is that of both together, which decides.
    """
    asked = {name: sides[name] for name in ("test", "exam") if len(sides[name].truth)}
    teachers = {"test": ["train"], "exam": learned_from}
    predictions = {
        name: _predictions(side, [sides[teacher] for teacher in teachers[name]]) for name, side in asked.items()
    }
    right = {
        cheap: {name: predictions[name][cheap] == side.truth for name, side in asked.items()} for cheap in NAMES
    }
    scores = {
        cheap: {
            name: score(side.truth, predictions[name][cheap], side.groups, params.bootstraps, params.seed)
            for name, side in asked.items()
        }
        for cheap in NAMES
    }
    best = max(NAMES, key=lambda cheap: sum(int(each.sum()) for each in right[cheap].values()))
    worth = _worth(asked, best, right[best], params)
    return {name: Baseline(test=each.get("test"), exam=each.get("exam")) for name, each in scores.items()}, worth


def _predictions(side: Side, teachers: Sequence[Side]) -> dict[str, Indices]:
    known = pl.concat([teacher.rows for teacher in teachers])
    return baselines(
        known["canonical"].to_list(),
        matrix(known["vector"]),
        np.concatenate([teacher.truth for teacher in teachers]),
        side.rows["canonical"].to_list(),
        matrix(side.rows["vector"]),
    )


def _worth(asked: Mapping[str, Side], best: str, cheap: Mapping[str, Flags], params: EvaluateParams) -> list[Worth]:
    """The fine-tuned model against the cheap one: on each side, then on both together."""
    parts = [(name, side.right, cheap[name], side.groups) for name, side in asked.items()]
    if len(parts) > 1:
        (_, one, one_cheap, one_groups), (_, two, two_cheap, two_groups) = parts
        groups = np.concatenate([one_groups, two_groups + one_groups.max() + 1])
        parts.append((BOTH, np.concatenate([one, two]), np.concatenate([one_cheap, two_cheap]), groups))
    worth = []
    for name, right, cheap_right, groups in parts:
        gain, low, high = difference(right, cheap_right, groups, params.bootstraps, params.seed)
        worth.append(Worth(side=name, beside=best, gain=gain, gain_low=low, gain_high=high))
    return worth
