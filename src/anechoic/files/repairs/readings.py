"""How a CSV text quotes: double or single quotes, doubled or behind a backslash, each line as a whole."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO

from anechoic.files.columns.names import names_columns, reads_like_a_name
from anechoic.files.csv_records import IsLabel, Record, counted, parse

WRAPPED = re.compile(r'"(?:[^"]|"")*"\s*')
WRAPPED_SHARE = 0.9  # of the lines that hold a quote at all, from which each line was quoted as a whole
QUOTED_SHARE = (
    0.8  # of a column's fields between single quotes, from which these quote and are no part of the texts
)
DELIMITERS = ",;\t|"
LEAST = 2  # records that show a way to quote
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
HIDDEN = "\ufdd0"  # a noncharacter of Unicode: an escaped quote while the text is parsed
ESCAPED = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "/": "/"}
SEPARATOR_LINE = re.compile(r'sep=([^"\r\n])\r?\n?', re.IGNORECASE)  # Excel's own way to say it


def read_records(text: str, delimiter: str, is_label: IsLabel) -> tuple[list[Record], list[str]]:
    """A CSV text -> its records by the way of quoting that leaves fewest broken, and what was done in words.

    Double quotes are taken for granted: another reading has to break fewer records, or single quotes have to stand
    around nearly all fields of a column.
    """
    records = list(parse(text, delimiter, is_label))
    broken = _broken(records)
    done: list[str] = []
    if "'" in text:
        single = list(parse(text, delimiter, is_label, "'"))
        quoted = sum(bool(re.search(rf"(?:^|{re.escape(delimiter)})'", record.raw)) for record in single)
        if quoted >= LEAST and (
            _broken(single) < broken or (_quotes_a_column(records) and _broken(single) <= broken)
        ):
            records, done = single, [f"quoted by single quotes: {counted(quoted, 'record')}"]
    quote = "'" if done else '"'
    if f"\\{quote}" in text:
        escaped, told = _escaped(text, delimiter, is_label, quote)
        if _broken(escaped, repaired=True) < _broken(records, repaired=True):
            return escaped, [*done, told]
    return records, done


def _broken(records: Sequence[Record], *, repaired: bool = False) -> int:
    """How many records a reading leaves broken or of another width than most; `repaired`: mended ones too."""
    widths = Counter(len(record.fields) for record in records if not record.problem)
    usual = widths.most_common(1)[0][0] if widths else 0
    return sum(
        bool(record.problem) or len(record.fields) != usual or (repaired and bool(record.repair))
        for record in records
    )


def _quotes_a_column(records: Sequence[Record]) -> bool:
    """Whether the fields of some column stand between single quotes, nearly all of them."""
    counts, quoted = Counter[int](), Counter[int]()
    for record in records[1:]:  # the first may name the columns
        for column, field in enumerate(record.fields):
            bare = field.strip()
            counts[column] += bool(bare)
            quoted[column] += len(bare) > 1 and bare[0] == bare[-1] == "'"
    return any(quoted[column] >= max(LEAST, QUOTED_SHARE * count) for column, count in counts.items())


def _escaped(text: str, delimiter: str, is_label: IsLabel, quote: str) -> tuple[list[Record], str]:
    r"""The records of a text whose quotes stand behind a backslash, and what was done.

    Where every backslash of the file escapes something (as MySQL and pandas write it) all are undone, else the
    quotes alone: `C:\new` stays.
    """
    hidden = ESCAPE.sub(lambda found: HIDDEN if found[1] == quote else found[0], text)
    followed = {found[1] for found in ESCAPE.finditer(text)}
    thorough = "\\" in followed and followed <= ESCAPED.keys()
    count = 0
    records = []
    for record in parse(hidden, delimiter, is_label, quote):
        count += HIDDEN in record.raw
        fields = tuple(_unescaped(field, quote, thorough=thorough) for field in record.fields)
        read = replace(record, fields=fields, raw=record.raw.replace(HIDDEN, f"\\{quote}"))
        if read.problem:  # it may end in a backslash that escapes nothing: "C:\dir\"
            alone = list(parse(read.raw, delimiter, is_label, quote))
            if len(alone) == 1 and not alone[0].problem and not alone[0].repair:
                read = replace(alone[0], record=read.record, line=read.line)
        records.append(read)
    return records, f"quotes behind a backslash: {counted(count, 'record')}"


def _unescaped(field: str, quote: str, *, thorough: bool) -> str:
    if thorough:
        field = ESCAPE.sub(lambda found: ESCAPED.get(found[1], found[0]), field)
    return field.replace(HIDDEN, quote)


def unwrapped(text: str) -> tuple[str, int]:
    """A text whose lines are quoted once more as a whole -> without these quotes, and how many lines had them.

    A spreadsheet that took a CSV for one column writes it so. A column of quoted texts looks the same, so either
    quotes stand inside, doubled beside a delimiter, in nearly all lines that are quoted, or the first line names
    several columns and every other is one quoted field that could be parted into as many.
    """
    if not text.lstrip("\ufeff").startswith('"') and '\n"' not in text:
        return text, 0
    records = _whole_lines(text)
    wrapped = [record for record in records if WRAPPED.fullmatch(record)]
    inside = [record for record in wrapped if re.search(r'""[,;\t|]|[,;\t|]""', record[1:-1])]
    quotes = sum('"' in record for record in records)
    doubled = len(inside) >= max(LEAST, WRAPPED_SHARE * len(wrapped)) and len(wrapped) >= WRAPPED_SHARE * quotes
    if not doubled and not _below_a_wider_header(records):
        return text, 0
    kept = [_bare(record) if WRAPPED.fullmatch(record) else record for record in records]
    return "".join(kept), len(wrapped)


def _below_a_wider_header(records: Sequence[str]) -> bool:
    """Whether the first line names several columns and all others are one quoted field that holds as many.

    It has to read like names. Where it is quoted too, it could be a text like the others: then it has to name label
    and text, or what stands first or last in the others has to come again, as labels do.
    """
    header, lines = records[0].strip("\ufeff\r\n "), [record for record in records[1:] if record.strip()]
    if len(lines) < LEAST or not all(WRAPPED.fullmatch(line) for line in lines):
        return False
    whole = WRAPPED.fullmatch(header) is not None
    plain = _bare(header) if whole else header
    between = max(DELIMITERS, key=plain.count)
    names = tuple(plain.split(between))
    if len(names) == 1 or '"' in plain or not all(map(reads_like_a_name, names)):
        return False
    if any(line.count(between) < len(names) - 1 for line in lines):
        return False
    if not whole or names_columns(names):
        return True
    bare = [_bare(line).strip() for line in lines]
    ends = ({line.split(between)[0] for line in bare}, {line.rsplit(between)[-1] for line in bare})
    return min(map(len, ends)) <= len(lines) / 2


def _bare(record: str) -> str:
    end = record.rindex('"')
    return record[1:end].replace('""', '"') + record[end + 1 :]


def _whole_lines(text: str) -> list[str]:
    """The lines of a text, one with an open quote together with those that follow until it closes."""
    records, open_lines = [], ""
    for line in StringIO(text, newline=""):
        open_lines += line
        if open_lines.count('"') % 2 == 0:
            records.append(open_lines)
            open_lines = ""
    return [*records, open_lines] if open_lines else records
