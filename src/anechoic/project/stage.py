"""How a stage's script runs."""

import sys
from collections.abc import Callable

from anechoic.project.errors import AnechoicError
from anechoic.project.model_store import set_hub_access

set_hub_access()  # on import, because what a stage imports next reads it


def run(main: Callable[[], None]) -> None:
    """Run a stage; what a user can mend is said in plain words, without a traceback."""
    try:
        main()
    except AnechoicError as error:
        sys.stderr.write(f"\n{type(error).__name__}: {error}\n")
        sys.exit(1)
