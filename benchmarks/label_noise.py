"""Wrong labels planted into tables: are they counted, and are the suggested labels right? Beside cleanlab.

    ANECHOIC_DATA=folder python -m benchmarks.label_noise [tuned|held|time]

`tuned`: the limits were chosen by these; `held`: nothing was. 0, 2, 5 and 10 % of the echo groups get a wrong
label: any other class, or one like the true class. The demo is data/tables/ (after `dvc repro`). Copies count once.
What is suggested for labels that nobody turned counts as wrong: too strict where a set has errors of its own, as
airline reasons (crowd) and trial reasons (made by a model) surely have; there 0 % is no clean control.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from anechoic.echoes.labels.beliefs import FOLDS, Labelled, alike
from anechoic.echoes.labels.label_quality import SEED, label_quality
from anechoic.echoes.labels.planted import plant
from anechoic.numeric.arrays import dense_codes, matrix
from anechoic.numeric.linear_probe import out_of_fold_probabilities
from anechoic.project import io, tables
from anechoic.stratify.folds import folds
from benchmarks.split_data import DATA, grouped

DRAWS, SHARES, KINDS = 2, (0.0, 0.02, 0.05, 0.1), ("any", "alike")
LEAST_CLASS_ROWS = 10
NOWHERE = "NO_NODES_DETECTED"  # hint3's name for out of scope


@dataclass(frozen=True)
class Cut:
    """Which rows of a file make a set: some of its most frequent classes, behind the first `skip`."""

    path: str  # below ANECHOIC_DATA
    label: str = "label"
    classes: int = 99
    skip: int = 0
    most: int = 600  # rows

    def __call__(self) -> pl.DataFrame:
        """Rows with label, vector, group_id."""
        table = pl.read_csv(DATA / self.path, infer_schema=False, truncate_ragged_lines=True)
        table = table.select("text", label=self.label).drop_nulls().filter(pl.col("label") != NOWHERE)
        table = table.filter(pl.col("text").str.strip_chars() != "")
        classes = table.group_by("label").len().sort("len", "label", descending=[True, False])["label"]
        table = table.filter(pl.col("label").is_in(classes[self.skip : self.skip + self.classes].implode()))
        table = table[np.sort(np.random.default_rng(0).permutation(table.height)[: self.most])]
        table = table.filter(pl.len().over("label") >= LEAST_CLASS_ROWS)
        found = grouped(table["text"].to_list()).rows
        return table.select("label", vector=found["vector"], group_id=found["group_id"])


def demo() -> pl.DataFrame:
    """The rows of the project one stands in."""
    rows = io.read(tables.CLEAN).filter(pl.col("role") == "raw")
    groups = io.read(tables.GROUPS).select("row_id", "group_id")
    return rows.join(io.read(tables.EMBEDDINGS), on="row_id").join(groups, on="row_id").sort("row_id")


TUNED: dict[str, Callable[[], pl.DataFrame]] = {
    "demo": demo,
    "mattresses": Cut("hint3/sofmattress_train.csv"),
    "bank": Cut("banking77/train.csv", classes=8, skip=3),
}
HELD: dict[str, Callable[[], pl.DataFrame]] = {
    "bank, other": Cut("banking77/train.csv", classes=8, skip=30),
    "insurance": Cut("dstc11_insurance/utterances.csv"),
    "supplements": Cut("hint3/curekart_train.csv"),
    "airline": Cut("airline_reasons/tweets.csv.gz"),
    "trials": Cut("trial_stop_reasons/stop_reasons.csv.gz", "silver_label"),
}
COLUMNS = "runs suggested right asked turned_asked turned held cl_issues cl_turned cl_right".split()


def labelled(table: pl.DataFrame) -> Labelled:
    """Label, vector, group_id -> codes."""
    codes = dense_codes(table["label"])
    return Labelled(matrix(table["vector"]), codes, dense_codes(table["group_id"]), int(codes.max()) + 1)


def as_stage(rows: Labelled) -> pl.DataFrame:
    """The rows as label_quality takes them; class names are codes."""
    table = pl.DataFrame({"label_id": rows.labels, "group_id": rows.groups, "vector": rows.vectors})
    row = pl.int_range(pl.len()).cast(pl.String)
    return table.with_columns(row_id=row, label=pl.col("label_id").cast(pl.String), role=pl.lit("raw"))


def measured(rows: Labelled, given: np.ndarray) -> dict[str, int]:
    """True rows and the labels given -> what is suggested, asked, counted; COLUMNS."""
    user, turned = replace(rows, labels=given), given != rows.labels
    quality = label_quality(as_stage(user))
    once = quality.doubts.filter("asked")["row_id"].cast(pl.Int64).to_numpy()
    made = (asked := quality.asked()).filter("certain")
    right = [int(label) == rows.labels[int(row)] for row, label in made.select("row_id", "suggested").iter_rows()]
    rows_asked = asked["row_id"].cast(pl.Int64).to_numpy()
    held = (quality.errors.low or 0) <= turned.sum() <= (quality.errors.high or 0)
    found = (1, made.height, sum(right), asked.height, turned[rows_asked].sum(), turned[once].sum(), held)
    return dict(zip(COLUMNS, (int(value) for value in (*found, *cleanlab(user, rows.labels, once))), strict=False))


def cleanlab(user: Labelled, true: np.ndarray, once: np.ndarray) -> tuple[int, ...]:
    """Its find_label_issues by the same probe's probabilities, rows `once`; empty where it is not installed."""
    try:
        from cleanlab.filter import find_label_issues
    except ImportError:
        return ()
    part = folds(user.labels, user.groups, FOLDS, SEED)
    probe = out_of_fold_probabilities(user.vectors, user.labels, part)
    issue = np.intersect1d(np.flatnonzero(find_label_issues(user.labels, probe)), once)
    turned, best = (user.labels != true)[issue], probe[issue].argmax(1) == true[issue]
    return len(issue), int(turned.sum()), int(best.sum())


def lines(rows: Labelled) -> Iterator[str]:
    """A line for each share and kind, its draws added up."""
    for share in SHARES:
        for kind in KINDS if share else ("",):
            total = dict.fromkeys(COLUMNS, 0)
            for draw in range(DRAWS if share else 1):
                rng = np.random.default_rng([draw, round(100 * share), KINDS.index(kind or "any"), 1])
                likeness = alike(rows) if kind == "alike" else None
                given = plant(rows, share, rng, likeness) if share else rows.labels
                for name, value in measured(rows, given).items():
                    total[name] += value
            yield f"{share:4.0%} {kind:6}" + "".join(f"{value:>{len(name) + 2}}" for name, value in total.items())


def main(which: str) -> None:
    if which == "time":
        rows = as_stage(labelled(Cut("banking77/train.csv", most=99999)()))
        start = time.process_time()
        label_quality(rows)
        print(f"{rows.height} rows: {time.process_time() - start:.0f} CPU s")
        return
    print(" " * 13 + "".join(f"  {name}" for name in COLUMNS))
    for name, load in {"tuned": TUNED, "held": HELD}.get(which, TUNED | HELD).items():
        rows = labelled(load())
        print(f"# {name}: {len(rows.labels)} rows, {rows.classes} classes, {rows.groups.max() + 1} groups")
        for line in lines(rows):
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
