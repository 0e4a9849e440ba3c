"""`anechoic check`: one screen about any labelled file: what it is, its problems, its echoes, its worth."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from anechoic.api.check import Checked, CheckedEchoes

SHOWN = 10  # pairs
MENTIONS = 3  # classes whose name stands in texts
ANY_NUMBER = 1_000_000


def check(
    file: Annotated[str, typer.Argument(help="a labelled file: CSV, TSV, JSON lines, parquet, also .gz")],
    *,
    maximum_quarantined: Annotated[
        float, typer.Option(min=0, max=1, help="share of records set aside [0..1]")
    ] = 1.0,
    maximum_flagged: Annotated[float, typer.Option(min=0, max=1, help="share of rows with a flag [0..1]")] = 1.0,
    maximum_echoes: Annotated[
        float, typer.Option(min=0, max=1, help="share of rows that echo others [0..1]")
    ] = 1.0,
    maximum_conflicts: Annotated[int, typer.Option(min=0, help="echo groups whose labels differ")] = ANY_NUMBER,
    echoes: Annotated[bool, typer.Option(help="look for echoes too")] = True,
) -> None:
    """Say what a file is, what is odd about it, what it echoes and what it is worth; exit code 1 above a limit."""
    from anechoic.api.check import check_file
    from anechoic.echoes.schema import EchoesParams
    from anechoic.embed.schema import EmbedParams
    from anechoic.project import folders, io
    from anechoic.project.errors import ParamsError
    from anechoic.project.schema import Labels
    from anechoic.validate.schema import ValidateParams

    try:
        labels = io.read_params("labels", Labels)
    except ParamsError:  # none yet, as after `anechoic fresh`
        labels = None
    checked = check_file(
        file,
        folders.read_file(file),
        io.read_params("validate", ValidateParams),
        labels=labels,
        encoder=io.read_params("embed", EmbedParams).model,
        near_lexical=io.read_params("echoes", EchoesParams).near_lexical if echoes else None,
    )
    _tell(checked)
    report = checked.intake
    limits = [
        ("records set aside", report.quarantined / max(1, report.records), maximum_quarantined),
        ("rows flagged", checked.flagged / max(1, report.valid), maximum_flagged),
    ]
    if checked.echoes is not None:
        repeats = 1 - checked.echoes.effective_rows / checked.echoes.rows
        limits.append(("rows that echo others", repeats, maximum_echoes))
        limits.append(("groups with conflicting labels", checked.echoes.conflicts, maximum_conflicts))
    broken = [f"{name}: {value:.3g}, at most {limit:g} allowed" for name, value, limit in limits if value > limit]
    for line in broken or ["within the limits"]:
        typer.echo(f"  {'✗' if broken else '✓'} {line}")
    raise typer.Exit(1 if broken or not report.valid else 0)


def _tell(checked: "Checked") -> None:
    report, drop = checked.intake, checked.intake.drops[0]
    if checked.own_labels:
        typer.echo("(its labels are not those of params.yaml: the file's own are taken)")
    typer.echo(
        f"{drop.drop}: {report.records:,} records = {report.valid:,} rows + {report.quarantined:,} set aside"
    )
    typer.echo(f"  {drop.encoding}, delimiter {drop.delimiter!r}, {'header' if drop.header else 'no header'}")
    typer.echo(f"  {drop.evidence}")
    typer.echo(f"  {len(checked.labels.root)} classes, {len(report.unused_labels)} of them without a row")
    for finding in report.findings:
        typer.echo(f"  {finding.decision:7}{finding.code:26}{finding.records:6,}  {finding.example[:100]!r}")
    for mention in report.label_mentions[:MENTIONS]:
        typer.echo(
            f"  {mention.texts:,} texts hold the label's name {mention.label!r}, {mention.verbatim:,} so written"
        )
    if checked.echoes is not None:
        _tell_echoes(checked.echoes)


def _tell_echoes(echoes: "CheckedEchoes") -> None:
    typer.echo(
        f"  {echoes.rows:,} rows are worth {echoes.effective_rows:,}; {echoes.conflicts} groups carry two labels"
    )
    for kind, left, right in echoes.pairs.select("kind", "left_text", "right_text").head(SHOWN).iter_rows():
        typer.echo(f"  {kind:9}{left[:48]!r} ~ {right[:48]!r}")
    if echoes.naive_accuracy is not None:
        typer.echo(
            f"  a random test would say {echoes.naive_accuracy:.0%}, one that keeps echoes together says "
            f"{echoes.honest_accuracy:.0%}"
        )
