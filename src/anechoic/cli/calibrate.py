"""`anechoic calibrate`: the judge's working point, refitted on your own pairs."""

from typing import Annotated

import typer

TARGET = "data/review/judge.json"


def calibrate(
    pairs: Annotated[str, typer.Argument(help="a CSV with the columns text_a, text_b, same (1 or 0)")],
) -> None:
    """Refit what counts as an echo on pairs you judged; the next `dvc repro` uses it."""
    from anechoic.echoes.classifier.calibrate import calibrate as refit
    from anechoic.echoes.classifier.calibrate import read_pairs
    from anechoic.echoes.classifier.judge import shipped_judge
    from anechoic.embed.embed import embed
    from anechoic.embed.schema import EmbedParams
    from anechoic.project import folders, io

    model = io.read_params("embed", EmbedParams).model
    given = read_pairs(pairs, folders.read_file(pairs))
    delta = refit(given, embed(given.texts, model), shipped_judge(), encoder=model, name=pairs)
    io.write_report(TARGET, delta)
    typer.echo(
        f"{len(given.same)} pairs, {int(given.same.sum())} the same; {given.copies} copies left out. Cross-fitted: "
        f"precision {delta.precision:.2f} ({delta.precision_low:.2f}-{delta.precision_high:.2f}), "
        f"recall {delta.recall:.2f} ({delta.recall_low:.2f}-{delta.recall_high:.2f})."
    )
    typer.echo(f"Wrote {TARGET}: the pipeline, `check`, `audit` and the library judge by it. Remove it to go back.")
