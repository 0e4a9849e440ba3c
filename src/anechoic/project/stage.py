"""How a stage's script and a command run: plain words instead of tracebacks, one line on Ctrl-C."""

import signal
import sys
from collections.abc import Callable, Iterable
from types import FrameType

from anechoic.project.errors import AnechoicError
from anechoic.project.model_store import has_model, set_hub_access

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
        main()
        done = True
    except AnechoicError as error:
        sys.stderr.write(f"\n{type(error).__name__}: {error}\n")
        sys.exit(1)
    finally:
        if not done and keeps and has_model(keeps):
            sys.stderr.write(f"The classifier of before stays: {keeps}\n")


def say(sentences: Iterable[str]) -> None:
    """Print what a stage found, a line each, indented below the line with which dvc names the stage."""
    for sentence in sentences:
        try:
            sys.stdout.write(f"  {sentence}\n")
            sys.stdout.flush()
        except BrokenPipeError:  # nobody reads on, as in `dvc repro | head`: the work goes on
            return
