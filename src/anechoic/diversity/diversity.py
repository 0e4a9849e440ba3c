"""Stage diversity: every measure on all raw rows and on each class."""

from collections.abc import Callable

import numpy as np
import polars as pl

from anechoic.diversity.measures import MEASURES, Texts
from anechoic.diversity.schema import Diversity, DiversityParams, DiversityReport, MeasureNote
from anechoic.numeric.arrays import matrix

NORMAL_95 = 1.96  # standard deviations to either side of a 95 % interval
SMALLEST_MEAN = 1e-12  # no division by 0


def diversity(
    clean: pl.DataFrame, embeddings: pl.DataFrame, groups: pl.DataFrame, params: DiversityParams
) -> DiversityReport:
    """Every measure on all raw rows and on each class; a group of two labels counts in both."""
    rows = clean.filter(pl.col("role") == "raw").join(embeddings, on="row_id", maintain_order="left")
    rows = rows.join(groups.select("row_id", "group_id"), on="row_id", maintain_order="left")
    labels = rows["label"].unique(maintain_order=True).sort()
    return DiversityReport(
        overall=_measured(rows, params),
        per_label={label: _measured(rows.filter(pl.col("label") == label), params) for label in labels},
        measures=[
            MeasureNote(name=name, source=each.source, blind_to=each.blind_to) for name, each in MEASURES.items()
        ],
    )


def _measured(rows: pl.DataFrame, params: DiversityParams) -> Diversity:
    """Every measure on the rows, with the intervals that the report has fields for."""
    first = rows.select(pl.col("group_id").is_first_distinct())["group_id"].to_numpy()
    whole = Texts(rows["canonical"].to_list(), matrix(rows["vector"]), first)
    collapsed = whole.collapsed()
    fields: dict[str, float] = {"rows": rows.height}
    for name, each in MEASURES.items():
        seen = collapsed if each.collapse else whole
        rng = np.random.default_rng(params.seed)
        if len(seen.texts) > params.most and name != "effective_rows":
            seen = seen.some(np.sort(rng.permutation(len(seen.texts))[: params.most]))
        fields[name] = each.compute(seen)
        if f"{name}_low" in Diversity.model_fields:
            low, high = _interval(each.compute, seen, fields[name], rng, params.draws)
            fields |= {f"{name}_low": low, f"{name}_high": high}
    return Diversity.model_validate(fields)


def _interval(
    compute: Callable[[Texts], float], texts: Texts, value: float, rng: np.random.Generator, draws: int
) -> tuple[float, float]:
    """95 % interval from random halves (Politis and Romano 1994): drawing with replacement would plant copies.

    Half as many rows also lower or raise most measures; only the spread of the halves is used, which for half the
    rows, drawn without replacement, is that of the whole.
    """
    half = len(texts.texts) // 2
    if half < 2:
        return value, value
    drawn = np.array([compute(texts.some(np.sort(rng.permutation(len(texts.texts))[:half]))) for _ in range(draws)])
    # the spread relative to the halves' mean, laid around the value of the whole
    spread = NORMAL_95 * drawn.std() * value / max(abs(drawn.mean()), SMALLEST_MEAN)
    return value - spread, value + spread
