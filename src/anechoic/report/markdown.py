"""Texts as Markdown shows them literally: no formatting, no link, no raw HTML comes out of a text."""

import re

from markupsafe import Markup

# Within a line (CommonMark 0.31, and GitHub's tables, strike-through and formulas). An underscore between two
# letters opens nothing, so that reason codes and file names stay readable in the source.
SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
LINKED = re.compile(r"(?<=http):(?=//)|(?<=https):(?=//)|(?<=ftp):(?=//)|(?<=www)\.", re.IGNORECASE)
# At the start of a line: headings, quotes, lists and rules; the number of a list is caught at its full stop.
START = re.compile(r"^(?:[#+=-]|\d+(?=[.)](?:\s|$)))")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def literal(text: str) -> Markup:
    """A text on one line -> Markdown that shows exactly this text, white space collapsed."""
    line = " ".join(text.split())
    line = SPECIAL.sub(r"\\\g<0>", line)
    line = LINKED.sub(r"\\\g<0>", line)
    line = START.sub(lambda start: start[0] + "\\" if start[0].isdigit() else "\\" + start[0], line)
    return Markup("".join(ENTITIES.get(character, character) for character in line))


def code(text: str) -> Markup:
    """A text as a code span: its fence is longer than any run of backticks in it."""
    line = " ".join(text.split()) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    padding = " " if "`" in line else ""
    return Markup(f"{fence}{padding}{line}{padding}{fence}")
