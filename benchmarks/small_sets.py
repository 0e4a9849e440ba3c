"""Small tables of other fields: what the judge calls echoes there, to be read by a person.

    ANECHOIC_DATA=... python -m benchmarks.small_sets [tuned|held] > pairs.tsv

Cuts of 147 to 250 rows with few classes, drawn once: `tuned` for making the judge, `held` for judging it. The pairs
of `held` were read once before its last change, and counted along it: clean for later changes alone. No gold:
precision is what a reader says of the pairs.
"""

import sys
from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.echoes.classifier.judge import Judge, shipped_judge
from anechoic.echoes.pairs import PairLimits, judge_pairs
from anechoic.numeric.arrays import vector_column
from anechoic.project.kinds import ECHO_KINDS
from anechoic.text.repair import canonicalize, numbers_of
from training.scenes import DATA, vectors


@dataclass(frozen=True)
class Cut:
    """Which rows of a file make a small table."""

    path: str  # below ANECHOIC_DATA
    label: str  # column
    rows: int
    classes: int  # the most frequent, behind the first `skip`
    skip: int = 0
    least: int = 6  # characters of a text


TUNED = {
    "hotels": Cut("nlupp/nlupp.csv", "labels", 250, 40),
    "supplements": Cut("hint3/curekart_train.csv", "label", 200, 6),
    "fantasy sports": Cut("hint3/powerplay11_train.csv", "label", 200, 10),
    "insurance": Cut("dstc11_insurance/utterances.csv", "label", 150, 5, skip=2),
    "finance chats": Cut("multidogo/finance.csv.gz", "label", 250, 6, skip=6, least=15),
    "crowd bank": Cut("clinc_uniqueness/uniqueness.csv", "label", 200, 3),
    "templates": Cut("bitext_customer_service/dev.csv", "label", 150, 4),
}
HELD = {
    "mattresses": Cut("hint3/sofmattress_train.csv", "label", 200, 10),
    "supplement users": Cut("hint3/curekart_test.csv", "label", 250, 5, skip=1),
    "sports users": Cut("hint3/powerplay11_test.csv", "label", 200, 6, skip=1),
    "insurance rest": Cut("dstc11_insurance/utterances.csv", "label", 200, 8, skip=9),
    "software chats": Cut("multidogo/software.csv.gz", "label", 250, 6, skip=6, least=15),
    "trial reasons": Cut("trial_stop_reasons/stop_reasons.csv.gz", "silver_label", 200, 4),
    "tweets": Cut("airline_reasons/tweets.csv.gz", "label", 200, 4),
    "bank": Cut("banking77/test.csv", "label", 200, 5, skip=3),
}


def small_set(cut: Cut) -> pl.DataFrame:
    """The cut's distinct texts as judge_pairs reads them, with their label."""
    table = pl.read_csv(DATA / cut.path, infer_schema=False, truncate_ragged_lines=True)
    table = table.select("text", label=cut.label).drop_nulls()
    table = table.with_columns(canonical=pl.col("text").map_elements(canonicalize, pl.String))
    table = table.filter(pl.col("canonical").str.len_chars() >= cut.least).unique("canonical").sort("canonical")
    classes = table.group_by("label").len().sort("len", "label", descending=[True, False])["label"]
    table = table.filter(pl.col("label").is_in(classes[cut.skip : cut.skip + cut.classes].to_list()))
    rows = np.sort(np.random.default_rng(0).permutation(table.height)[: cut.rows])
    return with_vectors(table[rows])


def with_vectors(table: pl.DataFrame) -> pl.DataFrame:
    """Rows with text and canonical -> the same with what judge_pairs reads, in one drop."""
    texts = table["canonical"].to_list()
    return table.with_columns(
        numbers=pl.Series([numbers_of(text) for text in table["text"]], dtype=pl.List(pl.String)),
        drop=pl.lit(0, pl.Int64),
        vector=vector_column(vectors(texts, "minilm")),
    )


def called(table: pl.DataFrame, judge: Judge) -> pl.DataFrame:
    """The pairs called echoes, the surest first."""
    pairs = judge_pairs(table, judge, PairLimits()).pairs
    echoes = pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS)))
    return echoes.sort("score", "i", "j", descending=[True, False, False])


def main() -> None:
    chosen = {"tuned": TUNED, "held": HELD}.get(sys.argv[1] if len(sys.argv) > 1 else "", TUNED | HELD)
    judge = shipped_judge()
    for name, cut in chosen.items():
        table = small_set(cut)
        pairs = called(table, judge)
        text, label = table["canonical"].to_list(), table["label"].to_list()
        print(f"# {name}: {table.height} rows, {pairs.height} pairs", flush=True)
        for i, j, kind, score in pairs.select("i", "j", "kind", "score").iter_rows():
            labels = "same" if label[i] == label[j] else "other"
            print(f"{name}\t{kind}\t{score:.3f}\t{labels}\t{text[i]}\t{text[j]}")


if __name__ == "__main__":
    main()
