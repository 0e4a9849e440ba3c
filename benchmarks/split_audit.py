"""Whether the audit of somebody else's split finds as many leaks as were planted."""

import csv

import numpy as np
import polars as pl
from scipy.stats import binomtest

from anechoic.api.audit_split import audit_split
from benchmarks.split_data import DATA, cancellations

REPEATS = 50


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
