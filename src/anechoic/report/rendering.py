"""Templates and what fills them -> text. Nothing that a user wrote can act in a page or in Markdown."""

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from anechoic.project.wording import interval, percent, signed_points
from anechoic.report.markdown import code, literal
from anechoic.report.sentences.wording import spaced

MAX_CHARACTERS = 2000  # of one text; a page of ten thousand characters in a cell is read by nobody
# Controls, and the marks that turn the reading order of what follows them (Unicode 16, Bidi_Control).
COMMAND = re.compile(r"`((?:anechoic|dvc|make|git) [^`]*)`")  # as the stages' sentences name what to run
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """A text as it is shown: what is unseen and acts on its neighbours becomes a visible mark; cut when long."""
    if len(text) > MAX_CHARACTERS:
        text = f"{text[:MAX_CHARACTERS]}… ({len(text) - MAX_CHARACTERS:,} more characters)"
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def printable_values(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """JSON with every text in it printable; its keys stay as they are."""
    if isinstance(value, dict):
        return {key: printable_values(each) for key, each in value.items()}
    if isinstance(value, list):
        return [printable_values(each) for each in value]
    return printable(value) if isinstance(value, str) else value


def render_html(template: str, **values: Any) -> str:  # noqa: ANN401 - as Jinja takes them
    """A template of HTML, filled; every text printable and escaped."""
    environment = _environment(printable, autoescape=True)

    def shown(text: str) -> str:
        return escape(printable(text))

    environment.filters["told"] = lambda text: _coded(text, lambda part: f"<code>{shown(part)}</code>", shown)
    environment.filters["breakable"] = lambda text: Markup("_<wbr>").join(map(shown, text.split("_")))  # a code
    return environment.get_template(template).render(**values)


def render_markdown(template: str, **values: Any) -> str:  # noqa: ANN401 - as Jinja takes them
    """A template of Markdown, filled; every text printable and literal."""
    environment = _environment(lambda text: literal(printable(text)), autoescape=False)
    environment.filters["code"] = lambda text: code(printable(text))
    environment.filters["told"] = lambda text: _coded(text, lambda part: code(printable(part)), _between_code)
    return environment.get_template(template).render(**values)


def _coded(sentence: str, code_span: Callable[[str], str], text: Callable[[str], str]) -> Markup:
    """A sentence of a stage: percent signs as on the page, the commands in it as code."""
    parts = COMMAND.split(spaced(sentence))
    return Markup("").join(  # each part is escaped by what makes it
        Markup(code_span(part) if at % 2 else text(part)) for at, part in enumerate(parts)
    )


def _between_code(part: str) -> str:
    """A piece of a sentence as Markdown that shows it literally, a space at either end kept."""
    before, after = (" " if part[end : end + 1].isspace() else "" for end in (0, len(part) - 1))
    return f"{before}{literal(printable(part))}{after}" if part.strip() else part


def _environment(shown: Callable[[str], str], *, autoescape: bool) -> Environment:
    """Jinja with `shown` applied to every text that a template puts out, but not to Markup made on purpose."""

    def finalize(value: object) -> object:
        return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        autoescape=autoescape,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        loader=FunctionLoader(template_file),
    )
    environment.filters |= {"percent": percent, "spaced": spaced}
    environment.globals |= {"interval": interval, "signed_points": signed_points}
    return environment


def template_file(name: str) -> str:
    """A file of the folder templates."""
    return files("anechoic.report").joinpath("templates", name).read_text(encoding="utf-8")
