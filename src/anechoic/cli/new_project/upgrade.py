"""`anechoic upgrade`: a project that `anechoic init` laid out, brought to the version that is installed."""

import re

import typer

RECIPE_NAME = re.compile(r"dvc\.yaml|pipelines/\w+\.py")


def upgrade() -> None:
    """Bring this project to the installed version: dvc.yaml and pipelines/ anew; data and params.yaml stay."""
    from anechoic.cli.new_project import template
    from anechoic.project import folders, io
    from anechoic.project.errors import DataError
    from anechoic.project.stage import VERSION_FILE, installed_version, laid_out_for

    io.check_project()
    before, now = laid_out_for(), installed_version()
    if before is None:
        raise DataError(f"There is no {VERSION_FILE} here: this project is not one that `anechoic init` laid out.")
    if before == now:
        typer.echo(f"This project is at anechoic {now} already; nothing was changed.")
        return
    section = folders.read_section(VERSION_FILE, "files")
    written = section.items() if isinstance(section, dict) else ()
    hashes = {name: str(value) for name, value in written if RECIPE_NAME.fullmatch(str(name))}
    recipe = template.recipe_files()
    texts = folders.texts_of(list(dict.fromkeys([*recipe, *hashes])))
    changed = _owners_changes(texts, hashes, recipe)
    yours = f".yours-{re.sub(r'[^0-9a-z.]', '', before)}"
    folders.write_new(".", {name + yours: texts[name] for name in changed})
    folders.remove([name for name in hashes if name not in recipe])
    for name, text in recipe.items():
        io.write_text(name, text)
    io.write_text(VERSION_FILE, template.version_file(now, recipe))
    typer.echo(f"The project was at anechoic {before or '?'}, it is at {now} now: dvc.yaml and pipelines/ are new.")
    for name in changed:
        typer.echo(f"  You had changed {name}: yours is {name}{yours}, carry over what you need.")
    for line in _other_knobs(template.params()):
        typer.echo(f"  {line}")
    typer.echo("Run `dvc repro`: every stage runs again.")


def _owners_changes(texts: dict[str, str], hashes: dict[str, str], recipe: dict[str, str]) -> list[str]:
    """Files to be replaced or removed that are neither as they were laid out nor as they will be."""
    from anechoic.cli.new_project.template import digest

    return [
        name
        for name, text in texts.items()
        if digest(text) not in {hashes.get(name), digest(recipe[name]) if name in recipe else None}
    ]


def _other_knobs(fresh: str) -> list[str]:
    """What params.yaml lacks, with what a new project has there, and what nobody reads now; a sentence each."""
    import yaml

    from anechoic.project import folders

    lines = []
    for section, knobs in yaml.safe_load(fresh).items():
        if section == "labels":
            continue
        mine = folders.read_section("params.yaml", section)
        mine = mine if isinstance(mine, dict) else {}
        lines += [
            f"params.yaml {section} lacks `{knob}: {value}`: write it there."
            for knob, value in knobs.items()
            if knob not in mine
        ]
        lines += [
            f"params.yaml {section}.{knob} is known no more: take it out." for knob in mine if knob not in knobs
        ]
    return lines
