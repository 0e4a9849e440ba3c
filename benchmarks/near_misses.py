"""Whether the share of planted near-misses that is called goes with the false echoes called in the same table.

    ANECHOIC_DATA=... python -m benchmarks.near_misses          shares, by table and by how lenient the judge is
    ANECHOIC_DATA=... python -m benchmarks.near_misses texts    what is planted, to be read by a person

The tables are those of `benchmarks.small_sets`, as they are and with a fifth of rewordings planted, which makes the
judge more lenient. A called pair across labels stands for a false echo: two labels hardly ever say the same.
"""

import sys

import polars as pl
from scipy.stats import spearmanr

from anechoic.echoes.classifier.judge import Judge, shipped_judge
from anechoic.echoes.near_misses import near_misses, plant_near_misses
from anechoic.echoes.recall import inject
from anechoic.echoes.schema import NearMisses
from anechoic.text.repair import canonicalize
from benchmarks.small_sets import HELD, TUNED, called, small_set, with_vectors
from training.scenes import vectors

THRESHOLDS = (0.5, 0.1, 0.02, 0.005, 0.001)


def as_tables(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A small set -> clean and embeddings, as far as planting reads them."""
    clean = table.with_columns(
        row_id=pl.int_range(table.height).cast(pl.String),
        role=pl.lit("raw"),
        drop=pl.lit("a.csv"),
        label_id=pl.col("label").rank("dense").cast(pl.Int64),
    )
    return clean.drop("vector"), clean.select("row_id", "vector")


def with_rewordings(table: pl.DataFrame) -> pl.DataFrame:
    """The set and rewordings of a fifth of its rows, with their rows' labels."""
    clean, _ = as_tables(table)
    label = dict(clean.select("row_id", "label").iter_rows())
    made = inject(clean)
    more = pl.DataFrame({"text": [each.text for each in made], "label": [label[each.source] for each in made]})
    more = more.with_columns(canonical=pl.col("text").map_elements(canonicalize, pl.String))
    both = pl.concat([table.select(more.columns), more])
    return with_vectors(both.unique("canonical", keep="first", maintain_order=True))


def measured(table: pl.DataFrame, judge: Judge) -> NearMisses | None:
    clean, embeddings = as_tables(table)
    planted = plant_near_misses(clean, embeddings)
    made = vectors([each.canonical for each in planted], "minilm")
    return near_misses(clean, embeddings, planted, made, judge=judge, near_lexical=0.9)


def print_shares() -> None:
    judge = shipped_judge()
    for rewordings in (False, True):
        found = []
        for name, cut in (TUNED | HELD).items():
            table = with_rewordings(small_set(cut)) if rewordings else small_set(cut)
            label = table["label"].to_list()
            for threshold in THRESHOLDS:
                lenient = judge.model_copy(update={"threshold": threshold})
                pairs = called(table, lenient).select("i", "j").rows()
                near = measured(table, lenient)
                across = sum(label[i] != label[j] for i, j in pairs)
                told = (near.called, near.planted) if near else (0, 0)
                found.append(
                    (threshold, across / table.height, told[0] / max(told[1], 1), across, len(pairs), *told)
                )
                line = (name, rewordings, threshold, table.height, f"{across} of {len(pairs)} across labels")
                print(*line, f"{told[0]} of {told[1]} near-misses called", sep="\t", flush=True)
        for threshold in THRESHOLDS:
            here = [each for each in found if each[0] == threshold]
            rho = spearmanr([each[1] for each in here], [each[2] for each in here]).statistic
            sums = [sum(each[place] for each in here) for place in range(3, 7)]
            print(f"# rewordings {rewordings}, threshold {threshold}: across labels {sums[0]} of {sums[1]}, "
                  f"near-misses {sums[2]} of {sums[3]}, rank correlation by table {rho:.2f}")  # fmt: skip


def print_texts() -> None:
    for name, cut in (TUNED | HELD).items():
        clean, embeddings = as_tables(small_set(cut))
        text = dict(clean.select("row_id", "canonical").iter_rows())
        for each in plant_near_misses(clean, embeddings):
            print(f"{name}\t{each.kind}\t{each.text}\t{text[each.made_from]}\t{text[each.replaces]}")


if __name__ == "__main__":
    print_texts() if sys.argv[1:] == ["texts"] else print_shares()
