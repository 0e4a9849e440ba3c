"""How far the verdict on two texts hangs on what else is in the table: halves of a table against the whole.

    ANECHOIC_DATA=... python -m benchmarks.context

Each table is judged whole and in 20 random halves by the shipped judge, guard included. Pairs of two rows of a half
that are an echo in one judgement and none in the other are changed; counted as a share of the rows of the half. The
last lines add a tenth of a table to the other nine tenths, as a small drop would.
"""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from anechoic.echoes.classifier.judge import Judge, shipped_judge
from anechoic.echoes.pairs import PairLimits, judge_pairs
from anechoic.numeric.arrays import Indices, vector_column
from anechoic.project.kinds import ECHO_KINDS
from anechoic.text.repair import numbers_of
from training.crowds import crowded, planted
from training.scenes import Scene, banking, cancellations, gsm8k, part, unrelated

DRAWS = 20
HALF, MOST = 0.5, 0.9  # shares of the rows that are judged alone
Pairs = set[tuple[int, int]]


def tables() -> list[Scene]:
    """Tables with many, few and no echoes; the comments and the mathematics took part in the fit of the judge."""
    return [
        cancellations("none"),
        cancellations("amount in one", amount=0.05),
        cancellations("amount in one", amount=0.2),
        cancellations("shuffled with fresh"),
        cancellations("two"),
        part(gsm8k("one", share=0.2), 300, 1),
        *(banking(kind, seed, 1) for kind, seed in (("random", 300), ("narrow", 301), ("classes", 302))),
        *(unrelated(name, 5) for name in ("insurance", "shop", "nlupp", "airline", "trials")),
        *(planted(name, 300, 0.2, seed=5) for name in ("insurance", "shop")),
        crowded("shop", 40, 8, 100, seed=5),
    ]


def frame(scene: Scene) -> pl.DataFrame:
    """A scene's rows as judge_pairs reads them."""
    return pl.DataFrame(
        {
            "text": scene.texts,
            "canonical": scene.texts,
            "numbers": [numbers_of(text) for text in scene.texts],
            "drop": scene.drops,
            "vector": vector_column(scene.vectors),
        }
    )


def echo_pairs(rows: pl.DataFrame, numbers: Indices, judge: Judge) -> Pairs:
    """The echoes among the rows with these numbers, as numbers of rows."""
    judged = judge_pairs(rows[numbers], judge, PairLimits())
    found = judged.pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).select("i", "j").to_numpy()
    return {(int(a), int(b)) for a, b in np.sort(numbers[found], axis=1)}


def changed(scene: Scene, share: float, draws: int, judge: Judge) -> list[tuple[int, int, int]]:
    """For each draw: rows judged alone, pairs that only the whole calls echoes, and that only the part does."""
    rows, rng = frame(scene), np.random.default_rng(0)
    whole = echo_pairs(rows, np.arange(rows.height), judge)
    counts = []
    for _ in range(draws):
        numbers = np.sort(rng.permutation(rows.height)[: round(share * rows.height)])
        alone = echo_pairs(rows, numbers, judge)
        inside = {pair for pair in whole if np.isin(pair, numbers).all()}
        counts.append((len(numbers), len(inside - alone), len(alone - inside)))
    return counts


def line(name: str, counts: Sequence[tuple[int, int, int]]) -> str:
    """A table's name and how many pairs changed, in percent of the rows."""
    rows, lost, won = np.array(counts, dtype=float).T
    shares = 100 * (lost + won) / rows
    return (
        f"{name:36} {rows[0]:5.0f}  {shares.mean():6.2f} {shares.max():6.2f}   "
        f"{(100 * lost / rows).mean():6.2f} {(100 * won / rows).mean():6.2f}"
    )


def main(judge: Judge | None = None, say: Callable[[str], object] = print) -> None:
    judge = judge or shipped_judge()
    say(f"{'table, rows judged alone':41}    mean  worst   % of rows; in the whole alone, in the part alone")
    scenes = tables()
    for scene in scenes:
        say(line(scene.name, changed(scene, HALF, DRAWS, judge)))
    say("nine tenths against the whole")
    for scene in scenes:
        say(line(scene.name, changed(scene, MOST, DRAWS // 4, judge)))


if __name__ == "__main__":
    main()
