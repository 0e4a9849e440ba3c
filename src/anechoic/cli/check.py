"""`anechoic check`: one screen about any labelled file: what it is, its problems, its echoes, its worth."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from anechoic.echoes.schema import EchoesReport
    from anechoic.project.schema import Labels
    from anechoic.validate.schema import IntakeReport

SHOWN = 10  # pairs


def check(
    file: Annotated[str, typer.Argument(help="a labelled file: CSV, TSV, JSON lines, parquet, also .gz")],
    maximum_quarantined: Annotated[
        float, typer.Option(min=0, max=1, help="share of records set aside [0..1]")
    ] = 1.0,
    maximum_flagged: Annotated[float, typer.Option(min=0, max=1, help="share of rows with a flag [0..1]")] = 1.0,
    maximum_echoes: Annotated[
        float, typer.Option(min=0, max=1, help="share of rows that echo others [0..1]")
    ] = 1.0,
    maximum_conflicts: Annotated[int, typer.Option(min=0, help="echo groups whose labels differ")] = 1_000_000,
    echoes: Annotated[bool, typer.Option(help="look for echoes too")] = True,
) -> None:
    """Say what a file is, what is odd about it, what it echoes and what it is worth; exit code 1 above a limit."""
    from anechoic.project import folders, io
    from anechoic.validate.schema import ValidateParams
    from anechoic.validate.validate import validate

    content = folders.read_file(file)
    params = io.read_params("validate", ValidateParams)
    labels = _labels(file, content)
    intake = validate({file: content}, {}, labels, params)
    report = intake.report
    _tell_intake(report, labels)
    flagged = int((intake.rows["flags"].list.len() > 0).sum())
    limits = [
        ("records set aside", report.quarantined / max(1, report.records), maximum_quarantined),
        ("rows flagged", flagged / max(1, report.valid), maximum_flagged),
    ]
    if echoes and report.valid > 1:
        found = _tell_echoes(intake.rows)
        limits.append(("rows that echo others", 1 - found.effective_rows / found.rows, maximum_echoes))
        limits.append(("groups with conflicting labels", found.conflicts, maximum_conflicts))
    broken = [f"{name}: {value:.3g}, at most {limit:g} allowed" for name, value, limit in limits if value > limit]
    for line in broken or ["within the limits"]:
        typer.echo(f"  {'✗' if broken else '✓'} {line}")
    raise typer.Exit(1 if broken or not report.valid else 0)


def _labels(file: str, content: bytes) -> "Labels":
    """The taxonomy of params.yaml where half of the file's labels are of it, else what the file itself implies."""
    from anechoic.files.label_suggestions import implied_labels
    from anechoic.files.read import label_of, read_drop
    from anechoic.files.taxonomy import Taxonomy
    from anechoic.project import io
    from anechoic.project.errors import DataError, ParamsError
    from anechoic.project.schema import Label, Labels

    try:
        labels = io.read_params("labels", Labels)
    except ParamsError:
        labels = None
    if labels is not None:
        taxonomy = Taxonomy.of(labels)
        drop = read_drop(file, "raw", content, taxonomy)
        known = [taxonomy.holds(given) for record in drop.records if (given := label_of(record, drop.layout))]
        if known and sum(known) >= 0.5 * len(known):
            return labels
    try:
        names, _ = implied_labels({file: content})
    except DataError:
        if labels is None:
            raise
        return labels
    typer.echo("(its labels are not those of params.yaml: the file's own are taken)")
    return Labels({label_id: Label(name=name, meaning="") for label_id, name in names.items()})


def _tell_intake(report: "IntakeReport", labels: "Labels") -> None:
    drop = report.drops[0]
    typer.echo(
        f"{drop.drop}: {report.records:,} records = {report.valid:,} rows + {report.quarantined:,} set aside"
    )
    typer.echo(f"  {drop.encoding}, delimiter {drop.delimiter!r}, {'header' if drop.header else 'no header'}")
    typer.echo(f"  {drop.evidence}")
    typer.echo(f"  {len(labels.root)} classes, {len(report.unused_labels)} of them without a row")
    for finding in report.findings:
        typer.echo(f"  {finding.decision:7}{finding.code:26}{finding.records:6,}  {finding.example[:100]!r}")
    for mention in report.label_mentions[:3]:
        typer.echo(
            f"  {mention.texts:,} texts hold the label's name {mention.label!r}, {mention.verbatim:,} so written"
        )


def _tell_echoes(rows: "pl.DataFrame") -> "EchoesReport":
    """Echoes by the stage's own functions; the price of leakage where there are rows enough to say."""
    from anechoic.echoes.classifier.judge import shipped_judge
    from anechoic.echoes.echoes import echoes
    from anechoic.echoes.schema import EchoesParams
    from anechoic.embed.encoder import FixedShapeEncoder, embeddings_table, encode_missing
    from anechoic.embed.schema import EmbedParams
    from anechoic.normalize.normalize import normalize
    from anechoic.project import io, model_store, vector_store
    from anechoic.review.decisions import Decisions

    clean = normalize(rows)
    model = io.read_params("embed", EmbedParams).model
    name, folder = model_store.model_key(model), model_store.model_folder(model)
    known = vector_store.read_vectors(name)
    new = encode_missing(clean["canonical"].to_list(), set(known["text_hash"]), lambda: FixedShapeEncoder(folder))
    embeddings = embeddings_table(clean, known.vstack(new), name)
    found = echoes(clean, embeddings, io.read_params("echoes", EchoesParams), shipped_judge(), Decisions())
    report = found.report
    typer.echo(
        f"  {report.rows:,} rows are worth {report.effective_rows:,}; {report.conflicts} groups carry two labels"
    )
    text = dict(clean.select("row_id", "canonical").iter_rows())
    echoing = found.pairs.filter(found.pairs["kind"].is_in(["near", "rephrase"])).sort(
        "score", "left", descending=True
    )
    for left, right, kind in echoing.select("left", "right", "kind").head(SHOWN).iter_rows():
        typer.echo(f"  {kind:9}{text[left][:48]!r} ~ {text[right][:48]!r}")
    _tell_worth(clean, embeddings, found.groups)
    return report


def _tell_worth(clean: "pl.DataFrame", embeddings: "pl.DataFrame", groups: "pl.DataFrame") -> None:
    """Accuracy of the probe by folds at random and by folds that keep echo groups whole."""
    import numpy as np

    from anechoic.numeric.arrays import matrix
    from anechoic.numeric.linear_probe import out_of_fold
    from anechoic.stratify.folds import folds

    labels = np.unique(clean["label_id"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    if len(labels) < 50 or len(labels) > 20_000 or labels.max() == 0:
        return
    joined = clean.select("row_id").join(groups, on="row_id", maintain_order="left")
    group = np.unique(joined["group_id"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    vectors = matrix(embeddings["vector"])
    naive, honest = (
        float((out_of_fold(vectors, labels, folds(labels, units, 5, 7)) == labels).mean())
        for units in (None, group)
    )
    typer.echo(f"  a random test would say {naive:.0%}, one that keeps echoes together says {honest:.0%}")
