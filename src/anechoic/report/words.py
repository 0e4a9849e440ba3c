"""The terms of art on the page, each explained in plain words beneath the section that uses it."""

import re
from functools import cache

import yaml
from markupsafe import Markup

from anechoic.report.rendering import template_file

UNREAD = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)  # of a section: nobody reads it as text


@cache
def glossary() -> dict[str, tuple[re.Pattern[str], str]]:
    """Each term -> how it is found in a text, and what it means (templates/glossary.yaml)."""
    terms = yaml.safe_load(template_file("glossary.yaml"))
    return {
        term: (re.compile(each["found"], re.IGNORECASE if each["found"].islower() else re.NOFLAG), each["means"])
        for term, each in terms.items()
    }


def words_in(section: Markup) -> list[tuple[str, str]]:
    """HTML of a section -> the terms that it uses, each with its meaning, in the order of the glossary."""
    text = Markup(UNREAD.sub(" ", section)).striptags()
    return [(term, meaning) for term, (pattern, meaning) in glossary().items() if pattern.search(text)]
