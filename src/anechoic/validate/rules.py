"""The row rules: what can be odd about a record, how it is found, what is done about it.

A rule is one decorated function and one test. Its name is the reason code, its docstring the line in
docs/rules.md; it returns what it found, or nothing where the record is good. `reject`: the record goes to
quarantine. `repair`: mended in the canonical text, and flagged. `flag`: kept as it is, and flagged. A rejected
record's reason is the first rejecting rule, in the order of this file, after those of
record_rules.py.
"""

from anechoic.project.errors import ParamsError
from anechoic.project.wording import plural
from anechoic.text.empty_messages import empty_message
from anechoic.text.gibberish import LOG_LIKELIHOOD_LIMIT, log_likelihood
from anechoic.text.patterns import EMOJI, FORMULA, MASK, ORDERS, UNITS, URL, WORD
from anechoic.text.repair import CONTROL, ENTITY, ESCAPE, TAG, has_wrong_encoding
from anechoic.validate import record_rules  # its rules come first
from anechoic.validate.registry import RULES, Seen, rule
from anechoic.validate.schema import Decision, ValidateParams

__all__ = ["RULES", "decisions", "findings", "record_rules"]

EXCERPT = 60  # characters of a text that a detail quotes
REPLACEMENT = "\ufffd"  # what a decoder puts where bytes made no sense
CJK = "\u2e7f"  # above it a letter is a syllable or a word: Chinese, Japanese, Korean
BEYOND_LATIN = "\u0250"  # the first letter that no Latin alphabet uses
GIBBERISH_LETTERS = 4  # a word with fewer may be an abbreviation
ACRONYM_LETTERS = 5  # a single word in capitals with no more may be an acronym


def decisions(params: ValidateParams) -> dict[str, Decision]:
    """What is done about each finding, by reason code: as decorated here, or else as `validate.decisions` says.

    Raises ParamsError for a decision about no rule, and for one that would keep what cannot be used.
    """
    knob = "params.yaml validate.decisions"
    if unknown := sorted(set(params.decisions) - set(RULES)):
        raise ParamsError(f"{knob}: no rule {', '.join(unknown)}; docs/rules.md lists them")
    if fixed := sorted(code for code, to in params.decisions.items() if RULES[code].fixed and to != "reject"):
        raise ParamsError(f"{knob}: {', '.join(fixed)} can only be rejected")
    return {code: params.decisions.get(code, each.decision) for code, each in RULES.items()}


def findings(seen: Seen) -> dict[str, str]:
    """Reason code -> what was found, for all rules that a record breaks, in the order of this file.

    A record that could not be parsed breaks that rule alone: nothing else can be said of it.
    """
    if seen.parsed.problem:
        return {seen.parsed.problem: seen.parsed.detail}
    return {code: detail for code, each in RULES.items() if (detail := each.find(seen))}


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
    """The label field is empty or holds what stands for none (`nan`, `N/A`, `-`), or there is no such column."""
    return "" if seen.parsed.label else "no label"


@rule("reject", fixed=True)
def label_unknown(seen: Seen) -> str:
    """The label is neither an id nor a name of the taxonomy; `did you mean` says what is near."""
    return "" if seen.parsed.known else seen.parsed.label


@rule("reject")
def several_labels(seen: Seen) -> str:
    """The label field holds several labels (`price; lead time`); where not rejected, the first is taken."""
    return seen.parsed.label if seen.parsed.several else ""


@rule("reject")
def csv_injection(seen: Seen) -> str:
    """The text starts like a spreadsheet formula."""
    return f"starts with the formula {seen.repaired[:EXCERPT]!r}" if FORMULA.match(seen.repaired) else ""


@rule("reject")
def url_only(seen: Seen) -> str:
    """The text is a link and nothing else."""
    rest = URL.sub("", seen.repaired)
    return "only a link" if rest != seen.repaired and not any(map(str.isalnum, rest)) else ""


@rule("reject")
def number_only(seen: Seen) -> str:
    """The text is a number, amount or date and nothing else."""
    has_digit = any(map(str.isnumeric, seen.repaired))
    words = (word.casefold() for word in WORD.findall(seen.repaired))
    return "only a number" if has_digit and UNITS.issuperset(words) else ""


@rule("reject")
def emoji_only(seen: Seen) -> str:
    """The text is made of emoji and nothing else."""
    has_word = any(map(str.isalnum, seen.repaired))
    return "only emoji" if not has_word and EMOJI.search(seen.repaired) else ""


@rule("reject")
def too_short(seen: Seen) -> str:
    """The text has fewer letters than `validate.minimum_letters`."""
    # A Chinese sign is a word, so it counts as two letters: one sign alone passes the limit that "x" fails.
    count = sum(2 if char > CJK else 1 for char in seen.repaired if char.isalpha())
    if count >= seen.minimum_letters or not seen.repaired or number_only(seen) or emoji_only(seen):
        return ""
    return f"{count} {plural(count, 'letter')}, validate.minimum_letters is {seen.minimum_letters}"


@rule("repair")
def label_name_instead_of_id(seen: Seen) -> str:
    """The label is a name in a file that otherwise uses ids; taken as the id."""
    return seen.parsed.label if seen.parsed.named else ""


@rule("repair")
def mojibake(seen: Seen) -> str:
    """Characters read in a wrong encoding (`cafÃ©`); mended where that can be undone."""
    if seen.text.isascii():
        return ""
    plain = ENTITY.sub("", seen.text)  # an entity that names a sign is written so, not read wrongly
    if REPLACEMENT in plain:
        return "characters that cannot be brought back"
    return "mended" if has_wrong_encoding(plain) else ""


@rule("repair")
def html(seen: Seen) -> str:
    """HTML tags or entities; tags go, entities become characters."""
    hit = TAG.search(seen.text) or ENTITY.search(seen.text)
    return hit[0][:EXCERPT] if hit else ""


@rule("repair")
def control_chars(seen: Seen) -> str:
    """Control characters, terminal codes or invisible marks; taken out."""
    if seen.text.isprintable():
        return ""
    hit = ESCAPE.search(seen.text) or CONTROL.search(seen.text.removeprefix("\ufeff"))
    return repr(hit[0]) if hit else ""


def _masked(code: str, seen: Seen) -> str:
    return "masked" if code in seen.pii else ""


@rule("repair")
def pii_email(seen: Seen) -> str:
    """An e-mail address; masked."""
    return _masked("pii_email", seen)


@rule("repair")
def pii_iban(seen: Seen) -> str:
    """A bank account number (IBAN); masked."""
    return _masked("pii_iban", seen)


@rule("repair")
def pii_card(seen: Seen) -> str:
    """A payment card number with a valid check digit; masked."""
    return _masked("pii_card", seen)


@rule("repair")
def pii_social_number(seen: Seen) -> str:
    """A social security number as the United States write it; masked."""
    return _masked("pii_social_number", seen)


@rule("repair")
def pii_order_number(seen: Seen) -> str:
    """A number that names one order, invoice, ticket or customer; masked."""
    return _masked("pii_order_number", seen)


@rule("repair")
def pii_phone(seen: Seen) -> str:
    """A telephone number; masked."""
    return _masked("pii_phone", seen)


@rule("flag")
def over_long(seen: Seen) -> str:
    """The text has more words than `validate.maximum_words`; encoders read its beginning only."""
    words = seen.repaired.count(" ") + 1
    return f"{words} words, validate.maximum_words is {seen.maximum_words}" if words > seen.maximum_words else ""


@rule("flag")
def gibberish(seen: Seen) -> str:
    """Letters that follow each other as in no word: keyboard noise."""
    plain = MASK.sub(" ", URL.sub(" ", seen.canonical))
    every_word = WORD.findall(plain)
    words = [word for word in every_word if len(word) >= GIBBERISH_LETTERS]
    acronym = len(words) == 1 and words[0].isupper() and len(words[0]) <= ACRONYM_LETTERS
    if not words or acronym or any(max(word) >= BEYOND_LATIN for word in words):
        return ""
    # one word of four letters says little: those beside it are heard too, so that "te duur" is language
    alone = len(words) == 1 and len(words[0]) == GIBBERISH_LETTERS
    likelihood = log_likelihood(" ".join(every_word if alone else words))
    if likelihood >= LOG_LIKELIHOOD_LIMIT:
        return ""
    return f"{likelihood:.1f} nats a letter, words have more than {LOG_LIKELIHOOD_LIMIT}"


@rule("flag")
def wrong_language(seen: Seen) -> str:
    """The text is in none of `validate.home_languages`."""
    return f"language: {seen.foreign}" if seen.foreign and not gibberish(seen) else ""


@rule("flag")
def prompt_like(seen: Seen) -> str:
    """The text gives orders to a language model."""
    hit = ORDERS.search(seen.repaired)
    return f"{hit[0][:EXCERPT]!r}" if hit else ""


@rule("flag")
def no_message(seen: Seen) -> str:
    """The text is no value (`n/a`, `#REF!`), a pointer (`see above`), a try (`test test`) or a bare signature."""
    return empty_message(seen.text, seen.repaired)
