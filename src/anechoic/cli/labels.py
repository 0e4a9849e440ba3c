"""`anechoic labels`: the taxonomy that a folder of CSVs implies."""

from typing import Annotated

import typer


def labels(
    folder: Annotated[str, typer.Argument(help="a folder of labelled CSVs, such as data/raw")],
) -> None:
    """Print the `labels:` block for params.yaml, as the files of a folder imply it."""
    from anechoic.files.label_suggestions import labels_block
    from anechoic.project import folders

    typer.echo(labels_block(folders.read_drops(folder)), nl=False)
