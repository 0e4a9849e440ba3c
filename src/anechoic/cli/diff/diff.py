"""`anechoic diff`: what came, went, changed label, group or side between two revisions."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from anechoic.changes.changes import Changes

WORKSPACE = "the workspace"
MEANINGS = {
    "came": "records that were not there before",
    "went": "records that are no longer there",
    "label": "rows with another label",
    "group": "rows with other echoes, among the rows of both",
    "side": "rows on another side",
    "moved": "rows that stand in another file",
    "rewritten": "rows whose record is written differently, text and label the same",
}
ALWAYS = ("came", "went", "label", "group", "side")  # told where there are none, too
LISTED = ("label", "group", "side", "went", "came")  # moved and rewritten rows stand in the CSV alone
TEXT_WIDTH = 60  # characters of a text in a list


def diff(
    revision: Annotated[str, typer.Argument(metavar="REV", help="a commit, branch or tag of git")],
    other: Annotated[
        str, typer.Argument(metavar="REV2", help="compare with this one; by default with the workspace's tables")
    ] = "",
    *,
    rows: Annotated[int, typer.Option(min=0, help="rows listed of each kind of change")] = 20,
    csv: Annotated[str, typer.Option(help="write every change to this CSV")] = "",
) -> None:
    """Say which rows came, went, changed label, echo group or side since a revision, and why; files renamed too.

    A revision's tables lie in DVC's cache: those of a commit after a `dvc repro` are there.
    """
    from anechoic.changes.changes import changes
    from anechoic.cli.diff.revision import changed_inputs, rows_at, rows_here
    from anechoic.project import io

    before, after = rows_at(revision), rows_at(other) if other else rows_here()
    judged = None if before.pairs is None or after.pairs is None else (before.pairs, after.pairs)
    found = changes(before.rows, after.rows, judged)
    for line in sentences(found, revision, other or WORKSPACE, rows):
        typer.echo(line)
    if not other and (unknown := changed_inputs()):
        typer.echo(f"! {', '.join(unknown)} changed since the last `dvc repro`: the tables do not tell of it yet.")
    if csv:
        io.write_csv(csv, _shown(found.table))
        typer.echo(f"All {found.table.height:,} changes: {csv}")


def sentences(found: "Changes", revision: str, other: str, rows: int) -> Iterator[str]:
    """The counts of each kind, which files were renamed, and the first changes of each kind."""
    if found.table.is_empty():
        same = f"the same {found.after:,} records, with the same labels, groups and sides"
        yield f"Nothing changed: {revision} and {other} hold {same}."
        return
    yield f"{revision} holds {found.before:,} records, {other} {found.after:,}."
    for kind, meaning in MEANINGS.items():
        part = found.of(kind)
        if part.height or kind in ALWAYS:
            told = ", ".join(_details(kind, part))
            yield f"  {kind:9} {part.height:6,}  {meaning}{f': {told}' if told else ''}"
    for kind in LISTED:
        part = found.of(kind)
        for row in part.head(rows).iter_rows(named=True):
            yield _line(row)
        if part.height > rows:
            yield f"  and {part.height - rows:,} more of {kind} (--rows, --csv FILE)"


def _details(kind: str, part: "pl.DataFrame") -> Iterator[str]:
    """What the changes of a kind have in common, with how many they are, the most first."""
    if kind in ("came", "went"):
        outcomes = Counter(part["after" if kind == "came" else "before"].str.replace(r" \(.*", ""))
        yield from (f"{count:,} {outcome}" for outcome, count in outcomes.most_common())
    elif kind in ("label", "side"):
        for (before, after), count in Counter(part.select("before", "after").iter_rows()).most_common():
            yield f"{count:,} {before} -> {after}"
    elif kind == "moved":
        files = part.select(part[name].str.replace(r":\d+$", "") for name in ("before", "after"))
        for (before, after, reason), count in Counter(files.with_columns(part["reason"]).iter_rows()).most_common():
            yield f"{count:,} {before} -> {after}{' (renamed)' if reason == 'its file was renamed' else ''}"


def _line(row: dict[str, str | None]) -> str:
    """A change: where, which text, before and after, why."""
    from anechoic.text.shown import shown_record

    label = f" [{row['label']}]" if row["label"] and row["kind"] != "label" else ""
    became = (
        f"{row['before']} -> {row['after']}" if row["before"] and row["after"] else row["before"] or row["after"]
    )
    text = shown_record(row["text"] or "", TEXT_WIDTH)
    why = f"; {row['reason']}" if row["reason"] not in ("", row["after"]) else ""
    return f"  {row['kind']:6} {row['place'] or row['place_before']}{label} {text!r} {became}{why}"


def _shown(table: "pl.DataFrame") -> "pl.DataFrame":
    """The changes as others may read them: texts masked, without control characters, no field a formula."""
    import polars as pl

    from anechoic.text.formulas import disarm
    from anechoic.text.repair import CONTROL
    from anechoic.text.shown import shown_record

    texts = [CONTROL.sub("", shown_record(text or "", len(text or ""))) for text in table["text"]]
    table = table.with_columns(pl.Series("text", texts, dtype=pl.String))
    return table.with_columns(pl.all().map_elements(disarm, return_dtype=pl.String))
