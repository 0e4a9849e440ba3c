"""`anechoic check`: one screen about any file: what it is good for, its problems, its echoes."""

from typing import TYPE_CHECKING, Annotated

import typer

from anechoic.project.wording import plural

if TYPE_CHECKING:
    import polars as pl

    from anechoic.api.check import Asked, Checked, CheckedEchoes, CheckedTexts
    from anechoic.api.known_rows import Known

SHOWN = 10  # pairs, conflicts
MENTIONS = 3  # classes whose name stands in texts
ANY_NUMBER = 1_000_000
TEXT_WIDTH = 60  # characters of a text in a list
OWN_LABELS = "its labels are not those of params.yaml: the file's own are taken"
NO_PROJECT = "in no project's folder: the file's own labels and the shipped knobs are taken"
LINE = "  {kind:9}line {line} [{label}] {text} ~ {other} [{its_label}] {its_text}"


def check(
    file: Annotated[str, typer.Argument(help="a file: CSV, TSV, JSON lines, parquet, also .gz; labelled or not")],
    *,
    maximum_quarantined: Annotated[
        float, typer.Option(min=0, max=1, help="share of records set aside [0..1]")
    ] = 1.0,
    maximum_flagged: Annotated[float, typer.Option(min=0, max=1, help="share of rows with a flag [0..1]")] = 1.0,
    maximum_echoes: Annotated[
        float, typer.Option(min=0, max=1, help="share of rows that echo others [0..1]")
    ] = 1.0,
    maximum_conflicts: Annotated[
        int, typer.Option(min=0, help="rows that say the same under two labels")
    ] = ANY_NUMBER,
    echoes: Annotated[bool, typer.Option(help="look for echoes, in the file and in data/raw/")] = True,
) -> None:
    """Say what a file is good for, what is odd about it, what it echoes, what of it data/raw/ has.

    Exit code 1 above a limit, and where nothing of the file can be used.
    """
    from anechoic.api.check import CheckedTexts, check_file
    from anechoic.project import folders

    asked = _asked(file, echoes=echoes)
    content = folders.read_file(file)
    checked = check_file(file, content, asked)
    if isinstance(checked, CheckedTexts):
        raise typer.Exit(_tell_texts(file, checked))
    _tell(file, checked)
    if not checked.intake.valid:
        raise typer.Exit(1)
    broken = _broken(checked, maximum_quarantined, maximum_flagged, maximum_echoes, maximum_conflicts)
    for line in broken or ["within the limits"]:
        typer.echo(f"  {'✗' if broken else '✓'} {line}")
    raise typer.Exit(1 if broken else 0)


def _asked(file: str, *, echoes: bool) -> "Asked":
    """What a file is held against: the project's labels, knobs and rows; outside of projects the shipped knobs."""
    from anechoic.api.check import Asked
    from anechoic.cli.new_project.template import shipped
    from anechoic.echoes.schema import EchoesParams
    from anechoic.embed.schema import EmbedParams
    from anechoic.project import folders, io
    from anechoic.project.errors import ParamsError
    from anechoic.project.schema import Labels
    from anechoic.validate.schema import ValidateParams

    here = folders.in_project()
    if not here and folders.project_of("."):
        io.check_project()  # says which folder to go to
    knobs = io.read_params if here else shipped
    try:
        labels = io.read_params("labels", Labels) if here else None
    except ParamsError:  # none yet, as after `anechoic fresh`
        labels = None
    return Asked(
        labels=labels,
        params=knobs("validate", ValidateParams),
        encoder=knobs("embed", EmbedParams).model,
        near_lexical=knobs("echoes", EchoesParams).near_lexical if echoes else None,
        beside=folders.read_other_drops("data/raw", file) if here and echoes else {},
    )


def _broken(checked: "Checked", quarantined: float, flagged: float, echoes: float, conflicts: int) -> list[str]:
    """The limits that a file is above: shares set aside, flagged and echoing, contradictions."""
    report = checked.intake
    limits = [
        ("records set aside", report.quarantined / max(1, report.records), quarantined),
        ("rows flagged", checked.flagged / max(1, report.valid), flagged),
    ]
    if checked.echoes is not None:
        repeats = 1 - checked.echoes.effective_rows / checked.echoes.rows
        limits.append(("rows that echo others", repeats, echoes))
        limits.append(("contradicting labels", checked.echoes.conflicting.height, conflicts))
    return [f"{name}: {value:.3g}, at most {limit:g} allowed" for name, value, limit in limits if value > limit]


def _tell(file: str, checked: "Checked") -> None:
    """The answer, then what the file was taken for and what was found in it."""
    from anechoic.project import folders
    from anechoic.text.shown import shown_name

    report, drop = checked.intake, checked.intake.drops[0]
    if checked.unreadable:
        typer.echo(f"{shown_name(file)}: cannot be used: {checked.unreadable}")
        return
    came = f"{report.records:,} records = {report.valid:,} rows + {report.quarantined:,} set aside"
    worth = f"; the rows are worth {checked.echoes.effective_rows:,}" if checked.echoes else ""
    usable = "" if report.valid else "nothing of it can be used: "
    typer.echo(f"{shown_name(file)}: {usable}{came}{worth}{_there(checked.known, report.valid)}.")
    if checked.own_labels:
        typer.echo(f"  {OWN_LABELS if folders.in_project() else NO_PROJECT}")
    typer.echo(f"  {drop.encoding}, delimiter {drop.delimiter!r}, {'header' if drop.header else 'no header'}")
    typer.echo(f"  {drop.evidence}")
    for notice in report.notices:
        typer.echo(f"  ! {notice}")
    if report.valid:
        unused = f", {len(report.unused_labels)} of them without a row" if report.unused_labels else ""
        typer.echo(f"  {len(checked.labels.root)} classes{unused}")
    for finding in report.findings:
        typer.echo(f"  {finding.decision:7}{finding.code:26}{finding.records:6,}  {finding.example[:100]!r}")
    for mention in report.label_mentions[:MENTIONS]:
        written = f", {mention.verbatim:,} so written" if mention.verbatim else ""
        typer.echo(f"  {mention.texts:,} texts hold the label's name {mention.label!r}{written}")
    if checked.echoes is not None:
        _tell_echoes(checked.echoes)
    _tell_known(checked.known, own_labels=checked.own_labels)


def _there(known: "Known | None", rows: int) -> str:
    """How many of the rows the project has already."""
    if known is None:
        return ""
    kinds = ", ".join(f"{count} {name}" for name, count in known.kinds().items() if count)
    named = f" ({kinds})" if kinds else ""
    return f"; {known.pairs.height:,} of {rows:,} stand in data/raw/ already{named}"


def _tell_texts(file: str, checked: "CheckedTexts") -> int:
    """What a file without labels is good for; the exit code."""
    from anechoic.text.shown import shown_name

    if checked.problem or not checked.texts:
        typer.echo(f"{shown_name(file)}: cannot be used: {checked.problem or 'it holds no text'}.")
        return 1
    worth = "" if checked.effective_rows is None else f", {checked.effective_rows:,} different ones"
    typer.echo(
        f"{shown_name(file)}: no labels; {checked.texts:,} texts{worth}{_there(checked.known, checked.texts)}."
    )
    typer.echo("  Nothing can be learned from it as it is: put it into data/inbox/, and `dvc repro` classifies it.")
    typer.echo("  With a model, `anechoic predict FILE` does so too. With a column `label` it fits data/raw/.")
    if checked.records > checked.texts:
        typer.echo(f"  {checked.records - checked.texts:,} of {checked.records:,} records hold no text")
    _tell_known(checked.known, own_labels=True)
    return 0


def _tell_known(known: "Known | None", *, own_labels: bool) -> None:
    """The rows of the file that the project has, those under another label first."""
    if known is None:
        return
    if not own_labels and known.conflicts.height:
        typer.echo(f"  {known.conflicts.height:,} rows that stand in data/raw/ carry another label there")
    _list(known.conflicts, "place", "its_text", "its_label", kind="conflict")
    reworded = known.pairs.filter(known.pairs["kind"] != "exact")
    _list(reworded, "place", "its_text", "its_label")


def _tell_echoes(echoes: "CheckedEchoes") -> None:
    if echoes.conflicting.height:
        times = echoes.conflicting.height
        typer.echo(f"  {times:,} {plural(times, 'time')} rows that say the same carry two labels")
    _list(echoes.conflicting, "line_right", "text_right", "label_right", kind="conflict")
    _list(echoes.pairs, "line_right", "text_right", "label_right")
    if echoes.lone_rows == echoes.rows:
        typer.echo("  it cannot be tested: each class holds one meaning, so none is left to learn it from")
        return
    if echoes.lone_rows:
        typer.echo(
            f"  {echoes.lone_classes} classes ({echoes.lone_rows:,} rows) hold one meaning each: a test that keeps "
            "echoes together counts them as wrong"
        )
    if echoes.naive_accuracy is not None and echoes.honest_accuracy is not None:
        typer.echo(
            f"  a random test would say {100 * echoes.naive_accuracy:.0f} %, one that keeps echoes together says "
            f"{100 * echoes.honest_accuracy:.0f} %"
        )


def _list(pairs: "pl.DataFrame", place: str, text: str, label: str, *, kind: str = "") -> None:
    """Pairs, a line each, and how many more there are; place, text, label: the columns of the other row."""
    from anechoic.text.shown import shown

    for row in pairs.head(SHOWN).iter_rows(named=True):
        typer.echo(
            LINE.format(
                kind=kind or row["kind"],
                line=row["line"],
                label=row["label"] or "no label",
                text=repr(shown(row["text"])[:TEXT_WIDTH]),
                other=row[place] if place == "place" else f"line {row[place]}",
                its_label=row[label],
                its_text=repr(shown(row[text])[:TEXT_WIDTH]),
            )
        )
    if pairs.height > SHOWN:
        typer.echo(f"  and {pairs.height - SHOWN:,} more")
