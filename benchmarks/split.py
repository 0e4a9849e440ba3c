"""How good split, price tag and audit are, beside scikit-learn's splitters; the figures of LOG.md.

ANECHOIC_DATA=folder python -m benchmarks.split [pooled skewed optimum exams stairs planted growth]
"""

import csv
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from scipy.stats import binomtest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

from anechoic.api.audit_split import audit_split
from anechoic.api.split_rows import dense_codes, echoes_of
from anechoic.embed.embed import embedded
from anechoic.leakage.leakage import leakage
from anechoic.leakage.schema import LeakageParams
from anechoic.leakage.similarity_bands import bands
from anechoic.numeric.arrays import matrix
from anechoic.numeric.linear_probe import fit_predict, out_of_fold
from anechoic.project.tables import ECHO_KINDS, Quarantine
from anechoic.split.schema import SplitParams
from anechoic.split.split import split
from anechoic.stratify.folds import folds
from anechoic.stratify.milp import solve_milp
from anechoic.stratify.objective import objective_of
from anechoic.stratify.stratify import _kinds, _with_size, class_counts, stratify

DATA = Path(os.environ.get("ANECHOIC_DATA", ""))
SHARES = np.array([0.7, 0.1, 0.2])
REPEATS = 50
KNOBS = SplitParams(
    train=0.7,
    validation=0.1,
    test=0.2,
    echoes_in_training="keep_one",
    group_columns=[],
    date_column="",
    excluded_flags=[],
    seed=7,
)
LEAKAGE = LeakageParams.model_validate(
    {"folds": 5, "repeats": 3, "most_rows": 20_000, "bootstraps": 1000, "bands": [], "stress": [], "seed": 7}
)


def frame(path: str, *, header: bool = True) -> pl.DataFrame:
    with (DATA / path).open(encoding="utf-8", newline="") as stream:
        rows = [row[:2] for row in csv.reader(stream)][header:]
    return pl.DataFrame(rows, schema=["label", "text"], orient="row").filter(pl.col("text").str.strip_chars() != "")


def measured(labels: np.ndarray, side: np.ndarray, asked: np.ndarray) -> tuple[float, float, float]:
    """Class L1 (worst side), size error, worst class share: |rows of the class there / its rows - asked|."""
    table = np.zeros((len(asked), labels.max() + 1))
    np.add.at(table, (side, labels), 1)
    overall = table.sum(0) / table.sum()
    share = table / np.maximum(table.sum(1, keepdims=True), 1)
    size = np.abs(table.sum(1) / table.sum() - asked).max()
    worst = np.abs(table / np.maximum(table.sum(0), 1) - asked[:, None]).max()
    return float(np.abs(share - overall).sum(1).max()), float(size), float(worst)


def pooled() -> None:
    rows = pl.concat([frame("banking77/train.csv"), frame("banking77/test.csv")])
    found, echoes = echoes_of(rows["text"].to_list(), "minilm")
    unit, labels = dense_codes(found["group_id"]), dense_codes(rows["label"])
    sizes = np.bincount(unit)
    print(f"banking77 pooled: {rows.height} rows, {len(sizes)} groups, the largest {sizes.max()}")
    echo = echoes.pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS)))
    left, right = (echo[name].cast(pl.Int64).to_numpy() for name in ("left", "right"))
    for name, asked in (("0.7/0.1/0.2", SHARES), ("5 folds", np.full(5, 0.2))):
        start = time.process_time()
        side = stratify(class_counts(unit, labels), asked, 7, solve=True)[unit]
        seconds = time.process_time() - start
        l1, size, worst = measured(labels, side, asked)
        print(
            f"  ours {name}: crossing {(side[left] != side[right]).sum()}, class L1 {l1:.4f}, "
            f"size error {size:.4f}, worst class share off {worst:.3f}, {seconds:.1f} CPU s"
        )
    kfold = np.empty(rows.height, dtype=np.int64)
    start = time.process_time()
    for at, (_, test) in enumerate(StratifiedGroupKFold(5, shuffle=True, random_state=0).split(unit, labels, unit)):
        kfold[test] = at
    l1, size, worst = measured(labels, kfold, np.full(5, 0.2))
    print(f"  StratifiedGroupKFold: L1 {l1:.4f}, size {size:.4f}, {worst:.3f}, {time.process_time() - start:.1f} s")
    one = np.zeros(rows.height, dtype=np.int64)
    one[next(GroupShuffleSplit(1, test_size=0.2, random_state=0).split(unit, labels, unit))[1]] = 1
    l1, size, worst = measured(labels, one, np.array([0.8, 0.2]))
    print(f"  GroupShuffleSplit 0.2: L1 {l1:.4f}, size {size:.4f}, {worst:.3f}")


def skewed_rows(seed: int, *, mixed: bool) -> tuple[np.ndarray, np.ndarray]:
    """800 rows, 8 classes, groups of power-law sizes (exponent 1.8, at most 100), of one class or of any."""
    rng = np.random.default_rng(seed)
    groups: list[int] = []
    while len(groups) < 800:
        size = min(int(rng.zipf(1.8)), 100)
        groups += [groups[-1] + 1 if groups else 0] * size
    unit = np.array(groups[:800])
    labels = rng.integers(0, 8, 800 if mixed else unit.max() + 1)
    return unit, labels if mixed else labels[unit]


def skewed() -> None:
    asked = np.array([0.8, 0.2])
    for mixed in (False, True):
        worst: dict[str, list[float]] = {"ours": [], "StratifiedGroupKFold(5)": [], "GroupShuffleSplit": []}
        sizes: dict[str, list[float]] = {name: [] for name in worst}
        for seed in range(10 if mixed else 50):
            unit, labels = skewed_rows(seed, mixed=mixed)
            labels = np.unique(labels, return_inverse=True)[1]
            tests = {
                "ours": np.flatnonzero(stratify(class_counts(unit, labels), asked, seed, solve=True)[unit] == 1),
                "StratifiedGroupKFold(5)": next(
                    StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(unit, labels, unit)
                )[1],
                "GroupShuffleSplit": next(
                    GroupShuffleSplit(1, test_size=0.2, random_state=seed).split(unit, labels, unit)
                )[1],
            }
            for name, test in tests.items():
                share = np.bincount(labels[test], minlength=8) / np.maximum(np.bincount(labels, minlength=8), 1)
                worst[name].append(np.abs(share[np.bincount(labels, minlength=8) > 0] - 0.2).max())
                sizes[name].append(len(test) / 800)
        for name, values in worst.items():
            size = f"test {min(sizes[name]):.2f}-{max(sizes[name]):.2f}"
            print(
                f"skewed {'mixed' if mixed else 'pure'} {name}: worst class off median {np.median(values):.3f}, "
                f"max {max(values):.3f}, {size}"
            )


def optimum_gap() -> None:
    gaps = []
    for seed in range(10):
        for mixed in (False, True):
            unit, labels = skewed_rows(seed, mixed=mixed)
            counts = class_counts(unit, np.unique(labels, return_inverse=True)[1])
            objective, (kind, first) = objective_of(counts, SHARES), _kinds(counts)
            sizes, members = _with_size(counts[first]), np.bincount(kind)
            none = np.zeros((3, sizes.shape[1]))
            start = time.process_time()
            side = stratify(counts, SHARES, seed, solve=True)
            ours_s = time.process_time() - start
            loads = none.copy()
            np.add.at(loads, side, _with_size(counts))
            start = time.process_time()
            best = solve_milp(objective, sizes, members, none, 20_000, 1e-4)
            milp_s = time.process_time() - start
            ours = objective.total_cost(loads)
            least = min(ours, objective.total_cost(best.T @ sizes) if best is not None else np.inf)
            gaps.append(ours / max(least, 1e-9) - 1)
            print(
                f"  {'mixed' if mixed else 'pure'} seed {seed}: {len(counts)} groups, ours {ours:.4f} "
                f"({ours_s:.1f} s), milp {least:.4f} ({milp_s:.1f} s)"
            )
    print(f"optimum: gap median {np.median(gaps):.4f}, within 1 % in {np.mean(np.array(gaps) <= 0.01):.0%} of 20")


def cancellations() -> tuple[pl.DataFrame, np.ndarray]:
    """The 800 texts and the gold group of each."""
    rows = pl.concat([frame(f"cancellations/{name}.csv", header=False) for name in ("originals", "rephrased")])
    gold = np.arange(800)
    for row in csv.DictReader((DATA / "cancellations/gold_pairs.csv").open(encoding="utf-8")):
        gold[399 + int(row["rephrased_row"])] = int(row["original_row"]) - 1
    return rows, gold


def tables(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """clean, embeddings, groups, split of labelled rows, all raw and all in training."""
    found, echoes = echoes_of(rows["text"].to_list(), "minilm")
    clean = found.with_columns(
        role=pl.lit("raw"), label=rows["label"], label_id=pl.Series(dense_codes(rows["label"]))
    )
    split = found.select("row_id", split=pl.lit("train"), weight=pl.lit(1.0), reason=pl.lit("balanced"))
    return (
        clean.drop("group_id", "group_size", "representative", "conflict", "vector"),
        embedded(found, "minilm"),
        echoes.groups,
        split,
    )


def exams() -> None:
    rows, gold = cancellations()
    _, embeddings, groups, _ = tables(rows)
    vectors, labels = matrix(embeddings["vector"]), dense_codes(rows["label"])
    ours = dense_codes(groups["group_id"])
    figures = {}
    for name, units in (
        ("random", None),
        ("our groups", ours),
        ("gold groups", np.unique(gold, return_inverse=True)[1]),
    ):
        figures[name] = [
            (out_of_fold(vectors, labels, folds(labels, units, 5, seed)) == labels).mean() for seed in range(20)
        ]
        print(f"  {name}: {np.mean(figures[name]):.4f} (sd {np.std(figures[name]):.4f}) over 20 seeds")
    means = {name: np.mean(values) for name, values in figures.items()}
    print(
        f"exams: ours - gold {100 * (means['our groups'] - means['gold groups']):+.2f} points, "
        f"naive - honest {100 * (means['random'] - means['our groups']):.1f}"
    )
    fresh = frame("cancellations/fresh_test.csv", header=False)
    errors, zero, covers, scored = [], 0, 0, []
    for seed in range(21):  # the last is the real exam
        inside = (
            np.isin(gold, np.random.default_rng(seed).permutation(400)[:100]) if seed < 20 else np.zeros(800, bool)
        )
        exam = rows.filter(pl.Series(inside)) if seed < 20 else fresh
        known = rows.filter(pl.Series(~inside))
        _, echoes = echoes_of(known["text"].to_list(), "minilm")
        both = pl.concat([known, exam])
        all_clean, all_vectors, _, all_split = tables(both)
        is_exam = pl.Series(np.arange(both.height) >= known.height)
        all_clean = all_clean.with_columns(role=pl.when(is_exam).then(pl.lit("exam")).otherwise(pl.lit("raw")))
        all_split = all_split.with_columns(split=pl.when(is_exam).then(pl.lit("exam")).otherwise("split"))
        alone = all_clean.filter(is_exam).select(
            "row_id",
            group_id="row_id",
            group_size=pl.lit(1, pl.Int64),
            representative=pl.lit(True),
            conflict=pl.lit(False),
        )
        report = leakage(
            all_clean, all_vectors, pl.concat([echoes.groups, alone], how="vertical_relaxed"), all_split, LEAKAGE
        )
        exam_score, difference = report.exam, report.exam_difference
        assert exam_score is not None
        assert difference is not None
        has_zero = difference.difference_low <= 0 <= difference.difference_high
        if seed == 20:
            print(
                f"  real exam: {exam_score.accuracy:.3f} against honest {report.honest_accuracy:.3f}, "
                f"difference {difference.difference:+.3f} ({difference.difference_low:+.3f} to "
                f"{difference.difference_high:+.3f})"
            )
            break
        errors.append(report.honest_accuracy - exam_score.accuracy)
        zero += has_zero
        covers += report.honest_accuracy_low <= exam_score.accuracy <= report.honest_accuracy_high
        scored.append(exam_score.accuracy)
    print(
        f"20 pseudo-exams: mean error {100 * np.mean(errors):+.2f} points (sd {100 * np.std(errors):.1f}); the "
        f"difference's interval holds 0 in {zero}, the honest interval alone the exam's accuracy in {covers}"
    )


def stairs() -> None:
    train, test = frame("banking77/train.csv"), frame("banking77/test.csv")
    model = make_union(TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))
    x, y = model.fit_transform(train["text"]), model.transform(test["text"])
    right = LinearSVC().fit(x, train["label"].to_list()).predict(y) == test["label"].to_numpy()
    character = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)).fit([*train["text"], *test["text"]])
    known, asked = character.transform(train["text"]), character.transform(test["text"])
    nearest = np.concatenate(
        [np.asarray((asked[at : at + 200] @ known.T).max(1).todense()).ravel() for at in range(0, test.height, 200)]
    )
    rows = pl.concat([train, test])
    found, _ = echoes_of(rows["text"].to_list(), "minilm")
    units = dense_codes(found["group_id"])[train.height :]
    units = np.unique(units, return_inverse=True)[1]
    vectors = matrix(embedded(found, "minilm")["vector"])
    minilm = (vectors[train.height :] @ vectors[: train.height].T).max(1)
    labels = dense_codes(rows["label"])
    probe = (
        fit_predict(vectors[: train.height], labels[: train.height], vectors[train.height :])
        == labels[train.height :]
    )
    print(f"stairs: linear SVM {right.mean():.4f}, probe {probe.mean():.4f}")
    runs = (
        ("SVM by character TF-IDF", right, nearest, [0.4, 0.6, 0.8]),
        ("SVM by MiniLM", right, minilm, [0.6, 0.7, 0.8, 0.9]),
        ("probe by MiniLM", probe, minilm, [0.6, 0.7, 0.8, 0.9]),
    )
    for name, hits, near, edges in runs:
        for band in bands(hits[None].astype(float), near[None], units, edges, (1000, 0)):
            print(
                f"  {name} {band.from_:.1f}-{band.to:.1f}: {band.accuracy:.3f} "
                f"({band.accuracy_low:.3f}-{band.accuracy_high:.3f}), {band.rows:.0f} rows"
            )


def planted() -> None:
    rows, gold = cancellations()
    restated = {int(gold[at]): at for at in range(400, 800)}
    sets = {"cancellations": (rows["text"].to_list(), restated, 400)}
    pairs = list(csv.DictReader((DATA / "gsm8k_rephrased/pairs.csv").open(encoding="utf-8")))[:400]
    texts = [row["original"] for row in pairs] + [row["rephrased"] for row in pairs]
    sets["gsm8k"] = ([text or "-" for text in texts], {at: 400 + at for at in range(400)}, 400)
    for name, (texts, partner, count) in sets.items():
        for share in (0.0, 0.05, 0.2):
            off, covered, width, apparent = [], 0, [], []
            for seed in range(REPEATS):
                rng = np.random.default_rng(seed)
                order = rng.permutation(count)
                test, train = order[:100], order[100:]
                leaked = [partner[at] for at in test[: round(100 * share)]]
                both = [pl.DataFrame({"text": [texts[at] for at in some]}) for some in ([*train, *leaked], test)]
                report = audit_split(*both, label=None).report
                off.append(report.corrected_leak_rate - share)
                apparent.append(report.leak_rate - share)
                covered += report.corrected_leak_rate_low <= share <= report.corrected_leak_rate_high
                wilson = binomtest(round(100 * share), 100).proportion_ci(method="wilson")
                span = report.corrected_leak_rate_high - report.corrected_leak_rate_low
                width.append(span / (wilson.high - wilson.low))
            print(
                f"planted {name} {share:.0%}: corrected off {100 * np.mean(off):+.2f} points (mean absolute "
                f"{100 * np.abs(off).mean():.2f}, worst {100 * np.abs(off).max():.1f}; apparent "
                f"{100 * np.mean(apparent):+.2f}), covered {covered}/{REPEATS}, width x {np.mean(width):.2f}"
            )


def growth() -> None:
    parts = {
        "hint3": pl.concat([frame(f"hint3/{bot}_train.csv") for bot in ("curekart", "sofmattress", "powerplay11")]),
        "banking77": frame("banking77/train.csv").sample(4000, seed=0, shuffle=True),
    }
    for name, rows in parts.items():
        rows = rows.sample(fraction=1, shuffle=True, seed=1)
        lock, before, moved, worst = "", {}, 0, 0.0
        for drop in range(20):
            now = rows.head(round(rows.height * (drop + 1) / 20))
            found, echoes = echoes_of(now["text"].to_list(), "minilm")
            clean = found.select("row_id", "canonical").with_columns(
                role=pl.lit("raw"),
                label=now["label"],
                label_id=pl.Series(dense_codes(now["label"])),
                drop=pl.lit("a"),
                record=pl.int_range(pl.len()) + 1,
                line=pl.int_range(pl.len()) + 1,
                meta=pl.lit("{}"),
                flags=pl.lit([], dtype=pl.List(pl.String)),
            )
            result = split(clean, echoes.groups, echoes.pairs, Quarantine.create_empty(), lock, KNOBS)
            sides = dict(result.split.select("row_id", "split").iter_rows())
            moved += sum(sides[row] not in (side, "excluded") for row, side in before.items())
            lock, before = result.lock, {row: side for row, side in sides.items() if side != "excluded"}
            counts = pl.DataFrame(
                [(s, c, n) for s, of in result.report.counts.items() for c, n in of.items()],
                schema=["side", "label", "n"],
                orient="row",
            )
            share = counts.with_columns(share=pl.col("n") / pl.col("n").sum().over("side"))
            total = counts.group_by("label").agg(pl.col("n").sum() / counts["n"].sum())
            off = share.join(total, on="label", suffix="_all")
            worst = max(worst, float((off["share"] - off["n_all"]).abs().max()))
            if drop in (4, 9, 19):
                print(
                    f"  {name} drop {drop + 1}: class shares off by at most {100 * worst:.2f} points, "
                    f"size error {result.report.size_error:.4f}, excluded {json.dumps(result.report.excluded)}"
                )
        print(
            f"growth {name}: {moved} rows moved in 20 drops, class shares off by at most {100 * worst:.2f} points"
        )


ALL = {
    "pooled": pooled,
    "skewed": skewed,
    "optimum": optimum_gap,
    "exams": exams,
    "stairs": stairs,
    "planted": planted,
    "growth": growth,
}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or ALL:
        ALL[chosen]()
