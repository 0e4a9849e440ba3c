"""`anechoic labels`: the taxonomy that labelled files imply."""

from typing import Annotated

import typer


def labels(
    path: Annotated[str, typer.Argument(help="a labelled file, or a folder of such files")] = "data/raw",
    *,
    write: Annotated[
        bool, typer.Option("--write", help="put the classes that params.yaml lacks into it; all else stays")
    ] = False,
) -> None:
    """Print the `labels:` block for params.yaml that files imply, or write it there, and ask about odd labels."""
    from anechoic.files.label_suggestions import labels_block
    from anechoic.files.new_labels import new_labels
    from anechoic.project import folders, io
    from anechoic.project.errors import ParamsError
    from anechoic.project.schema import Labels
    from anechoic.validate.schema import ValidateParams

    if write:
        io.check_project()
    known = io.read_params("validate", ValidateParams).drops if folders.in_project() else None
    block = labels_block(folders.read_any(path), known)
    if not write:
        typer.echo(block, nl=False)
        return
    try:
        there = io.read_params("labels", Labels)
    except ParamsError:  # none yet, as after `anechoic fresh`
        there = None
    added = new_labels(block, there)
    if added:
        folders.add_labels(added)
    io.read_params("labels", Labels)  # what was written can be read
    before = f", behind the {len(there.root)} that were there" if there else ""
    lines = [line.strip() for line in block.splitlines()]
    typer.echo(f"Wrote {len(added)} classes into params.yaml{before}." if added else "params.yaml has them all.")
    for line in [*added, *(line for line in lines if line.startswith("#"))]:
        typer.echo(f"  {line}")
    if added:
        typer.echo("Write one line of `meaning` to each, if you like; then run `dvc repro`.")
