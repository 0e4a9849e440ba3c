"""CSVs of somebody else as frames, and an audit in words."""

from collections.abc import Iterator

import polars as pl

from anechoic.files.read import label_of, read_drop, text_of
from anechoic.project.errors import DataError
from anechoic.project.schema import Score
from anechoic.split.audit import Audit


def labelled_frame(name: str, content: bytes) -> pl.DataFrame:
    """Columns label, text and line of a labelled CSV, read as the pipeline reads a drop.

    Raises DataError naming the first record that cannot be read or has no text.
    """
    drop = read_drop(name, "raw", content)
    layout = drop.layout
    rows = []
    for record in drop.records:
        if record.problem:
            raise DataError(f"{name} line {record.line}: {record.problem}: {record.detail}")
        label, text = label_of(record, layout).strip(), text_of(record, layout)
        if not text.strip():
            raise DataError(f"{name} line {record.line}: no text in {record.raw[:80]!r}. Want `label,text`.")
        rows.append((label, text, record.line))
    if not rows:
        raise DataError(f"{name} holds no record.")
    return pl.DataFrame(rows, schema={"label": pl.String, "text": pl.String, "line": pl.Int64}, orient="row")


def told(result: Audit, lines: tuple[list[int], list[int]], shown: int, allowed: float) -> Iterator[str]:
    """The audit in words; lines: the line of each test and of each training row in its file."""
    report = result.report
    leaking = result.leaks.unique("test_row", keep="first", maintain_order=True)
    for row in leaking.head(shown).iter_rows(named=True):
        yield f"{row['kind']:9} test line {lines[0][row['test_row']]}: {row['test_text']}"
        yield f"          train line {lines[1][row['train_row']]}: {row['train_text']}"
    if leaking.height > shown:
        yield f"... and {leaking.height - shown} more (--shown, --leaks FILE)."
    kinds = ", ".join(f"{count} {kind}" for kind, count in report.kinds.items())
    found = f"{leaking.height} of {report.test_rows} test rows stand in train ({kinds})"
    yield f"{found}: {_range(report, 'leak_rate')}."
    yield f"Allowing for what the detector misses and invents: {_range(report, 'corrected_leak_rate')}."
    scores = {
        "Accuracy on all test rows": report.accuracy,
        "without the leaking test rows": report.accuracy_without,
        "all test rows, their echoes purged from training": report.accuracy_purged,
    }
    yield "; ".join(f"{name} {_score(score)}" for name, score in scores.items() if score) + "."
    verdict = "above" if report.leak_rate > allowed else "within"
    yield f"Leak rate {report.leak_rate:.1%} is {verdict} --max-leak {allowed:.1%}."


def _range(report: object, name: str) -> str:
    value, low, high = (getattr(report, f"{name}{end}") for end in ("", "_low", "_high"))
    return f"{value:.1%} ({low:.1%} to {high:.1%})"


def _score(score: Score) -> str:
    return f"{score.accuracy:.1%} ({score.accuracy_low:.1%} to {score.accuracy_high:.1%}, {score.rows} rows)"
