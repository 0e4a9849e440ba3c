"""The canonical form of a text: what is compared, embedded and trained on."""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from anechoic.text.pii import mask

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2060\ufeff]")
SPACE = re.compile(r"\s+")
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
AMPERSANDS = re.compile(r"&(?:(?:amp|#0{0,5}38|#x0{0,4}26);)+", re.IGNORECASE)  # escaped once or many times
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31}\d{0,2});", re.IGNORECASE)
ELEMENTS = (
    "a|abbr|article|b|big|blockquote|body|br|button|center|code|dd|div|dl|dt|em|font|footer|form|h[1-6]|head|header|"
    "hr|html|i|iframe|img|input|label|li|link|main|meta|nav|o:p|ol|option|p|pre|s|script|section|select|small|span|"
    "strike|strong|style|sub|sup|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul"
)
ATTRIBUTE = r"""\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)"""
TAG = re.compile(rf"</?(?:{ELEMENTS})(?:{ATTRIBUTE})*\s*/?>|<!--.*?-->|<!doctype[^>]*>", re.IGNORECASE | re.DOTALL)
HIDDEN = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
PLAIN = re.compile(r"[ !-%'-;=?-~]*")  # ASCII that no repair can change: neither & nor <, > nor control characters

MAX_PASSES = 20  # one repair brings the next to light: an entity becomes a tag; a guard against endless ones


def repair(text: str) -> str:
    """A text -> the same with encoding, HTML, control characters and white space mended; personal data still in it.

    On one line, in Unicode's form NFC. Idempotent. Repairs of encodings by ftfy (Speer 2019).
    """
    if PLAIN.fullmatch(text):
        return SPACE.sub(" ", text).strip()
    return _until_settled(_repair_once, text)


def canonicalize(text: str) -> str:
    """A text -> the repaired text with personal data masked; case is kept.

    Idempotent: the canonical form of a canonical form is itself.
    """
    return _until_settled(_repair_and_mask, text)


def numbers_of(text: str) -> list[str]:
    """The numbers of a text, in order, as they are written (`1,500`, `7730`), before any masking."""
    return NUMBER.findall(repair(text))


def has_wrong_encoding(text: str) -> bool:
    """Whether a text holds signs of one encoding read as another (`cafÃ©`) that can be undone."""
    import ftfy  # loaded when the first text beyond plain ASCII is met

    return bool(ftfy.fix_encoding(text) != text)


def strip_html(text: str) -> str:
    """A text -> without tags and comments, entities as the characters they stand for; `a < b` and `R&D` stay."""
    if "<" in text:
        text = TAG.sub(" ", HIDDEN.sub(" ", text))
    if "&" in text:
        text = ENTITY.sub(lambda match: html.unescape(match[0]), AMPERSANDS.sub("&", text))
    return text


def _until_settled(change: Callable[[str], str], text: str) -> str:
    """What the text is once the change changes it no more."""
    for _ in range(MAX_PASSES):
        changed = change(text)
        if changed == text:
            break
        text = changed
    return text


def _repair_and_mask(text: str) -> str:
    masked, _ = mask(repair(text))
    return masked


def _repair_once(text: str) -> str:
    import ftfy

    # Invisible characters go before the tags, as one inside a tag would hide it; NFC comes last, as an entity may
    # be a combining mark.
    visible = CONTROL.sub("", ESCAPE.sub("", ftfy.fix_text(text, _fixes())))
    return unicodedata.normalize("NFC", SPACE.sub(" ", strip_html(visible)).strip())


@cache
def _fixes() -> "TextFixerConfig":
    import ftfy

    return ftfy.TextFixerConfig(unescape_html=False, normalization="NFC")
