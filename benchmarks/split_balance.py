"""How near whole groups come to the asked shares, beside scikit-learn's splitters and a solver."""

import time

import numpy as np
import polars as pl
from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold

from anechoic.numeric.arrays import dense_codes
from anechoic.project.kinds import ECHO_KINDS
from anechoic.stratify.milp import solve_milp
from anechoic.stratify.objective import objective_of
from anechoic.stratify.stratify import class_counts, group_kinds, stratify, with_size
from benchmarks.split_data import frame, grouped

SHARES = np.array([0.7, 0.1, 0.2])


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
    echoes = grouped(rows["text"].to_list())
    unit, labels = dense_codes(echoes.rows["group_id"]), dense_codes(rows["label"])
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
            objective, (kinds, _) = objective_of(counts, SHARES), group_kinds(counts)
            none = np.zeros((3, kinds.sizes.shape[1]))
            start = time.process_time()
            side = stratify(counts, SHARES, seed, solve=True)
            ours_s = time.process_time() - start
            loads = none.copy()
            np.add.at(loads, side, with_size(counts))
            start = time.process_time()
            best = solve_milp(objective, kinds, none, nodes=20_000, gap=1e-4)
            milp_s = time.process_time() - start
            ours = objective.total_cost(loads)
            least = min(ours, objective.total_cost(best.T @ kinds.sizes) if best is not None else np.inf)
            gaps.append(ours / max(least, 1e-9) - 1)
            print(
                f"  {'mixed' if mixed else 'pure'} seed {seed}: {len(counts)} groups, ours {ours:.4f} "
                f"({ours_s:.1f} s), milp {least:.4f} ({milp_s:.1f} s)"
            )
    print(f"optimum: gap median {np.median(gaps):.4f}, within 1 % in {np.mean(np.array(gaps) <= 0.01):.0%} of 20")
