"""`anechoic init FOLDER`: a new project."""

import subprocess
from typing import Annotated

import typer

MAY_BE_THERE = {"data", ".git", ".venv", "venv", ".DS_Store"}
DATA_ENDINGS = (".csv", ".tsv", ".jsonl", ".parquet", ".xlsx", ".gz")
NAMES_LISTED = 8
DVC_CONFIG = ".dvc/config"


def init(
    folder: Annotated[str, typer.Argument(help="the new project's folder; . for the one you are in")],
) -> None:
    """Lay out a new project: dvc.yaml, params.yaml, pipelines/ and the folders of data/, under git and DVC."""
    from anechoic.cli.new_project.template import new_project
    from anechoic.project import folders
    from anechoic.project.stage import installed_version

    place = folders.resolved(folder)
    loose = _refuse(place)
    files = new_project(place.rpartition("/")[2], installed_version())
    folders.write_new(place, files)
    tops = sorted({name.partition("/")[0] + "/" * ("/" in name) for name in files})
    typer.echo(f"{place}: a new project for anechoic {installed_version()}: {', '.join(tops)}.")
    typer.echo(_under_git(place, files[DVC_CONFIG]))
    typer.echo("Next:")
    if place != folders.resolved("."):
        typer.echo(f"  cd {folder}")
    typer.echo(f"  mv {' '.join(loose)} data/raw/" if loose else "  cp YOURS.csv data/raw/")
    typer.echo("  anechoic labels data/raw --write       # the classes, into params.yaml")
    typer.echo("  dvc repro                              # then read reports/index.html")


def _refuse(folder: str) -> list[str]:
    """Raise DataError where no project can be laid out; else the data files that lie loose in the folder."""
    from anechoic.project import folders
    from anechoic.project.errors import DataError

    if project := folders.project_of(folder):
        if project == folder:
            raise DataError(
                f"{folder} is an anechoic project already; nothing was changed. Put CSVs into its data/raw/ and "
                "run `dvc repro` there; for another version of anechoic run `anechoic upgrade` there."
            )
        raise DataError(f"{folder} lies inside the project {project}. Choose a folder outside of it.")
    there = folders.names_in(folder)
    loose = [name for name in there if name.lower().endswith(DATA_ENDINGS)]
    if strange := [name for name in there if name not in MAY_BE_THERE and name not in loose]:
        more = f" and {len(strange) - NAMES_LISTED} more" if len(strange) > NAMES_LISTED else ""
        raise DataError(
            f"{folder} is not empty, nothing was changed: it holds {', '.join(strange[:NAMES_LISTED])}{more}. "
            "Name a new folder, or move these away; data files, data/, .git and .venv may be there."
        )
    return loose


def _under_git(folder: str, config: str) -> str:
    """Make a git repository where there is none around the folder; what was done, in a sentence."""
    from anechoic.project import io

    if root := _git(folder, "rev-parse", "--show-toplevel"):
        return f"It lies in the git repository {root}; DVC was set up in it (.dvc/)."
    if _git(folder, "init", "-q") is not None:
        return "It was in no git repository: one was made (git init), and DVC was set up in it (.dvc/)."
    io.write_text(f"{folder}/{DVC_CONFIG}", f"{config.rstrip()}\n    no_scm = true\n")
    return (
        "It is in no git repository, and `git init` did not work (is git installed?): DVC was set up without git. "
        "With git, later: `git init`, and take `no_scm` out of .dvc/config."
    )


def _git(folder: str, *arguments: str) -> str | None:
    """What git prints; None where it fails or is missing."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
