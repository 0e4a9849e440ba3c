"""`anechoic audit`: which test rows stand in train."""

import sys
from typing import Annotated

import typer


def audit(
    train: Annotated[str, typer.Argument(help="the training CSV")],
    test: Annotated[str, typer.Argument(help="the test CSV")],
    max_leak: Annotated[
        float, typer.Option(min=0, max=1, help="exit 1 where more of the test rows leak [0..1]")
    ] = 0.02,
    leaks: Annotated[str, typer.Option(help="write every leaking pair to this CSV")] = "",
    shown: Annotated[int, typer.Option(min=0, help="leaking test rows printed [rows]")] = 20,
    model: Annotated[str, typer.Option(help="the encoder")] = "minilm",
) -> None:
    """List the test rows that are copies, near-copies or rephrasings of training rows; exit 1 above --max-leak."""
    from anechoic.project import folders, io
    from anechoic.split.audit import audit_split
    from anechoic.split.frames import labelled_frame, told

    known, asked = labelled_frame(train, folders.read_file(train)), labelled_frame(test, folders.read_file(test))
    result = audit_split(known, asked, model=model)
    lines = asked["line"].to_list(), known["line"].to_list()
    for line in told(result, lines, shown, max_leak):
        typer.echo(line)
    if leaks:
        io.write_csv(leaks, result.leaks)
        typer.echo(f"All {result.leaks.height} pairs: {leaks}")
    if result.report.leak_rate > max_leak:
        sys.exit(1)
