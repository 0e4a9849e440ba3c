"""The row rules: what can be odd about a record, how it is found, what is done about it.

A rule is one decorated function and one test. Its name is the reason code, its docstring the line in
docs/rules.md; it tells what it found, or nothing where the record is good. `reject`: the record goes to
quarantine. `repair`: mended in the canonical text, and flagged. `flag`: kept as it is, and flagged. A rejected
record's reason is the first rejecting rule, in the order of this file.
"""

import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import dataframely as dy
import ftfy
import polars as pl

from anechoic.text import pii
from anechoic.text.empty_messages import empty_message
from anechoic.text.gibberish import FLOOR, likelihood
from anechoic.text.patterns import EMOJI, FORMULA, MASK, ORDERS, UNITS, URL, WORD
from anechoic.text.repair import CONTROL, ENTITY, ESCAPE, TAG

Decision = Literal["reject", "repair", "flag", "ignore"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules see of a record."""

    problem: str  # why it could not be parsed; empty where it could
    detail: str
    label: str  # the label field, stripped
    known: bool  # the taxonomy has that label
    named: bool  # by its name, in a file that also uses ids
    text: str  # as dropped in
    repaired: str  # encoding, HTML, control characters, white space mended
    canonical: str  # and personal data masked
    pii: tuple[str, ...]
    foreign: str  # the language, where it is none of the expected ones
    minimum_letters: int
    maximum_words: int


@dataclass(frozen=True)
class Rule:
    """One thing that can be odd about a record."""

    decision: Decision
    find: Callable[[Seen], str]
    fixed: bool  # nothing but rejecting is possible

    @property
    def meaning(self) -> str:
        """One line for people."""
        return (self.find.__doc__ or "").strip()


RULES: dict[str, Rule] = {}


def rule(decision: Decision, fixed: bool = False) -> Callable[[Callable[[Seen], str]], Callable[[Seen], str]]:
    """Register a rule under its function's name."""

    def register(find: Callable[[Seen], str]) -> Callable[[Seen], str]:
        RULES[find.__name__] = Rule(decision, find, fixed)
        return find

    return register


def found(seen: Seen) -> dict[str, str]:
    """Reason code -> what was found, for all rules that a record breaks, in the order of this file."""
    if seen.problem:
        return {seen.problem: seen.detail}
    return {code: told for code, each in RULES.items() if (told := each.find(seen))}


def valid_record(rejecting: Iterable[str]) -> type[dy.Schema]:
    """The schema that parts rows from quarantine: one dataframely rule for each code that rejects."""
    rules = {code: dy.rule()(_not_found(code)) for code in rejecting}
    columns = {"row_id": dy.String(), "codes": dy.List(dy.String())}
    return types.new_class("ValidRecord", (dy.Schema,), exec_body=lambda space: space.update(columns | rules))


def _not_found(code: str) -> Callable[[type[dy.Schema]], pl.Expr]:
    return lambda _schema: ~pl.col("codes").list.contains(code)


def _parsing(seen: Seen) -> str:
    return seen.detail * bool(seen.problem)


@rule("reject", fixed=True)
def unreadable_file(seen: Seen) -> str:
    """The file cannot be opened, is damaged or is no table of text."""
    return _parsing(seen)


@rule("reject", fixed=True)
def broken_record(seen: Seen) -> str:
    """The record is no well-formed CSV or JSON: a quote that never closes, half an object."""
    return _parsing(seen)


@rule("reject", fixed=True)
def ragged_record(seen: Seen) -> str:
    """The record has more or fewer fields than the file."""
    return _parsing(seen)


@rule("reject", fixed=True)
def repeated_header(seen: Seen) -> str:
    """The header stands among the data once more, as where files were joined."""
    return _parsing(seen)


@rule("reject", fixed=True)
def empty_text(seen: Seen) -> str:
    """The text field is empty."""
    return "" if seen.text else "nothing to read in the text"


@rule("reject", fixed=True)
def whitespace_only(seen: Seen) -> str:
    """The text field holds white space or invisible characters alone."""
    return "nothing to read in the text" if seen.text and not seen.repaired else ""


@rule("reject", fixed=True)
def label_missing(seen: Seen) -> str:
    """The label field is empty."""
    return "" if seen.label else "no label"


@rule("reject", fixed=True)
def label_unknown(seen: Seen) -> str:
    """The label is neither an id nor a name of the taxonomy; `did you mean` says what is near."""
    return seen.label if seen.label and not seen.known else ""


@rule("reject")
def csv_injection(seen: Seen) -> str:
    """The text starts like a spreadsheet formula."""
    start = seen.repaired[:60]
    return f"starts with the formula {start!r}" if FORMULA.match(seen.repaired) else ""


@rule("reject")
def url_only(seen: Seen) -> str:
    """The text is a link and nothing else."""
    rest = URL.sub("", seen.repaired)
    return "only a link" if rest != seen.repaired and not any(map(str.isalnum, rest)) else ""


@rule("reject")
def number_only(seen: Seen) -> str:
    """The text is a number, amount or date and nothing else."""
    words = WORD.findall(seen.repaired)
    return (
        "only a number"
        if any(map(str.isnumeric, seen.repaired)) and all(word.casefold() in UNITS for word in words)
        else ""
    )


@rule("reject")
def emoji_only(seen: Seen) -> str:
    """The text is made of emoji and nothing else."""
    plain = any(map(str.isalnum, seen.repaired))
    return "only emoji" if not plain and EMOJI.search(seen.repaired) else ""


@rule("reject")
def too_short(seen: Seen) -> str:
    """The text has fewer letters than `validate.minimum_letters`."""
    count = sum(2 if char > "\u2e7f" else 1 for char in seen.repaired if char.isalpha())  # a Chinese sign is a word
    if count >= seen.minimum_letters or not seen.repaired or number_only(seen) or emoji_only(seen):
        return ""
    return f"{count} letters, validate.minimum_letters is {seen.minimum_letters}"


@rule("repair")
def label_name_instead_of_id(seen: Seen) -> str:
    """The label is a name in a file that otherwise uses ids; taken as the id."""
    return seen.label if seen.named else ""


@rule("repair")
def mojibake(seen: Seen) -> str:
    """Characters read in a wrong encoding (`cafÃ©`); mended where that can be undone."""
    if seen.text.isascii():
        return ""
    plain = ENTITY.sub("", seen.text)
    lost = "\ufffd" in plain
    return "characters that cannot be brought back" * lost or "mended" * (ftfy.fix_encoding(plain) != plain)


@rule("repair")
def html(seen: Seen) -> str:
    """HTML tags or entities; tags go, entities become characters."""
    hit = TAG.search(seen.text) or ENTITY.search(seen.text)
    return hit[0][:60] if hit else ""


@rule("repair")
def control_chars(seen: Seen) -> str:
    """Control characters, terminal codes or invisible marks; taken out."""
    if seen.text.isprintable():
        return ""
    hit = ESCAPE.search(seen.text) or CONTROL.search(seen.text.removeprefix("\ufeff"))
    return repr(hit[0]) if hit else ""


def _personal(code: str) -> Callable[[Seen], str]:
    return lambda seen: "masked" if code in seen.pii else ""


for _code, _meaning in pii.MEANINGS.items():
    _find = _personal(_code)
    _find.__name__, _find.__doc__ = _code, _meaning
    rule("repair")(_find)


@rule("flag")
def over_long(seen: Seen) -> str:
    """The text has more words than `validate.maximum_words`; encoders read its beginning only."""
    words = seen.repaired.count(" ") + 1
    return f"{words} words, validate.maximum_words is {seen.maximum_words}" if words > seen.maximum_words else ""


@rule("flag")
def gibberish(seen: Seen) -> str:
    """Letters that follow each other as in no word: keyboard noise."""
    words = [word for word in WORD.findall(MASK.sub(" ", URL.sub(" ", seen.canonical))) if len(word) > 3]
    acronym = len(words) == 1 and words[0].isupper() and len(words[0]) < 6
    if not words or acronym or any(max(word) >= "\u0250" for word in words):  # told for Latin letters alone
        return ""
    told = likelihood(" ".join(words))
    return f"{told:.1f} nats a letter, words have more than {FLOOR}" if told < FLOOR else ""


@rule("flag")
def wrong_language(seen: Seen) -> str:
    """The text is in none of `validate.home_languages`."""
    return f"language: {seen.foreign}" if seen.foreign and not gibberish(seen) else ""


@rule("flag")
def prompt_like(seen: Seen) -> str:
    """The text gives orders to a language model."""
    hit = ORDERS.search(seen.repaired)
    return f"{hit[0][:60]!r}" if hit else ""


@rule("flag")
def no_message(seen: Seen) -> str:
    """The text is a try of the form (`test test`) or a signature whose message is missing."""
    return empty_message(seen.text, seen.repaired)
