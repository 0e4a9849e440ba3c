"""How a stage's script and a command run: plain words instead of tracebacks, one line on Ctrl-C."""

import os
import signal
import sys
from collections.abc import Callable, Iterable
from types import FrameType

from anechoic.project.errors import AnechoicError, ContractError
from anechoic.project.model_store import has_model, set_hub_access

VERSION_FILE = "anechoic.version"  # in a project that `anechoic init` laid out; a checkout has none
INTERRUPTED = 130  # exit code of a process that Ctrl-C ended: 128 + SIGINT


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    """Leave through every `finally`, so that no half-written file stays; a second Ctrl-C ends at once."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stderr.write("\nStopped by Ctrl-C. What was finished stays; the same command does the rest.\n")
    raise SystemExit(INTERRUPTED)


def end_plainly_on_interrupt() -> None:
    """Let Ctrl-C end this process in one line, even while its imports run."""
    signal.signal(signal.SIGINT, _interrupted)


set_hub_access()  # on import, because what a stage imports next reads it
if sys.argv[0] == "-m":  # `python -m pipelines.NAME` is importing the package: the stage is this process
    end_plainly_on_interrupt()


def run(main: Callable[[], None], keeps: str = "") -> None:
    """Run a stage; what a user can mend is said in plain words, without a traceback.

    keeps: the folder of a model that only a stage that ends well replaces; after a failure its being there is told.
    """
    done = False
    try:
        check_version()
        main()
        done = True
    except AnechoicError as error:
        sys.stderr.write(f"\n{type(error).__name__}: {error}\n")
        sys.exit(1)
    finally:
        if not done and keeps and has_model(keeps):
            sys.stderr.write(f"The classifier of before stays: {keeps}\n")


def installed_version() -> str:
    """The version of this package."""
    from importlib.metadata import version

    return version("anechoic")


def laid_out_for() -> str | None:
    """The version that this project was laid out for, empty where the file does not say; None in a checkout."""
    from anechoic.project.io import read_text  # here, for `--version` and Ctrl-C shall not wait for its imports

    text = read_text(VERSION_FILE)
    versions = [line.removeprefix("version:").strip() for line in text.splitlines() if line.startswith("version:")]
    return (versions or [""])[0] if text else None


def check_version() -> None:
    """Raise ContractError where another version is installed than this project's scripts are written for."""
    before = laid_out_for()
    if before is not None and before != (now := installed_version()):
        raise ContractError(
            f"This project is at anechoic {before or '?'} ({VERSION_FILE}), but {now} is installed. Run `anechoic "
            f"upgrade` to bring the project to {now} (every stage runs again), or install {before or 'the other'}."
        )


def summary_follows() -> bool:
    """Whether who started the run prints its summary at the end, as `make run` does: then no stage prints it."""
    return bool(os.environ.get("ANECHOIC_SUMMARY_FOLLOWS"))


def say(sentences: Iterable[str]) -> None:
    """Print what a stage found, a line each, indented below the line with which dvc names the stage."""
    for sentence in sentences:
        try:
            sys.stdout.write(f"  {sentence}\n")
            sys.stdout.flush()
        except BrokenPipeError:  # nobody reads on, as in `dvc repro | head`: the work goes on
            return
