"""The way out for texts: what reports, review sheets and the console may hold of them, personal data masked.

A row's masked text is the column `canonical` of the table clean. What has no such column goes through here.
"""

import html
import re
from hashlib import blake2b
from typing import Annotated

from pydantic import AfterValidator

from anechoic.text.pii import MASKS, mask, spans_of
from anechoic.text.repair import canonicalize, repair

LONGEST_RECORD = 10_000  # characters of a record that are read to show its beginning
BETWEEN_FIELDS = re.compile(r'[^,;\t|"\r\n]+')
LETTERS = re.compile(r"[^\W\d_]")
UNNAMED = {"pii_order_number", "pii_phone"}  # not masked in a file's name by what stands around them
ESCAPED = re.compile(r"\\(?:u(?P<code>[0-9a-fA-F]{4})|[nrtbf])")  # as JSON writes characters


def shown(text: str) -> str:
    """A text -> the same where nothing in it is personal, also behind HTML; else its canonical form, masked.

    Idempotent. The canonical form of what is shown is that of the text, so that both are one text to every key.
    """
    if not any(mask(reading)[1] for reading in (text, html.unescape(text), repair(text))):
        return text
    return canonicalize(text)


def shown_name(name: str) -> str:
    """A file's path -> the same where nothing in it is personal; else masked, with a mark that tells files apart.

    Order numbers stay, and digits that a word before them would make a telephone number: `orders-202306.csv` is
    how people name files.
    """
    return "/".join(_shown_part(part) for part in name.split("/"))


def _shown_part(part: str) -> str:
    stem, dot, ending = part.rpartition(".") if "." in part.strip(".") else (part, "", "")
    without_words = LETTERS.sub("x", stem)  # no word announces a number here
    found = [(span, code) for span, code in spans_of(stem) if code not in UNNAMED]
    found += [(span, code) for span, code in spans_of(without_words) if code == "pii_phone"]
    if not found:
        return part
    for (start, end), code in sorted(found, reverse=True):
        stem = f"{stem[:start]}[{MASKS[code]}]{stem[end:]}"
    return f"{stem}-{blake2b(part.encode(), digest_size=3).hexdigest()}{dot}{ending}"


def shown_record(raw: str, characters: int) -> str:
    """The beginning of a raw record, at most so many characters long, personal data masked in each of its fields.

    Masked before it is cut, for half a telephone number is no longer told as one.
    """
    whole = raw[:LONGEST_RECORD]
    plain = ESCAPED.sub(lambda sign: chr(int(sign["code"], 16)) if sign["code"] else " ", whole)
    masked = BETWEEN_FIELDS.sub(lambda field: shown(field[0]), shown(plain))
    return (whole if masked == plain else masked)[:characters]


ShownName = Annotated[str, AfterValidator(shown_name)]  # a field of a report that holds a file's name
ShownText = Annotated[str, AfterValidator(shown)]  # a field of a report that may hold a text or quote one
