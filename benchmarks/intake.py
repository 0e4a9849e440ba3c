"""Time and peak memory of reading and checking many rows, beside plain polars and great-expectations alone.

    python -m benchmarks.intake [rows]

Rows: the demo's texts over and over, each with a number of its own so that no text repeats. Every arm is a process
of its own, so that its peak memory is its own.
"""

import csv
import io as streams
import resource
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

ARMS = ("polars", "great_expectations", "anechoic", "anechoic_gate")


def table(rows: int) -> bytes:
    with Path("data/raw/2023-06.csv").open(encoding="utf-8", newline="") as stream:
        texts = list(csv.reader(stream))
    out = streams.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["label", "text"])
    writer.writerows((texts[at % len(texts)][0], f"{texts[at % len(texts)][1]} ({at})") for at in range(rows))
    return out.getvalue().encode()


def polars(content: bytes) -> int:
    frame = pl.read_csv(content).with_columns(pl.col("text").str.replace_all(r"\s+", " ").str.strip_chars())
    checks = [
        pl.col("text").is_null().sum(),
        (pl.col("text").str.len_chars() < 2).sum(),
        pl.col("label").is_in(range(1, 9)).sum(),
    ]
    frame.select(check.alias(str(at)) for at, check in enumerate(checks))
    return frame.height


def great_expectations(content: bytes) -> int:
    import great_expectations as gx
    import great_expectations.expectations as gxe

    frame = pl.read_csv(content).to_pandas()
    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("rows").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": frame})
    batch.validate(gxe.ExpectColumnValuesToNotBeNull(column="text"))
    batch.validate(gxe.ExpectColumnValuesToBeInSet(column="label", value_set=list(range(1, 9))))
    batch.validate(gxe.ExpectColumnValueLengthsToBeBetween(column="text", min_value=2, max_value=2000))
    return len(frame)


def anechoic(content: bytes, *, gate: bool = False) -> int:
    from anechoic.project import io
    from anechoic.project.schema import Labels
    from anechoic.validate.expectations import expect
    from anechoic.validate.schema import ValidateParams
    from anechoic.validate.validate import validate

    labels, params = io.read_params("labels", Labels), io.read_params("validate", ValidateParams)
    intake = validate({"many.csv": content}, {}, labels, params)
    if gate:
        expect(intake, labels, params)
    return intake.report.records


def anechoic_gate(content: bytes) -> int:
    return anechoic(content, gate=True)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        content = table(rows)
        start, cpu = time.perf_counter(), time.process_time()
        assert globals()[sys.argv[2]](content) == rows
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        spent = f"{time.perf_counter() - start:.1f} s by the clock, {time.process_time() - cpu:.1f} s CPU"
        print(f"{sys.argv[2]}: {rows} rows, {spent}, peak {peak:.0f} MiB")
        return
    for arm in ARMS:
        subprocess.run([sys.executable, "-m", "benchmarks.intake", str(rows), arm], check=True)


if __name__ == "__main__":
    main()
