"""Fits the shipped judge on open gold, scores it cross-fitted by gold group, writes the package's judge.json.

ANECHOIC_DATA=folder python -m training.judge            # or: dvc repro training/dvc.yaml
ANECHOIC_DATA=folder python -m training.judge --check    # fit, and hold the shipped file against what came out
"""

import json
import sys
from pathlib import Path

import numpy as np

from anechoic.echoes.classifier.judge import Judge, shipped_judge
from anechoic.project import io
from training.cross_fit import cross_fitted, cross_judged, kept_pairs, quality, score
from training.fit_judge import fit, training_scenes
from training.scenes import cancellations, gsm8k

TARGET = Path("src/anechoic/echoes/classifier/judge.json")
SCORES = "training/judge_scores.json"
FITTED_ON = (
    "cancellation comments, school mathematics and study advice with their rephrasings; bank, hotel and airline "
    "messages and reasons to stop a trial without any, and with rows reworded by rule; scored over all pairs of "
    "held-out gold groups (5 folds), on cancellations as two drops and shuffled with fresh rows"
)


def main() -> None:
    """Fit, score on the two drops of the demo, on one shuffled file with fresh rows and on mathematics, write."""
    parts = training_scenes()
    judges = cross_fitted(parts)
    counts, scores = [], {}
    for scene in (cancellations("two"), cancellations("shuffled with fresh"), gsm8k("one")):
        left, right, chance = cross_judged(scene, judges)
        counts.append(score(scene, left, right, chance >= 0.5))
        scores[scene.name] = quality(counts[-1])
    final = fit(parts, [kept_pairs(part, None) for part in parts], FITTED_ON)
    final = final.model_copy(update=quality(np.vstack(counts[:2])))
    if "--check" in sys.argv[1:]:
        sys.exit(difference(shipped_judge(), final))
    io.write_text(str(TARGET), final.model_dump_json() + "\n")
    io.write_text(SCORES, json.dumps(scores, indent=1) + "\n")


def difference(shipped: Judge, fitted: Judge) -> str | None:
    """What the shipped judge and a freshly fitted one differ in; None where they are the same."""
    one, other = shipped.model_dump(), fitted.model_dump()
    changed = [name for name in one if one[name] != other[name]]
    return f"judge.json is not what training gives: {', '.join(changed)} differ." if changed else None


if __name__ == "__main__":
    main()
