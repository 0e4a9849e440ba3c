"""What a row rule is and what it sees of a record; the rules themselves stand in rules.py."""

from collections.abc import Callable
from dataclasses import dataclass

from anechoic.text.pii import mask
from anechoic.validate.schema import Decision, ValidateParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What reading the file told of a record; without arguments: a text that stands alone, without a label."""

    problem: str = ""  # reason code of why it could not be parsed; empty where it could
    detail: str = ""  # the same in words
    label: str = ""  # the label field, stripped
    known: bool = False  # the taxonomy has that label
    named: bool = False  # by its name, in a file that also uses ids
    several: bool = False  # the field holds more than one label


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the rules see of a record."""

    parsed: Parsed
    text: str  # as dropped in
    repaired: str  # encoding, HTML, control characters, white space mended
    canonical: str  # and personal data masked
    pii: tuple[str, ...]  # reason codes of the personal data that was masked
    foreign: str  # the language, where it is none of the expected ones
    minimum_letters: int
    maximum_words: int


NO_FILE = Parsed()


def seen(
    text: str, language: str | None, params: ValidateParams, *, repaired: str, parsed: Parsed = NO_FILE
) -> Seen:
    """A text as the rules see it.

    text: as it came. language: what `text.language.detect` says of it. repaired: what `text.repair.repair` makes
    of it; both are handed in because whole files are detected at once. parsed: what its file told of it.
    """
    canonical, pii = mask(repaired)
    return Seen(
        parsed=parsed,
        text=text,
        repaired=repaired,
        canonical=canonical,
        pii=tuple(pii),
        foreign="" if language is None or language in params.home_languages else language,
        minimum_letters=params.minimum_letters,
        maximum_words=params.maximum_words,
    )


Find = Callable[[Seen], str]


@dataclass(frozen=True)
class Rule:
    """One thing that can be odd about a record."""

    decision: Decision
    find: Find  # what was found, empty where the record is good
    fixed: bool  # nothing but rejecting is possible

    @property
    def meaning(self) -> str:
        """One line for people."""
        return (self.find.__doc__ or "").strip()


RULES: dict[str, Rule] = {}  # by reason code, in the order of rules.py, which fills it


def rule(decision: Decision, *, fixed: bool = False) -> Callable[[Find], Find]:
    """Register a rule under its function's name."""

    def register(find: Find) -> Find:
        RULES[find.__name__] = Rule(decision, find, fixed)
        return find

    return register
