"""`anechoic calibrate`: the judge's working point, refitted on your own pairs."""

from typing import Annotated

import typer

TARGET = "data/review/judge.json"


def calibrate(
    pairs: Annotated[str, typer.Argument(help="a CSV with the columns text_a, text_b, same (1 or 0)")],
) -> None:
    """Refit what counts as an echo on pairs you judged; the next `dvc repro` uses it."""
    import polars as pl

    from anechoic.echoes.classifier.calibrate import calibrate as refit
    from anechoic.echoes.classifier.calibrate import read_pairs
    from anechoic.echoes.classifier.judge import shipped_judge
    from anechoic.embed.encoder import FixedShapeEncoder, encode_missing, vectors_of
    from anechoic.embed.schema import EmbedParams
    from anechoic.project import folders, io, model_store, vector_store

    model = io.read_params("embed", EmbedParams).model
    name, folder = model_store.model_key(model), model_store.model_folder(model)
    given = read_pairs(pairs, folders.read_file(pairs))
    known = vector_store.read_vectors(name)
    new = encode_missing(given.texts, set(known["text_hash"]), lambda: FixedShapeEncoder(folder))
    vectors = vectors_of(given.texts, pl.concat([known, new]))
    before = shipped_judge()
    judge = refit(given, vectors, before, model, pairs)
    io.write_report(TARGET, judge)
    typer.echo(
        f"{len(given.same)} pairs, {int(given.same.sum())} the same; {given.copies} copies left out. Cross-fitted: "
        f"precision {judge.precision:.2f} ({judge.precision_low:.2f}-{judge.precision_high:.2f}), "
        f"recall {judge.recall:.2f} ({judge.recall_low:.2f}-{judge.recall_high:.2f})."
    )
    typer.echo(f"Wrote {TARGET}: the next `dvc repro` judges by it. Remove the file to go back.")
