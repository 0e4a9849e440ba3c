"""`anechoic doctor`: what machine this is, which models are at hand, whether a run can start, how long it takes."""

import math
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from anechoic.cli.doctor.measure import Steps
    from anechoic.cli.doctor.run_time import Rows

SIGNS = {"ok": "✓", "note": "!", "stops": "✗"}


def doctor(
    *,
    measure: Annotated[bool, typer.Option(help="time a little of the work, to say how long a run takes")] = True,
) -> None:
    """Say what machine this is, which models are at hand, whether the project can run, and how long a run takes.

    Exit code 1 where something would stop a run. Outside of projects: the machine and the models.
    """
    from anechoic.cli.doctor.machine import machine
    from anechoic.cli.doctor.project import project
    from anechoic.project import folders, model_registry
    from anechoic.text.shown import shown

    for name, value in machine():
        typer.echo(f"{name:9} {value}")
    for each in model_registry.models_at_hand():
        state = "at hand" if each.ready else f"to be fetched: `anechoic models add {each.name}`"
        typer.echo(f"{'model':9} {each.name} ({each.meaning}): {state}")
    if not folders.in_project():
        typer.echo(_no_project())
        return
    findings = list(project())
    typer.echo("\nThe project")
    for finding in findings:
        typer.echo(f"  {SIGNS[finding.state]} {shown(finding.told)}")
    stops = sum(finding.state == "stops" for finding in findings)
    if stops:
        typer.echo(f"\n{stops} of these would stop a run (✗): mend them first.")
        raise typer.Exit(1)
    typer.echo("\nHow long a run takes")
    for line in _duration() if measure else ["not measured (--no-measure)"]:
        typer.echo(f"  {line}")
    for line in _last_run():
        typer.echo(f"  {line}")


def _no_project() -> str:
    from anechoic.project import folders

    if above := folders.project_of("."):
        return f"\nThe project is {above}: `cd {above}` and call `anechoic doctor` there to have it looked at."
    return "\nNo project here: `anechoic init FOLDER` lays one out."


def _duration() -> Iterator[str]:
    """The time of a run of all stages, and what was measured for it."""
    from anechoic.cli.doctor import measure, run_time
    from anechoic.cli.doctor.machine import cores
    from anechoic.cli.doctor.work import texts_and_rows
    from anechoic.embed.schema import EmbedParams
    from anechoic.project import io, model_registry, model_store
    from anechoic.project.schema import Labels
    from anechoic.split.schema import SplitParams
    from anechoic.train.schema import TrainParams

    encoder, params = io.read_params("embed", EmbedParams).model, io.read_params("train", TrainParams)
    for name in dict.fromkeys((encoder, params.model)):
        if not model_store.has_folder(model_registry.start_folder(name)):
            yield f"not measured: {name} comes from the Hub with the first run"
            return
    texts, rows = texts_and_rows(encoder)
    if not texts:
        yield "not measured: no text can be read in data/raw/. `anechoic check FILE` says why"
        return
    text = measure.seconds_per_text(texts, encoder)
    step = measure.seconds_per_step(texts, io.read_params("labels", Labels), params)
    probe = measure.seconds_of_a_probe()
    training = run_time.training(rows.usable, io.read_params("split", SplitParams).shares(), params, step)
    embedding = run_time.Span(text * rows.new_texts, text * rows.new_texts)
    others = run_time.others(rows.records, probe)
    whole = training + embedding + others
    yield (
        f"about {run_time.told(whole)} where every stage has to run, of which training {run_time.told(training)}; "
        "stages that nothing changed for are left out by `dvc repro`"
    )
    yield _basis(rows)
    yield (
        f"measured now: {1000 * text:.0f} ms to embed a text ({rows.new_texts:,} are new); {_seconds(step)} "
        f"for a training step of {params.batch_size} rows ({params.model}, at most "
        f"{params.epochs} epochs)"
    )
    yield (
        f"the other stages, {run_time.told(others)}, are a rough figure: their time on the demo on two busy cores, "
        "scaled by the records and by how fast this machine fits a small model"
    )
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if load > cores() + 1:
        yield f"! other work runs on this machine (load {load:.0f} on {cores()} cores): without it a run is faster"


def _seconds(step: "Steps") -> str:
    low, high = f"{step.fastest:.2f}", f"{step.slowest:.2f}"
    return f"{low} s" if low == high else f"{low} to {high} s"


def _basis(rows: "Rows") -> str:
    counted = "that count once their echoes are found, as in the last run"
    distinct = "different texts; those that echo each other count once, which makes training shorter"
    return (
        f"for {rows.records:,} labelled records, {rows.usable:,} of data/raw/ {counted if rows.known else distinct}"
    )


def _last_run() -> Iterator[str]:
    """What the last training took, where there was one."""
    from anechoic.project import io
    from anechoic.project.errors import AnechoicError
    from anechoic.train.schema import TrainReport

    try:
        report = io.read_report_if_there("reports/train.json", TrainReport)
    except AnechoicError:  # of another version: the next run writes it anew
        return
    if report is not None:
        again = f", then {report.refit_rows:,} rows for {report.best_epoch}" if report.refit_rows else ""
        steps = math.ceil(report.rows / report.batch_size) * report.stopped_at
        steps += math.ceil(report.refit_rows / report.batch_size) * report.best_epoch
        yield (
            f"the last training (reports/train.json) took {report.seconds:,.0f} s on {report.device}: "
            f"{report.model}, {report.rows:,} rows for {report.stopped_at} epochs{again}: "
            f"{report.seconds / steps:.2f} s a step of {report.batch_size} rows, with all around it"
        )
