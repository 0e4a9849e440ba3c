"""Whether data that comes in twenty drops keeps its sides and its shares."""

import json

import polars as pl

from anechoic.numeric.arrays import dense_codes
from anechoic.project.tables import Quarantine
from anechoic.split.schema import SplitParams
from anechoic.split.split import SplitTables, split
from benchmarks.split_data import frame, grouped

KNOBS = SplitParams(
    train=0.7,
    validation=0.1,
    test=0.2,
    echoes_in_training="keep_one",
    group_columns=[],
    augmented=[],
    source_column="",
    date_column="",
    excluded_flags=[],
    seed=7,
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
            echoes = grouped(now["text"].to_list())
            clean = echoes.rows.select("row_id", "canonical").with_columns(
                role=pl.lit("raw"),
                label=now["label"],
                label_id=pl.Series(dense_codes(now["label"])),
                drop=pl.lit("a"),
                record=pl.int_range(pl.len()) + 1,
                line=pl.int_range(pl.len()) + 1,
                meta=pl.lit("{}"),
                flags=pl.lit([], dtype=pl.List(pl.String)),
            )
            tables_now = SplitTables(clean, echoes.groups, echoes.pairs, Quarantine.create_empty())
            result = split(tables_now, KNOBS, lock=lock)
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
