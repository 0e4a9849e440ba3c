"""The canonical form of a text: what is compared, embedded and trained on. Stage normalize: rows -> clean."""

import html
import re
import unicodedata
from collections.abc import Callable

import ftfy

from anechoic.text.pii import mask

ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2060\ufeff]")
SPACE = re.compile(r"\s+")
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
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

REPAIR = ftfy.TextFixerConfig(unescape_html=False, normalization="NFC")
MOST_PASSES = 20  # nested entities and tags come apart one layer a pass


def repair(text: str) -> str:
    """The text with encoding, HTML, control characters and white space mended; personal data still in it.

    Idempotent. Repairs of encodings by ftfy (Speer, 2019).
    """
    if PLAIN.fullmatch(text):
        return SPACE.sub(" ", text).strip()
    return _settled(_repair_once, text)


def canonicalize(text: str) -> str:
    """The repaired text with personal data masked; case is kept.

    Idempotent: the canonical form of a canonical form is itself.
    """
    return _settled(lambda each: mask(repair(each))[0], text)


def _settled(change: Callable[[str], str], text: str) -> str:
    """What the text is once the change changes it no more."""
    for _ in range(MOST_PASSES):
        changed = change(text)
        if changed == text:
            break
        text = changed
    return text


def _repair_once(text: str) -> str:
    repaired = CONTROL.sub("", ESCAPE.sub("", ftfy.fix_text(text, REPAIR)))
    tidied = SPACE.sub(" ", strip_html(repaired)).strip()
    return unicodedata.normalize("NFC", tidied)


def strip_html(text: str) -> str:
    """Without tags and comments, entities as the characters they stand for; `a < b` and `R&D` stay."""
    if "<" in text:
        text = TAG.sub(" ", HIDDEN.sub(" ", text))
    return ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def numbers_of(text: str) -> list[str]:
    """The numbers of a text, in order, as they are written (`1,500`, `7730`), before any masking."""
    return NUMBER.findall(repair(text))
