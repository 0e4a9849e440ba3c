r"""Signs that a program wrote as a code inside texts: line breaks as `\n`, Excel's `_x000D_`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from anechoic.files.csv_records import Record, counted
from anechoic.files.decode import whole_characters

# ECMA-376, ST_Xstring: a sign that XML cannot hold is written `_xHHHH_`, a literal `_` as `_x005F_`.
EXCEL = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
ONE = re.compile(r"_x([0-9A-Fa-f]{4})_")
LETTERS_END, MARKS, MARKS_END = 0x250, 0x2000, 0x20D0  # Latin letters; general punctuation and currency
SURROGATES, SURROGATES_END = 0xD800, 0xE000  # halves of emoji
BREAK = re.compile(r"(?:\\r)?\\n|\\r(?![a-z])")
BACKSLASH = re.compile(r"\\(.?)", re.DOTALL)
ESCAPES = frozenset("nrt\"'/")  # what a backslash stands before in texts that were escaped
PATH = re.compile(
    r"(?:\b[A-Za-z]:\\|\\\\\w)[^\s,;\"']*(?: [^\s,;\"'\\]+\\[^\s,;\"']*)*"
)  # C:\\new folder\\x, \\\\server\\name
# A sentence ends before it, a space stands beside it, a capital or another one follows: no part of a name.
SURE = re.compile(r"(?:^|[.,;:!?)\s])(?:\\r)?\\n|(?:\\r)?\\n(?=[A-ZÀ-Þ\d\s(\-*•]|\\|$)")
ESCAPED_WORD = re.compile(r"\\\w*")
WORD = re.compile(r"[^\W\d_]+")


def excel_signs(records: Iterable[Record]) -> tuple[list[Record], str]:
    """Records -> with `_xHHHH_` as the sign it names, and what was done in words. An unlikely sign stays a code."""
    mended, count = [], 0
    for record in records:
        if "_x" not in record.raw and "_X" not in record.raw:
            mended.append(record)
            continue
        fields = tuple(EXCEL.sub(_signs, field) for field in record.fields)
        count += fields != record.fields
        mended.append(replace(record, fields=fields))
    return mended, f"Excel's codes (_x000D_) read as signs: {counted(count, 'record')}" if count else ""


def _signs(found: re.Match[str]) -> str:
    numbers = [int(number, 16) for number in ONE.findall(found[0])]
    likely = all(
        number < LETTERS_END or MARKS <= number < MARKS_END or SURROGATES <= number < SURROGATES_END
        for number in numbers
    )
    return whole_characters("".join(map(chr, numbers))) if likely else found[0]


def line_breaks(records: Sequence[Record], text: int | None) -> tuple[list[Record], str]:
    r"""Records -> with `\n` written as two signs in their texts as a line break, and what was done in words.

    text: the column. Done where the file's backslashes only escape (paths aside) and one `\n` at least stands
    where only a line break can. One that may begin a name (`docs\new`) stays where the file knows the word
    with its n and not the one without.
    """
    if text is None:
        return list(records), ""
    texts = [record.fields[text] if text < len(record.fields) else "" for record in records]
    bare = [PATH.sub(" ", each) for each in texts if "\\" in each]
    followed = {sign for each in bare for sign in BACKSLASH.findall(each)}
    if not followed <= ESCAPES or not any(map(SURE.search, bare)):
        return list(records), ""
    words = {word.casefold() for each in texts for word in WORD.findall(ESCAPED_WORD.sub(" ", each))}
    mended, count = [], 0
    for record, each in zip(records, texts, strict=True):
        broken = _broken_into_lines(each, words) if "\\" in each else each
        if broken != each:
            count += 1
            record = replace(record, fields=(*record.fields[:text], broken, *record.fields[text + 1 :]))
        mended.append(record)
    return mended, f"\\n read as a line break: {counted(count, 'text')}" if count else ""


def _broken_into_lines(text: str, words: set[str]) -> str:
    paths = [found.span() for found in PATH.finditer(text)]

    def broken(found: re.Match[str]) -> str:
        if any(start <= found.start() < end for start, end in paths):
            return found[0]
        after = WORD.match(text, found.end())
        rest = after[0].casefold() if after else ""
        is_name = rest and f"n{rest}" in words and rest not in words and not SURE.match(text, found.start())
        return found[0] if is_name else "\n"

    return BREAK.sub(broken, text)
