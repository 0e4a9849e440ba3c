"""How a stage's script runs."""

import sys
from collections.abc import Callable

from anechoic.project.errors import AnechoicError
from anechoic.project.model_store import has_model, set_hub_access

set_hub_access()  # on import, because what a stage imports next reads it


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
