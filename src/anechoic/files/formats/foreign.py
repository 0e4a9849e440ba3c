"""What a file is that holds no table, in words that end a sentence: told from what it holds, not its name."""

import re
import zipfile
from io import BytesIO

SAVE = "save the table as CSV"
PICTURE, SOUND, PROGRAM = "a picture: it holds no texts", "a sound or a film: it holds no texts", "a program"
PACKED = "a packed archive: unpack it and give the table in it"
# Published signatures (Wikipedia, "List of file signatures"), each long enough that no text begins so by chance.
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file: save the sheet as CSV"),
    *((0, mark, f"a PDF: {SAVE}") for mark in (b"%PDF", b"\xef\xbb\xbf%PDF")),
    *((0, mark, PICTURE) for mark in (b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"8BPS\x00", b"II*\x00")),
    *((0, mark, PICTURE) for mark in (b"MM\x00*", b"\x00\x00\x01\x00", b"gimp xcf", b"AT&TFORM")),
    *((8, mark, PICTURE) for mark in (b"WEBP", b"heic", b"avif", b"mif1")),
    *(
        (0, mark, SOUND)
        for mark in (b"ID3\x02", b"ID3\x03", b"ID3\x04", b"OggS\x00", b"fLaC\x00", b"\x1aE\xdf\xa3")
    ),
    *((4, mark, SOUND) for mark in (b"ftyp",)),
    *((8, mark, SOUND) for mark in (b"WAVEfmt", b"AVI LIST")),
    *(
        (0, mark, PROGRAM)
        for mark in (b"\x7fELF", b"MZ\x90\x00", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\0asm")
    ),
    *((0, mark, PACKED) for mark in (b"7z\xbc\xaf'\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\0", b"(\xb5/\xfd")),
    *((0, mark, PACKED) for mark in (b"\x04\x22\x4d\x18", b"\x1f\x9d", b"!<arch>\n")),
    (4, b"1AY&SY", PACKED),
    (257, b"ustar", PACKED),
    (0, b"SQLite format 3\0", f"an SQLite database: {SAVE}"),
    *(
        (0, mark, f"a column store (Arrow, Feather, ORC): {SAVE} or as parquet")
        for mark in (b"ARROW1\0\0", b"FEA1")
    ),
    (0, b"Obj\x01", f"an Avro file: {SAVE}"),
    (0, b"\x89HDF\r\n", f"an HDF5 file: {SAVE}"),
    (0, b"\x93NUMPY", f"a NumPy array: {SAVE}"),
    *(
        (0, bytes((0x80, protocol)) + mark, f"a Python pickle: {SAVE}")
        for protocol in (3, 4, 5)
        for mark in (b"\x95", b"}", b"]", b"c")
    ),
    *((0, mark, f"an SPSS or Stata file: {SAVE}") for mark in (b"$FL2", b"$FL3", b"<stata_dta>")),
)
ZIP = b"PK\x03\x04"
ZIPPED = (
    ("xl/", "an Excel file: save the sheet as CSV"),
    ("word/", f"a Word file: {SAVE}"),
    ("ppt/", f"a PowerPoint file: {SAVE}"),
    ("Index/", f"a Numbers or Pages file: {SAVE}"),
    ("META-INF/MANIFEST.MF", PROGRAM),
    ("content.xml", f"an OpenDocument file: {SAVE}"),
)
# What a text begins with that is no table. Markup first: a page saved under the name of the download.
TEXTS = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"(?:<!--[\s\S]*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body)\b", f"an HTML page: {SAVE}"),
        (r"(?:<!--[\s\S]*?-->\s*|<\?xml[^>]*>\s*|<!doctype[^>]*>\s*)*<svg\b", PICTURE),
        (r"<\?xml\b|<!doctype\b", f"an XML file: {SAVE}"),
        (r"\{\\rtf", f"a text in Rich Text Format: {SAVE}"),
        (r"%!PS", f"a PostScript page: {SAVE}"),
        (r"#![ ]?/", PROGRAM),
        (r"version https://git-lfs\.github\.com/", "a Git LFS pointer, not the data: run `git lfs pull`"),
        (r"outs:\s*\n- md5: ", "a DVC pointer, not the data: run `dvc pull`"),
        (
            r"-- (?:\w+SQL|MariaDB|SQLite)\b|(?:create|drop) table \S+ ?\(|insert into \S+ (?:\(|values)",
            f"an SQL script: {SAVE}",
        ),
        (r"BEGIN:V(?:CARD|CALENDAR)\r?\n", f"an address book or a calendar: {SAVE}"),
        (r"@relation\s", f"an ARFF file: {SAVE}"),
        (
            r"(?:(?:From|To|Cc|Date|Subject|Received|Return-Path|Message-ID): .*\r?\n(?:[ \t].*\n)*){3}",
            f"an e-mail message: {SAVE}",
        ),
    )
)
BEGINNING = 20_000  # characters that tell what a text is
# Marks of Markdown: headings, fences, lists, rules of tables, links, bold words.
MARKDOWN = tuple(
    re.compile(mark, re.MULTILINE)
    for mark in (
        r"^#{1,6} \S",
        r"^(?:```|~~~)",
        r"^ *[-*+] \S",
        r"^\|? *:?-{3,}:? *\|",
        r"!?\[[^\]\n]+\]\([^)\s]+\)",
        r"\*\*\S",
    )
)
CODE = re.compile(
    r"^(?:import \w|from [\w.]+ import |def \w+\(|class \w+[(:]|#include [<\"]|function \w+\(|const \w+ =)",
    re.MULTILINE,
)
LOG = re.compile(r"^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S* .*\b(?:INFO|WARN|WARNING|ERROR|DEBUG)\b", re.MULTILINE)
YAML = re.compile(r"^ *(?:- )?[\w-]+:(?: .*)?$", re.MULTILINE)
YAML_SHARE = 0.5  # of the lines that are `key: value`
SIGNS = 2  # of a kind, from which a running text is of that kind


def kind_of_bytes(content: bytes) -> str:
    """The first bytes of a file -> what it is where that is no table (`a PDF: save ...`), else empty."""
    if content.startswith(ZIP):
        return _zipped(content)
    return next((kind for offset, mark, kind in MAGIC if content.startswith(mark, offset)), "")


def _zipped(content: bytes) -> str:
    try:
        names = zipfile.ZipFile(BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "a damaged zip archive or Excel file: save the sheet as CSV"
    for start, kind in ZIPPED:
        if any(name.startswith(start) for name in names):
            return kind
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"a zip archive ({shown or 'empty'}): unpack it and give the table in it"


def kind_of_text(text: str) -> str:
    """A text -> what it is where its beginning says that it is no table (`an HTML page: ...`), else empty."""
    beginning = text[:BEGINNING].lstrip("\ufeff \t\r\n")
    return next((kind for pattern, kind in TEXTS if pattern.match(beginning)), "")


def running_text(text: str) -> str:
    """A text in which no table was found -> what it reads like."""
    beginning = text[:BEGINNING]
    if len(YAML.findall(beginning)) > max(SIGNS, YAML_SHARE * beginning.count("\n")):
        return "a YAML file"
    if sum(bool(mark.search(beginning)) for mark in MARKDOWN) >= SIGNS:
        return "a Markdown text"
    if len(LOG.findall(beginning)) >= SIGNS:
        return "a program's log"
    return "a program's source" if len(CODE.findall(beginning)) >= SIGNS else "running text or a single column"
