"""`anechoic audit`: which test rows stand in train."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from anechoic.api.audit_split import Audit
    from anechoic.project.schema import Score


def audit(
    train: Annotated[str, typer.Argument(help="the training CSV")],
    test: Annotated[str, typer.Argument(help="the test CSV")],
    *,
    max_leak: Annotated[
        float, typer.Option(min=0, max=1, help="exit 1 where more of the test rows leak [0..1]")
    ] = 0.02,
    leaks: Annotated[str, typer.Option(help="write every leaking pair to this CSV")] = "",
    shown: Annotated[int, typer.Option(min=0, help="leaking test rows printed [rows]")] = 20,
    encoder: Annotated[
        str, typer.Option("--encoder", "--model", help="the encoder; by default the project's, else minilm")
    ] = "",
) -> None:
    """List the test rows that are copies, near-copies or rephrasings of training rows; exit 1 above --max-leak."""
    from anechoic.api.audit_split import audit_split
    from anechoic.api.rows import labelled_file
    from anechoic.project import folders, io

    known, asked = (labelled_file(path, folders.read_file(path)) for path in (train, test))
    labelled = all((file.rows["label"] != "").all() for file in (known, asked))
    result = audit_split(known.rows, asked.rows, label="label" if labelled else None, encoder=encoder or None)
    if leaks:
        io.write_csv(leaks, result.leaks)
    lines = asked.rows["line"].to_list(), known.rows["line"].to_list()
    for line in sentences(result, lines, shown=shown, allowed=max_leak):
        typer.echo(line)
    for path, file in ((train, known), (test, asked)):
        if file.aside:
            counts = ", ".join(f"{count} {problem}" for problem, count in file.aside.items())
            typer.echo(f"Left out of {path}: {counts}.")
    if not labelled:
        typer.echo("Rows without a label: no accuracy is measured.")
    if leaks:
        typer.echo(f"All {result.leaks.height} pairs: {leaks}")
    if result.report.leak_rate > max_leak:
        sys.exit(1)


def sentences(result: "Audit", lines: tuple[list[int], list[int]], *, shown: int, allowed: float) -> Iterator[str]:
    """The audit in words; lines: of each test and of each training row in its file; shown: leaking rows listed."""
    report = result.report
    leaking = result.leaks.unique("test_row", keep="first", maintain_order=True)
    kinds = ", ".join(f"{count} {kind}" for kind, count in report.kinds.items())
    verdict = "above" if report.leak_rate > allowed else "within"
    yield (
        f"{leaking.height} of {report.test_rows} test rows stand in train ({kinds}): "
        f"{_range(report, 'leak_rate')}, {verdict} --max-leak {100 * allowed:.1f} %."
    )
    yield f"Allowing for what the detector misses and invents: {_range(report, 'corrected_leak_rate')}."
    scores = {
        "Accuracy on all test rows": report.accuracy,
        "without the leaking test rows": report.accuracy_without,
        "all test rows, their echoes purged from training": report.accuracy_purged,
    }
    if any(scores.values()):
        yield "; ".join(f"{name} {_score(score)}" for name, score in scores.items() if score) + "."
    for row in leaking.head(shown).iter_rows(named=True):
        yield f"{row['kind']:9} test line {lines[0][row['test_row']]}: {row['test_text']}"
        yield f"          train line {lines[1][row['train_row']]}: {row['train_text']}"
    if leaking.height > shown:
        yield f"... and {leaking.height - shown} more (--shown, --leaks FILE)."


def _range(report: object, name: str) -> str:
    value, low, high = (getattr(report, f"{name}{end}") for end in ("", "_low", "_high"))
    return f"{100 * value:.1f} % ({100 * low:.1f} % to {100 * high:.1f} %)"


def _score(score: "Score") -> str:
    accuracy, low, high = (100 * each for each in (score.accuracy, score.accuracy_low, score.accuracy_high))
    return f"{accuracy:.1f} % ({low:.1f} % to {high:.1f} %, {score.rows} rows)"
