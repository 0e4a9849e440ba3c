"""`anechoic review`: the questions of reports/review.csv, and your answers to them."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from anechoic.project.schema import Labels

QUEUE, SHEET = "reports/review.csv", "data/review/review.csv"
SKIPPED, LEFT = {""}, {"q", "quit"}


def review(
    *,
    ask: Annotated[bool, typer.Option("--ask", help="ask in the terminal, one question after the other")] = False,
) -> None:
    """Lay the questions out for answering, and check every answer that is there."""
    from anechoic.project import folders, io
    from anechoic.project.errors import DataError
    from anechoic.project.schema import Labels
    from anechoic.project.tables import CLEAN
    from anechoic.review.answers import WORDS
    from anechoic.review.decisions import outcome, read_decisions
    from anechoic.review.sheet import merged, read_sheet

    labels, clean = io.read_params("labels", Labels), io.read(CLEAN)
    before = folders.read_drops("data/review").get("review.csv", b"")
    if isinstance(before, OSError):
        raise DataError(f"{SHEET} cannot be opened: {before.strerror}.")
    sheet = merged(read_sheet(QUEUE, folders.read_file(QUEUE)), read_sheet(SHEET, before))
    if ask:
        sheet = _ask(sheet, labels)
    else:
        io.write_csv(SHEET, sheet)
    answers = outcome(read_decisions(folders.read_drops("data/review"), clean, labels))
    open_questions = (sheet["decision"] == "").sum()
    typer.echo(
        f"{SHEET}: {open_questions} questions without an answer. In data/review/, {answers.applied} answers hold."
    )
    for stale in answers.stale:
        typer.echo(f"Not applied: {stale}")
    if not ask:
        typer.echo(f"Fill in the column `decision`: {WORDS}. Then run `dvc repro`.")


def _ask(sheet: "pl.DataFrame", labels: "Labels") -> "pl.DataFrame":
    """Ask what is unanswered, those first whose answer is worth most; every answer is saved at once."""
    import polars as pl

    from anechoic.project import io
    from anechoic.project.errors import DataError
    from anechoic.review.answers import DROPPED, read_answer
    from anechoic.text.shown import shown

    rows = sheet.to_dicts()
    waiting = [row for row in rows if not row["decision"].strip()]
    for number, row in enumerate(waiting, 1):
        typer.echo(f"\n{number} of {len(waiting)}: {row['kind']}, {row['why']}")
        typer.echo(f"  {shown(row['left_text'])} [{row['label']}]")
        if row["right_text"]:
            typer.echo(f"  {shown(row['right_text'])}")
            typer.echo(f"  ({DROPPED}: the upper one)")
        suggested = f"y = {row['suggested']}, " if row["suggested"] else ""
        while True:
            said = typer.prompt(
                f"s(ame), d(ifferent), relabel:<name>, x (drop), {suggested}Enter = skip, q(uit)",
                default="",
                show_default=False,
            ).strip()
            if said.casefold() in SKIPPED | LEFT:
                break
            try:
                answer = read_answer("your answer", row | {"decision": said}, labels)
            except DataError as error:
                typer.echo(str(error))
                continue
            row["decision"] = answer
            sheet = sheet.with_columns(decision=pl.Series([each["decision"] for each in rows], dtype=pl.String))
            io.write_csv(SHEET, sheet)
            break
        if said.casefold() in LEFT:
            break
    return sheet
