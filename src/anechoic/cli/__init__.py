"""The command line: `anechoic COMMAND`. Nothing heavy is imported until a command runs."""

import sys

import typer

from anechoic.cli import audit, calibrate, check, explain, labels, models, predict, project, review, trace
from anechoic.project.errors import AnechoicError
from anechoic.project.model_store import set_hub_access

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
app.command()(labels.labels)
app.command()(check.check)
app.command()(audit.audit)
app.command()(project.fresh)
app.command()(explain.explain)
app.command()(predict.predict)
app.command()(trace.trace)
app.add_typer(models.app, name="models")
app.command()(review.review)
app.command()(calibrate.calibrate)


def main() -> None:
    """Run a command; what a user can mend is said in plain words."""
    set_hub_access()
    try:
        app()
    except AnechoicError as error:
        from anechoic.text.shown import shown

        sys.stderr.write(f"{type(error).__name__}: {shown(str(error))}\n")
        sys.exit(1)
