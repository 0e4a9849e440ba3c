import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tiny
import typer
import yaml
from test_house import PARAMS, RECIPE
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.report.page import SECTIONS

README = Path("README.md")
PAGES = [README, *sorted(Path("docs").glob("*.md")), *sorted(Path("examples").glob("*.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:(?<=\n\n)|^)(?: {4}.*\n)(?:(?: {4}.*)?\n)*", re.MULTILINE)
FILES = {"csv", "json", "jsonl", "lock", "parquet", "py", "yaml"}  # `train.csv` is a file and no knob
COMMANDS = typer.main.get_command(app)


def knob_rows() -> list[str]:
    return [
        f"| `{section}.{name}` | {field.description} |"
        for section, model in PARAMS.items()
        for name, field in model.model_fields.items()
    ]


@pytest.mark.parametrize("row", knob_rows())
def test_the_readme_lists_every_knob_with_its_description(row):
    assert row in README.read_text(), f"put this line into the README's knobs:\n{row}"


def test_the_readme_lists_no_knob_that_is_gone():
    listed = [line for line in README.read_text().splitlines() if re.match(r"\| `\w+\.\w+` \|", line)]
    assert listed == knob_rows()


def test_the_readmes_code_runs_as_it_stands(tmp_path, monkeypatch):
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    shutil.copytree("data/raw", tmp_path / "data/raw")
    shutil.copy("params.yaml", tmp_path)
    tiny.copy_folder(tiny.project().classifier.folder, tmp_path / "models/classifier")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)
    assert names["found"].removed["row"].to_list() == [0]
    assert set(names["rows"]["split"]) == {"train", "test"}
    assert 0 <= names["audit"].report.leak_rate <= 1


def test_the_readmes_map_names_every_folder_once_from_the_ground_up():
    rows = re.search(r"^\| folder \|(?:.*\|\n)+", README.read_text(), re.MULTILINE)[0]
    named = [name for row in rows.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == sorted(path.parent.name for path in Path("src/anechoic").glob("*/__init__.py"))
    layers = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    order = [layer.removeprefix("anechoic.") for layer in layers if layer.startswith("anechoic.")]
    assert [name for name in reversed(order) if name in named] == named


def prose(page: Path) -> str:
    return INDENTED.sub("", FENCED.sub("", page.read_text()))


def shell_lines(page: Path) -> list[str]:
    """The lines of a page's blocks, fenced as sh or indented."""
    fenced = [block for kind, block in FENCED.findall(page.read_text()) if kind == "sh"]
    indented = INDENTED.findall(FENCED.sub("", page.read_text()))
    return [line.strip() for block in fenced + indented for line in block.splitlines() if line.strip()]


def calls(line: str) -> Iterator[list[str]]:
    """The words behind each `anechoic` that a shell line calls."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words, at_start = list(lexer), True
    for place, word in enumerate(words):
        if at_start and word == "anechoic":
            end = next((at for at in range(place, len(words)) if words[at][0] in ";|&<>()"), len(words))
            yield words[place + 1 : end]
        at_start = word[0] in ";|&(" or word in {"do", "then"}


def told_calls() -> Iterator[tuple[str, list[str]]]:
    for page in PAGES:
        quoted = re.findall(r"`(anechoic [^`]+)`", prose(page).replace("\n", " "))
        for line in shell_lines(page) + quoted:
            if "anechoic " in line:
                for words in calls(line):
                    yield f"{page}: {line}", words


@pytest.mark.parametrize(("told", "words"), list(told_calls()))
def test_every_command_that_is_told_exists_with_its_options_and_arguments(told, words):
    command: Any = COMMANDS
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        assert words[0] in command.commands, f"{told}: no command {words[0]!r}"
        command, words = command.commands[words[0]], words[1:]
    if words or not any(each.required for each in command.params):  # a sentence may name `anechoic check` alone
        command.make_context(command.name, list(words))  # raises where the words do not parse


def test_every_option_in_the_text_is_one_of_ours():
    parameters = [each for command in COMMANDS.commands.values() for each in command.params]
    ours = {option for each in parameters for option in (*each.opts, *each.secondary_opts)}
    for page in PAGES:
        for code in re.findall(r"`(--[^`]+)`", prose(page)):
            assert {word for word in code.split() if word.startswith("--")} <= ours, f"{page}: {code}"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_knob_that_is_named_exists_and_every_value_shown_is_possible(page):
    text = page.read_text()
    for section, name in re.findall(r"`(\w+)\.(\w+)[`:]", text) + re.findall(r"-S (\w+)\.(\w+)=", text):
        if section in PARAMS and name not in FILES:
            assert name in PARAMS[section].model_fields, f"{page}: {section}.{name}"
    standing = yaml.safe_load(Path("params.yaml").read_text())
    for kind, block in FENCED.findall(text):
        for section, given in yaml.safe_load(block).items() if kind == "yaml" else ():
            if section in PARAMS:
                PARAMS[section].model_validate(standing[section] | given)


def outs() -> set[str]:
    each_out = [out for stage in RECIPE["stages"].values() for out in stage["outs"]]
    return {path for out in each_out for path in ([out] if isinstance(out, str) else out)}


def test_every_report_that_is_named_is_made():
    for page in PAGES:
        for path in re.findall(r"`(reports/[\w.-]+\.\w+)`", page.read_text()):
            assert path in outs(), f"{page}: {path}"


def anchors(page: Path) -> set[str]:
    """The anchors that forges give to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_to_a_file_and_its_anchor_to_a_heading(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = page.parent / path if path else page
        assert there.exists(), f"{page}: {target}"
        assert not anchor or anchor in anchors(there), f"{page}: {target}"


def test_the_index_names_every_page():
    index = Path("docs/README.md").read_text()
    assert [page.name for page in PAGES if page.parent.name == "docs" and f"]({page.name})" not in index] == [
        "README.md"
    ]
    assert "(docs/README.md)" in README.read_text()


def test_the_guide_to_the_page_has_its_sections_in_their_order():
    told = re.findall(r"^##+ (.+)$", Path("docs/reading-the-page.md").read_text(), re.MULTILINE)
    titles = list(SECTIONS.values())
    assert [each for each in told if each in titles] == titles
    for template in Path("src/anechoic/report/templates").glob("*.html.jinja"):
        for heading in re.findall(r"<h3[^>]*>([^{]+)</h3>", template.read_text()):
            assert heading in told


def test_the_storys_figures_are_those_of_the_reports():
    table = r"^\|.+\| ([\d.]+)( %| points)? \| `(.+?)` `(.+?)` \|$"
    rows = re.findall(table, Path("docs/story.md").read_text(), re.MULTILINE)
    assert len(rows) == 9
    for said, share, file, field in rows:
        found: Any = json.loads(Path(file).read_text())
        for key in field.split("."):
            found = found[int(key) if key.isdigit() else key]
        wanted = 100 * found if share else found
        allowed = 1.5 if share else max(1, 0.03 * wanted)  # machines differ in the last digits
        assert abs(float(said) - wanted) <= allowed, f"docs/story.md says {said} for {field}, {file} {wanted}"


def test_what_the_story_calls_shown_is_shown_and_what_it_calls_undecided_is_not():
    leakage, worth, evaluation = (
        json.loads(Path(f"reports/{each}.json").read_text()) for each in ("leakage", "worth", "evaluation")
    )
    assert leakage["inflation_low"] > 0
    assert leakage["exam_difference"]["difference_low"] < 0 < leakage["exam_difference"]["difference_high"]
    assert leakage["bands"][-1]["accuracy_low"] > leakage["bands"][0]["accuracy_high"]
    rephrased = next(each for each in worth["drops"] if each["drop"] == "2023-07-rephrased.csv")
    assert rephrased["accuracy_change_low"] < 0 < rephrased["accuracy_change_high"]
    assert evaluation["train"]["accuracy_low"] > max(0.95, evaluation["test"]["accuracy_high"])


@pytest.mark.parametrize("page", ["docs/first-classifier.md", "docs/how-to.md"])
def test_the_cheap_commands_run_as_they_are_told(page, tmp_path, monkeypatch):
    rows = next(
        block for kind, block in FENCED.findall(Path("docs/first-classifier.md").read_text()) if kind == "csv"
    )
    lines = shell_lines(Path(page))
    (tmp_path / "anechoic").mkdir()
    for name in ("yours.csv", "anechoic/august.csv", "anechoic/new.csv", "anechoic/export.csv"):
        (tmp_path / name).write_text(rows)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path / "anechoic")
    if page.endswith("how-to.md"):
        CliRunner().invoke(app, ["init", "../mine"], catch_exceptions=False)
        for name in ("august.csv", "new.csv", "export.csv"):
            shutil.copy(name, "../mine")
        monkeypatch.chdir(tmp_path / "mine")
        shutil.copy("export.csv", "data/raw")
    done = []
    for line in lines:
        words = shlex.split(line, comments=True)
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
        elif words[0] == "cp" and Path(words[1]).exists():
            shutil.copy(words[1], words[2])
        elif words[0] == "anechoic" and words[1] in {"init", "labels", "check"}:
            quick = ["--no-echoes"] if words[1] == "check" else []
            ran = CliRunner().invoke(app, [*words[1:], *quick], catch_exceptions=False)
            assert ran.exit_code == 0, f"{line}\n{ran.output}"
            done.append(words[1])
    assert done == (
        ["init", "check", "labels"] if "first" in page else ["labels", "labels", "check", "check", "check"]
    )
    classes = yaml.safe_load(Path("params.yaml").read_text())["labels"]
    assert {each["name"] for each in classes.values()} == {"price", "lead time", "not needed"}
