"""`anechoic fresh`: the demo goes, the project is yours."""

import typer


def fresh() -> None:
    """Take the demo data, its labels and its split away."""
    from anechoic.project import folders

    folders.clear_labels()  # first, so that a command in a wrong folder takes nothing away
    removed = folders.clear_folders(["data/raw", "data/exam", "data/inbox", "data/review"])
    folders.remove(["data/split.lock", "dvc.lock"])
    typer.echo(f"Took {removed} demo files away. Put your CSVs into data/raw/, then paste what")
    typer.echo("`anechoic labels data/raw` prints over `labels: {}` in params.yaml, and run `dvc repro`.")
