"""What the page costs at many rows: seconds of CPU to make it, megabytes, seconds until a browser can use it.

python -m benchmarks.page [rows]     in a project whose stages were run: its tables are repeated up to so many rows
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from playwright.sync_api import sync_playwright

from anechoic.project import io
from anechoic.report.page import page
from anechoic.report.rows.tables import Tables
from anechoic.report.schema import ReportParams
from pipelines.report import read_reports, read_tables

IDS = ("row_id", "group_id", "left", "right", "nearest_row_id")
READY = "() => document.querySelectorAll('.dt-container').length && document.querySelector('figure canvas')"


def repeated(tables: Tables, rows: int) -> Tables:
    """The tables again and again, each time with other ids and texts, until there are so many rows."""
    times = -(-rows // tables.clean.height)

    def again(frame: pl.DataFrame) -> pl.DataFrame:
        ids = [name for name in IDS if name in frame.columns]
        texts = [name for name in ("canonical", "text") if name in frame.columns]
        return pl.concat(
            frame.with_columns(
                pl.concat_str(pl.col(ids), pl.lit(f"-{at}")) if len(ids) == 1 else pl.col(ids) + f"-{at}",
                *([pl.col(texts) + f" {at}"] if texts else []),
            )
            for at in range(times)
        )

    return replace(tables, **{name: again(frame) for name, frame in vars(tables).items() if name != "questions"})


def seconds(work: Callable[[], object]) -> tuple[float, object]:
    """CPU seconds of a piece of work, and what it gives."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def main() -> None:
    """Print a line of figures."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    tables = repeated(read_tables(), rows)
    shown = io.read_params("report", ReportParams).rows_shown
    spent, made = seconds(lambda: page(read_reports(), tables, shown))
    with TemporaryDirectory() as folder, sync_playwright() as driver:
        file = Path(folder) / "index.html"
        file.write_text(str(made), encoding="utf-8")
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        opened = browser.new_page()
        start = time.perf_counter()
        opened.goto(file.as_uri())
        opened.wait_for_function(READY)
        ready = time.perf_counter() - start
        search = opened.locator("#echoes input[type=search]").first
        start = time.perf_counter()
        search.fill("deadline")
        opened.wait_for_function("document.querySelector('#echoes .dt-info').innerText.includes('(of')")
        found = time.perf_counter() - start
        size = file.stat().st_size / 1e6
        browser.close()
    print(
        f"{tables.clean.height:,} rows: {spent:.1f} CPU s, {size:.1f} MB; "
        f"ready in the browser after {ready:.1f} s, a search {found:.1f} s"
    )


if __name__ == "__main__":
    main()
