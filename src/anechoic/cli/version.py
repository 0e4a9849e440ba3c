"""`--version` on every command."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer


def _show(asked: bool) -> None:  # noqa: FBT001 - the signature is typer's
    if not asked:
        return
    from anechoic.project.stage import installed_version

    typer.echo(f"anechoic {installed_version()}")
    raise typer.Exit


OPTION = Annotated[
    bool, typer.Option("--version", callback=_show, is_eager=True, help="Show the version and exit.")
]


def versioned(command: Callable[..., None]) -> Callable[..., None]:
    """The same command, with --version beside its own options."""

    @functools.wraps(command)
    def with_version(*arguments: Any, version: bool = False, **options: Any) -> None:  # noqa: ANN401, ARG001
        command(*arguments, **options)

    own = inspect.signature(command)
    added = inspect.Parameter("version", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=OPTION)
    with_version.__signature__ = own.replace(parameters=[*own.parameters.values(), added])  # type: ignore[attr-defined]
    with_version.__annotations__ = {**command.__annotations__, "version": OPTION}
    return with_version
