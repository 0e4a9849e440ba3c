"""The command line: `anechoic COMMAND`. Nothing heavy is imported until a command runs."""

import signal
import sys

import typer

from anechoic.cli import (
    audit,
    calibrate,
    check,
    explain,
    labels,
    models,
    next_rows,
    onnx,
    predict,
    project,
    review,
    summary,
)
from anechoic.cli.diff import diff
from anechoic.cli.doctor import doctor
from anechoic.cli.new_project import init, upgrade
from anechoic.cli.version import versioned
from anechoic.project.errors import AnechoicError
from anechoic.project.model_store import set_hub_access
from anechoic.project.stage import end_plainly_on_interrupt

app = typer.Typer(
    help="Finds the echoes in labelled short texts (copies, rephrasings), and says what the data is worth.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    check.check,
    labels.labels,
    audit.audit,
    explain.explain,
    explain.trace,
    predict.predict,
    summary.summary,
    onnx.onnx,
    review.review,
    diff.diff,
    doctor.doctor,
    calibrate.calibrate,
    project.fresh,
    init.init,
    upgrade.upgrade,
):
    app.command()(versioned(command))
app.command("next")(versioned(next_rows.next_rows))
app.add_typer(models.app, name="models")


@app.callback()
@versioned
def _every_command() -> None:
    """What holds for all commands."""


def main() -> None:
    """Run a command; what a user can mend is said in plain words."""
    end_plainly_on_interrupt()
    if hasattr(signal, "SIGPIPE"):  # `anechoic ... | head`: nobody reads on, so there is nobody to tell
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    set_hub_access()
    try:
        app()
    except AnechoicError as error:
        from anechoic.text.shown import shown

        sys.stderr.write(f"{type(error).__name__}: {shown(str(error))}\n")
        sys.exit(1)
    except OSError as error:  # a disk that is full, a folder that may not be written
        if error.filename is None:
            raise
        sys.stderr.write(f"{error.filename}: {error.strerror}.\n")
        sys.exit(1)
