"""Words and stems of a text."""

import re

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
ENDING = re.compile(r"(?:ing|ed|es|s|ly|er|'s)$")


def words_of(text: str) -> list[str]:
    """The words of a text, case-folded, in order."""
    return WORD.findall(text.casefold())


def stems(text: str) -> list[str]:
    """Words without their English ending: cheap, and good enough to count what two texts share."""
    return [ENDING.sub("", word) if len(word) > 4 else word for word in words_of(text)]
