"""What a new project holds: the recipe this package brings, without the sources that only its repository has."""

import hashlib
import re
from collections.abc import Mapping
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

import yaml
from pydantic import BaseModel

from anechoic.project.folders import without_labels
from anechoic.project.schema import Labels
from anechoic.project.stage import VERSION_FILE

Model = TypeVar("Model", bound=BaseModel)

UNCHANGED = (
    ".dvc/.gitignore",
    ".dvc/config",
    ".dvcignore",
    ".gitattributes",
    ".gitignore",
    "data/.gitignore",
    "models/.gitignore",
)
EMPTY = ("data/raw/.gitkeep", "data/exam/.gitkeep", "data/inbox/.gitkeep", "data/review/.gitkeep")
RECIPE, PARAMS, SCRIPTS = "dvc.yaml", "params.yaml", "pipelines"

RECIPE_HEADER = (
    f"# The recipe, in the order a row travels. Every stage depends on {VERSION_FILE}, which `anechoic init` and\n"
    "# `anechoic upgrade` write: with another version of anechoic, all stages run again.\n"
)
PARAMS_HEADER = (
    "# Every knob of the pipeline: what it means, and its unit. `dvc repro` runs again what a change touches.\n"
)
README = """# {name}: a text classifier, made with anechoic

1. Labelled CSVs go into data/raw/ (some to test on only: data/exam/; unlabelled ones: data/inbox/).
2. `anechoic labels data/raw --write` puts their classes into params.yaml; write what belongs to each beside it.
3. `dvc repro` makes everything; read reports/index.html. Commit what git shows: dvc.lock and data/split.lock too.
4. When another version of anechoic is installed: `anechoic upgrade`, then `dvc repro`.
"""
VERSION_HEADER = (
    "# Written by `anechoic init` and `anechoic upgrade`; every stage depends on it. The hashes (sha256) tell\n"
    "# which of these files you changed: an upgrade keeps yours beside its own.\n"
)


def new_project(name: str, version: str) -> dict[str, str]:
    """The files of a new project by name: the text of each. name: the project's, for its README."""
    recipe = recipe_files()
    brought = {path: _read(path) for path in UNCHANGED} | dict.fromkeys(EMPTY, "")
    own = {"README.md": README.format(name=name), PARAMS: params()}
    return brought | own | recipe | {VERSION_FILE: version_file(version, recipe)}


def recipe_files() -> dict[str, str]:
    """What belongs to a version of the package: dvc.yaml and the stages' scripts, by name."""
    scripts = [each.name for each in _template().joinpath(SCRIPTS).iterdir() if each.name.endswith(".py")]
    read = {f"{SCRIPTS}/{name}": _read(f"{SCRIPTS}/{name}") for name in sorted(scripts)}
    return {RECIPE: without_sources(_read(RECIPE))} | read


def version_file(version: str, recipe: Mapping[str, str]) -> str:
    """The file that every stage depends on: the version and the hash of what belongs to it."""
    lines = [f"version: {version}", "files:", *(f"  {name}: {digest(text)}" for name, text in recipe.items())]
    return VERSION_HEADER + "\n".join(lines) + "\n"


def digest(text: str) -> str:
    """The sha256 of a text, whatever its line ends."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def without_sources(recipe: str) -> str:
    """dvc.yaml of the repository -> of a project: each stage depends on the version instead of on the sources."""
    lines = []
    for line in recipe[recipe.index("stages:") :].splitlines(keepends=True):
        dep = line.strip().removeprefix("- ")
        if dep.startswith("src/anechoic/"):
            continue
        lines.append(line)
        if dep.startswith(f"{SCRIPTS}/"):
            lines.append(line.replace(dep, VERSION_FILE))
    return RECIPE_HEADER + "".join(lines)


def params() -> str:
    """params.yaml as a project starts with it: no label yet, and beside each knob what it means."""
    lines, section = [PARAMS_HEADER], ""
    for line in without_labels(_read(PARAMS)).splitlines(keepends=True)[1:]:
        if top := re.match(r"(\w+):", line):
            section = top[1]
        knob = re.match(r"  (\w+):", line)
        meaning = _meanings(section).get(knob[1], "") if knob and section != "labels" else ""
        lines.append(f"{line.rstrip()}  # {meaning}\n" if meaning else line)
    return "".join(lines)


def shipped(section: str, model: type[Model]) -> Model:
    """A section of the params.yaml that a new project starts with."""
    return model.model_validate(yaml.safe_load(_read(PARAMS))[section])


def sections() -> dict[str, type[BaseModel]]:
    """The sections of params.yaml and the model of each, labels included."""
    return {"labels": Labels} | {name: _model(name) for name in yaml.safe_load(_read(PARAMS)) if name != "labels"}


def _model(section: str) -> type[BaseModel]:
    camel = section.title().replace("_", "")  # label_next: LabelNextParams
    model: type[BaseModel] = getattr(import_module(f"anechoic.{section}.schema"), f"{camel}Params")
    return model


def _meanings(section: str) -> dict[str, str]:
    """The knobs of a section and their descriptions, from the stage's schema."""
    return {name: field.description or "" for name, field in _model(section).model_fields.items()}


def _read(name: str) -> str:
    return _template().joinpath(name).read_text(encoding="utf-8")


def _template() -> Traversable:
    """Where the files lie: in the wheel, or, of an editable install, in the repository."""
    packed = files("anechoic").joinpath("project_template")
    return packed if packed.is_dir() else files("anechoic").joinpath("..", "..")
