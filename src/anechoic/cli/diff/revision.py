"""The rows of a git revision, whose tables DVC keeps, and those of the workspace."""

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import polars as pl
    from dvc.api import DVCFileSystem

    from anechoic.project.tables import Table

MADE_BY = ("validate", "normalize", "embed", "echoes", "split")  # the stages behind the tables that are read
HASH = 10  # characters of a commit's hash that a message shows
AGAIN = """{table} of {revision} (commit {commit}) is not in DVC's cache.
Where a remote has it, this brings it: dvc fetch --all-commits
Else make it again in a folder beside the project, which itself stays as it is:
  git worktree add --detach {tree} {commit}
  cd {there}
  dvc cache dir --local {cache}
  dvc checkout --allow-missing
  dvc repro split
  cd {here}
Then give the same `anechoic diff` again, and at the end: git worktree remove --force {tree}
If it says so again, the table came out otherwise than it was first made, by another machine or version.
Before that end, then:
  git -C {tree} commit -a -m "made again"
and name the commit that `git -C {tree} rev-parse HEAD` tells in place of {revision}."""


class State(NamedTuple):
    """rows: as `changes` takes them; pairs: the table pairs, None where it is not at hand."""

    rows: "pl.DataFrame"
    pairs: "pl.DataFrame | None"


def rows_at(revision: str) -> State:
    """The rows and pairs of a revision, as `changes` takes them.

    Raises DataError where there is no such revision, or where its tables are not at hand.
    """
    from dvc.api import DVCFileSystem
    from dvc.exceptions import DvcException
    from dvc.scm import RevError

    from anechoic.project import folders, io
    from anechoic.project.errors import DataError

    io.check_project()
    try:
        files = DVCFileSystem(rev=revision, subrepos=True)  # the project may lie in a folder of the repository
        root = files.repo.scm.root_dir
    except RevError:
        raise DataError(
            f"{revision!r} is no revision of this repository: name a commit, branch or tag (`git log --oneline` "
            "lists the commits)."
        ) from None
    except DvcException as error:
        raise DataError(
            f"No revision can be read here: {str(error).rstrip('.')}. `anechoic diff` compares commits of git: set "
            "git up first (`git init`), run `dvc repro` and commit."
        ) from None
    below = folders.resolved(".").removeprefix(folders.resolved(root)).strip("/")
    return _rows(lambda table: _at(files, table, below, revision), f"of {revision}")


def rows_here() -> State:
    """The rows and pairs of the workspace's tables. Raises DataError where they were not made."""
    from anechoic.project import io
    from anechoic.project.errors import DataError
    from anechoic.project.tables import CLEAN, LEDGER, QUARANTINE

    io.check_project()
    if missing := [table.path for table in (LEDGER, CLEAN, QUARANTINE) if not io.exists(table)]:
        raise DataError(
            f"The workspace has no tables to compare ({', '.join(missing)} missing): run `dvc repro`, or `dvc "
            "checkout` where it ran for this commit."
        )
    return _rows(io.read, "of the workspace")


def changed_inputs() -> list[str]:
    """What the workspace's tables do not know yet: folders and params that changed since the run they are of."""
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    found: set[str] = set()
    try:
        with Repo() as repo:
            for name in MADE_BY:
                for dep in repo.stage.load_one(name=name).deps:
                    yours = dep.def_path.startswith("data/") and not dep.def_path.startswith("data/tables/")
                    if (yours or dep.def_path == "params.yaml") and dep.status():
                        found.add(dep.def_path)
    except DvcException:  # a dvc.yaml that cannot be read: the next `dvc repro` says so
        return []
    return sorted(found)


def _rows(read: "Callable[[Table], pl.DataFrame]", where: str) -> State:
    """Three tables as rows, and the judged pairs. Raises DataError where the three are not of one run."""
    import polars as pl

    from anechoic.api.named_rows import placed_rows
    from anechoic.project.errors import AnechoicError, DataError
    from anechoic.project.tables import CLEAN, LEDGER, PAIRS, QUARANTINE

    ledger, clean, quarantine = (read(table) for table in (LEDGER, CLEAN, QUARANTINE))
    if set(ledger["row_id"]) != {*clean["row_id"], *quarantine["row_id"]}:
        raise DataError(f"The tables {where} are of two runs: one did not end. Run `dvc repro` there, and commit.")
    rows = placed_rows(ledger, clean, quarantine).join(clean.select("row_id", "flags"), on="row_id", how="left")
    rows = rows.with_columns(file=pl.col("place").str.replace(r":\d+$", ""))
    try:
        return State(rows, read(PAIRS))
    except AnechoicError:  # they tell why groups changed, no more
        return State(rows, None)


def _at(files: "DVCFileSystem", table: "Table", below: str, revision: str) -> "pl.DataFrame":
    """A table of a revision. Raises DataError where it was not committed, is not in the cache, or lacks columns."""
    import polars as pl
    from dvc.exceptions import DvcException

    from anechoic.project.errors import DataError

    path = f"{below}/{table.path}" if below else table.path
    if not files.exists(path) or not files.info(path).get("dvc_info", {}).get("md5"):
        raise DataError(
            f"{revision} has no {table.path}: its dvc.lock does not tell of it, as before the first commit after a "
            "`dvc repro`. `git log --oneline -- dvc.lock` lists the commits that can be compared."
        )
    try:
        content = files.cat_file(path)
    except (OSError, DvcException):
        raise DataError(_made_again(table, revision, files.repo.get_rev()[:HASH], below)) from None
    frame = pl.scan_parquet(BytesIO(content)).collect()
    if missing := set(table.schema.column_names()) - set(frame.columns):
        raise DataError(
            f"{table.path} of {revision} was made by another version of anechoic: it lacks "
            f"{', '.join(sorted(missing))}. Compare revisions that were run with one version."
        )
    return frame


def _made_again(table: "Table", revision: str, commit: str, below: str) -> str:
    """How the tables of a commit come into DVC's cache, as lines to type in the project's folder.

    below: the project's folder in its repository. The worktree stands beside the repository.
    """
    from shlex import quote

    from dvc.repo import Repo

    from anechoic.project import folders

    tree = "../" * (below.count("/") + 2 if below else 1) + f"at-{commit}"
    with Repo() as repo:
        cache = repo.cache.local_cache_dir
    return AGAIN.format(
        table=table.path,
        revision=revision,
        commit=commit,
        tree=tree,
        there=quote(f"{tree}/{below}" if below else tree),
        here=quote(folders.resolved(".")),
        cache=quote(cache),
    )
